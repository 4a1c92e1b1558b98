// The room Predict: sequences in, predictions shown as they come, downloads.

import { element, remember } from "../shared/dom.js";
import { Entry } from "./entry.js";
import { known, predictions, WHERE } from "./requests.js";
import { Results } from "./results.js";
import { count } from "./wording.js";

const SHORT = 2000; // characters of a text that a link holds

let room = null;

export async function mount(section, parameters) {
  room = new Room(section, await known());
  show(parameters);
}

// Predict what a link holds; without one, keep what is there.
export function show(parameters) {
  const text = parameters.get("s");
  if (text === null) return room.address();
  room.entry.choose(parameters);
  const { content, options } = room.results.done ?? {};
  if (text === content && JSON.stringify(room.entry.options) === JSON.stringify(options)) return;
  room.entry.take(text);
  room.predict();
}

class Room {
  constructor(section, known) {
    this.limits = known.limits;
    this.running = null; // what stops the prediction under way
    this.entry = new Entry(known, {
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
        element(
          "p",
          { class: "soft" },
          `Helix, strand or coil for every residue, with its probability, ${WHERE}`,
        ),
      ),
      this.entry.element,
      this.results.element,
    );
  }

  async predict() {
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
      this.address();
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

  // What the address is to hold: a short text that was predicted.
  address() {
    const { done, link } = this.results;
    const { content, options } = done ?? {};
    const short = typeof content === "string" && content.length <= SHORT && content.trim() !== "";
    // before the first prediction it may hold a link that this room is yet to be shown with
    const { model, templates } = options ?? {};
    const chosen = templates === undefined ? { model } : { model, templates };
    if (done) remember("predict", short ? { s: content, ...chosen } : {});
    link.disabled = !short;
    link.title = short ? "" : `A link holds up to ${count(SHORT)} characters`;
  }
}
