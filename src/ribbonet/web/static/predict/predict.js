// The room Predict: sequences in, predictions shown as they come, downloads.

import { element, remember } from "../shared/dom.js";
import { Entry } from "./entry.js";
import { contentOf, parametersOf } from "./link.js";
import { ANALYSES, known, predictions, WHERE } from "./requests.js";
import { Results } from "./results.js";
import { count } from "./wording.js";

const REMEMBERED = 20; // predictions whose sequences no address has room for, that can be gone back to
const STORED = "ribbonet.predict"; // where the tab keeps the text

let room = null;

export async function mount(section, parameters) {
  room = new Room(section, await known());
  await show(parameters);
}

// Predict what a link holds, or an entry of the history; without one, keep what is there.
export async function show(parameters) {
  const { entry, results, past } = room;
  const held = await contentOf(parameters).catch((error) => entry.say(error.message));
  const before = past.get(history.state?.prediction);
  const content = held ?? before?.content;
  if (content === undefined) return room.restore();
  entry.how.choose(held ? parameters : new URLSearchParams(before.options));
  const { done } = results;
  if (content === done?.content && JSON.stringify(entry.options) === JSON.stringify(done.options)) return;
  entry.put(content);
  room.predict(false);
}

class Room {
  constructor(section, known) {
    this.limits = known.limits;
    this.running = null; // what stops the prediction under way
    this.past = new Map(); // contents and options of predictions, by their numbers
    this.entry = new Entry(known, STORED, {
      predict: () => this.predict(),
      stop: () => this.running.abort(),
      change: () => this.results.done && this.predict(),
    });
    this.results = new Results(known, (fault) => this.entry.say(fault));
    section.append(
      element(
        "div",
        { class: "intro" },
        element("h1", {}, "Secondary structure from the sequence"),
        element("p", { class: "soft" }, `Helix, strand or coil for every residue, with its probability, ${WHERE}`),
      ),
      this.entry.element,
      this.results.element,
      this.about(known),
    );
  }

  // Who made it, under which licence, and where programs ask.
  about({ about, models }) {
    const licences = models.map(({ name, licence }) => `${name} ${licence}`.trim()).join(", ");
    return element(
      "footer",
      { class: "colophon soft" },
      element("p", {}, `ribbonet ${about.version}, licence ${about.licence}; models: ${licences}.`),
      element("p", {}, `Please cite: ${about.citation}.`),
      ...(ANALYSES
        ? [element("p", {}, element("a", { href: "programs/" }, "For programs: the same by curl, Python and OpenAPI"))]
        : []),
    );
  }

  // `isNew` says that it gets an entry in the history; else it is one of before, or a link's.
  async predict(isNew = true) {
    this.running?.abort();
    const running = new AbortController();
    const { entry, results } = this;
    const { content, options } = entry;
    this.running = running;
    entry.say("");
    entry.running = true;
    results.wait();
    const started = performance.now();
    try {
      this.check(content);
      const prediction = await predictions(content, options, running.signal);
      const shown = results.show(content, options, prediction, running.signal, started);
      this.address(isNew);
      await shown;
      performance.measure("prediction", { start: started, end: performance.now() });
    } catch (error) {
      if (running.signal.aborted) results.status.textContent += ", stopped";
      else entry.say(error.message);
    } finally {
      if (this.running === running) {
        this.running = null;
        entry.running = false;
        results.end();
      }
    }
  }

  check(content) {
    const most = this.limits.bytes;
    const size = content.size ?? new TextEncoder().encode(content).length;
    if (size > most) throw new Error(`more than ${count(most)} bytes; send less at a time`);
  }

  // What the address is to hold: what was predicted, if there is room for it.
  async address(isNew = false) {
    const { done, link } = this.results;
    if (!done) return; // it may hold a link that this room is yet to be shown with
    const parameters = await parametersOf(done.content, done.options);
    if (done !== this.results.done) return;
    link.disabled = !parameters;
    link.title = parameters ? "" : "These sequences are too long for a link";
    this.entry.store(true);
    const number = history.state?.prediction ?? 0;
    const entry = isNew && this.past.size > 0;
    const prediction = entry ? Math.max(...this.past.keys(), number) + 1 : number;
    this.past.set(prediction, done);
    if (this.past.size > REMEMBERED) this.past.delete(this.past.keys().next().value);
    remember("predict", parameters ?? {}, { entry, known: { prediction } });
  }

  // Show what was in the field before a reload, and predict it if it was predicted.
  restore() {
    if (this.results.done) return this.address();
    if (this.entry.restore()) this.predict(false);
  }
}
