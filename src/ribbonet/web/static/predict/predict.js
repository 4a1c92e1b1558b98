// The room Predict: sequences in, predictions shown as they come, downloads.

import { Chains, SORTS, chainOf } from "./chains.js";
import { Mutations } from "./mutations.js";
import { element, field, remember, save, select } from "../shared/dom.js";
import { asked, linesOf } from "../shared/server.js";

const SHORT = 2000; // characters of a text that a link holds
const SHOWN = 300_000; // bytes of a dropped text that are put into the field to be edited

const count = new Intl.NumberFormat("en");
const plural = (n, noun) => `${count.format(n)} ${noun}${n === 1 ? "" : "s"}`;

let room = null;

export async function mount(section, parameters) {
  const known = await (await asked("api/models")).json();
  room = new Room(section, known);
  show(parameters);
}

// Predict what a link holds; without one, keep what is there.
export function show(parameters) {
  const text = parameters.get("s");
  if (text === null) return room.address();
  const model = parameters.get("model");
  if (room.known.models.some(({ name }) => name === model)) {
    room.model.value = model;
    room.describe();
  }
  if (text === room.done?.content && room.model.value === room.done.options.model) return;
  room.take(text);
  room.predict();
}

class Room {
  constructor(section, known) {
    this.known = known;
    this.file = null; // what was dropped, if it is not in the field
    this.done = null; // what is on the screen: content and options
    this.running = null; // what stops the prediction under way
    section.append(
      element(
        "div",
        { class: "intro" },
        element("h1", {}, "Secondary structure from the sequence alone"),
        element(
          "p",
          { class: "soft" },
          "Helix, strand or coil for every residue, with its probability: computed where this page comes from, and nowhere else.",
        ),
      ),
      this.form(),
      this.results(),
    );
  }

  form() {
    this.text = element("textarea", {
      id: "sequences",
      rows: 6,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      placeholder: ">name\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYN…",
      "aria-describedby": "sequences-hint",
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.predict();
      },
    });
    this.chip = element(
      "p",
      { class: "chip", hidden: true },
      element("span", {}),
      element(
        "button",
        {
          class: "plain",
          type: "button",
          onclick: () => {
            this.take("");
            this.text.focus();
          },
        },
        "Remove",
      ),
    );
    this.picker = element("input", {
      type: "file",
      class: "unseen",
      multiple: true,
      tabindex: -1,
      "aria-label": "File of sequences",
      onchange: () => this.takeFiles(this.picker.files),
    });
    this.go = element("button", { class: "primary", type: "submit" }, "Predict");
    this.model = select(
      "model",
      this.known.models.map(({ name }, n) => [name, n ? name : `${name} (default)`]),
    );
    this.invalid = select("invalid", [
      ["error", "error"],
      ["mask", "mask: read it as X"],
      ["skip", "skip the chain"],
    ]);
    this.least = select("least", [
      ["0", "all"],
      ...["0.5", "0.6", "0.7", "0.8", "0.9"].map((least) => [least, `likelier than ${least}`]),
    ]);
    for (const choice of [this.model, this.invalid, this.least]) {
      choice.addEventListener("change", () => this.done && this.predict());
    }
    this.about = element("p", { class: "about soft" });
    this.model.addEventListener("change", () => this.describe());
    this.describe();
    this.fault = element("p", { class: "fault", role: "alert", hidden: true });
    const { bytes, chains, residues } = this.known.limits;
    const form = element(
      "form",
      {
        class: "card entry",
        onsubmit: (event) => {
          event.preventDefault();
          if (this.running) this.running.abort();
          else this.predict();
        },
        ondragover: (event) => {
          event.preventDefault();
          form.classList.add("over");
        },
        ondragleave: () => form.classList.remove("over"),
        ondrop: (event) => {
          event.preventDefault();
          form.classList.remove("over");
          if (event.dataTransfer.files.length) this.takeFiles(event.dataTransfer.files);
          else this.take(event.dataTransfer.getData("text"));
        },
      },
      element(
        "div",
        { class: "above" },
        element("label", { for: "sequences" }, "Sequences"),
        element(
          "span",
          { id: "sequences-hint", class: "soft" },
          `FASTA, or bare sequences one a line; drop a file, gzip too; up to ${count.format(chains)} chains, ${count.format(residues)} residues, ${bytes / 1e6} MB`,
        ),
      ),
      this.text,
      this.chip,
      element(
        "div",
        { class: "below" },
        element(
          "div",
          { class: "acts" },
          this.go,
          element("button", { type: "button", onclick: () => this.example() }, "Example"),
          element("button", { type: "button", onclick: () => this.picker.click() }, "Open file…"),
          this.picker,
        ),
        element(
          "div",
          { class: "choices" },
          field("Model", this.model),
          field("On invalid symbol", this.invalid),
          field("States shown", this.least),
        ),
      ),
      this.about,
    );
    return element("div", {}, form, this.fault);
  }

  // What is known of the chosen model.
  describe() {
    const { name, summary, weights, scores } = this.known.models.find((model) => model.name === this.model.value);
    const tests = Object.entries(scores).map(([data, q3]) => `${q3.toFixed(1)} % on ${data}`);
    this.about.textContent =
      `${name}: ${summary}; ${(weights / 1e6).toFixed(1)} million weights. ` +
      `Residues in the right state of three: ${tests.join(", ")}.`;
  }

  results() {
    this.status = element("p", { role: "status", class: "status" });
    this.progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": "Residues predicted" });
    this.warning = element("p", { class: "note soft", hidden: true });
    const tools = (chain) => new Mutations(chain, () => this.done.options, this.known.formats[3]);
    this.chains = new Chains((shown) => {
      const all = this.chains.rows.length;
      this.shown.textContent =
        shown < all
          ? `${count.format(shown)} of ${plural(all, "chain")}${shown ? "" : ": clear the filter to see them"}`
          : "";
    }, tools);
    this.shown = element("span", { class: "soft number", role: "status" });
    const filter = element("input", {
      type: "search",
      placeholder: "name or motif",
      "aria-label": "Filter by name or motif",
      oninput: () => {
        this.chains.filter = filter.value;
        this.chains.arrange();
      },
    });
    this.filter = filter;
    const sort = select("sort", SORTS);
    sort.addEventListener("change", () => {
      this.chains.sort = sort.value;
      this.chains.arrange();
    });
    const zoom = element("input", {
      type: "range",
      min: 3,
      max: 22,
      step: 0.5,
      value: this.chains.pitch,
      oninput: () => {
        this.chains.pitch = Number(zoom.value);
        this.chains.layout();
      },
    });
    this.many = element(
      "div",
      { class: "many" },
      field("Filter", filter),
      field("Sort", sort),
      element("button", { type: "button", onclick: () => this.chains.toggleAll(true) }, "Open all"),
      element("button", { type: "button", onclick: () => this.chains.toggleAll(false) }, "Close all"),
    );
    this.format = select("format", this.formats());
    this.link = element("button", { type: "button", onclick: () => this.copy() }, "Copy link");
    this.panel = element(
      "section",
      { class: "results", "aria-label": "Predictions", hidden: true },
      element(
        "div",
        { class: "summary" },
        this.status,
        element(
          "div",
          { class: "key", "aria-hidden": "true" },
          ...["helix", "strand", "coil"].map((name) => element("span", { class: name }, name)),
        ),
      ),
      this.progress,
      this.warning,
      element(
        "div",
        { class: "tools" },
        this.many,
        this.shown,
        field("Zoom", zoom),
        element(
          "div",
          { class: "download" },
          field("Format", this.format),
          element("button", { type: "button", onclick: () => this.download() }, "Download"),
          this.link,
        ),
      ),
      this.chains.element,
    );
    return this.panel;
  }

  // Every format of the command line; those of eight states where a model knows them.
  formats() {
    const names = (states) => Object.keys(this.known.formats[states]);
    return [
      ...names(3).map((name) => [`3 ${name}`, name]),
      ...names(8).map((name) => [`8 ${name}`, `${name}, eight states`]),
    ];
  }

  take(text) {
    this.file = null;
    this.text.value = text;
    this.text.hidden = false;
    this.chip.hidden = true;
    this.picker.value = "";
  }

  async takeFiles(files) {
    const own = [...files];
    if (own.length === 0) return;
    const heads = await Promise.all(own.map((file) => file.slice(0, 4).arrayBuffer()));
    const packed = heads.some((head) => new Uint8Array(head).some((byte) => byte > 0x7f || byte < 9));
    if (packed && own.length > 1) {
      this.say("a compressed file comes alone; drop one at a time");
      return;
    }
    const whole = packed ? own[0] : new Blob(own.flatMap((file) => [file, "\n"]));
    if (!packed && whole.size <= SHOWN) {
      this.take(await whole.text());
      this.predict();
      return;
    }
    this.take("");
    this.file = whole;
    this.text.hidden = true;
    this.chip.hidden = false;
    const names = own.map((file) => file.name).join(", ");
    this.chip.firstChild.textContent = `${names} · ${count.format(Math.ceil(whole.size / 1000))} kB`;
    this.predict();
  }

  async example() {
    this.take(await (await asked("predict/example.fasta")).text());
    this.predict();
  }

  note(text) {
    this.warning.textContent = text;
    this.warning.hidden = !text;
  }

  say(fault) {
    this.fault.textContent = fault;
    this.fault.hidden = false;
  }

  options() {
    return {
      model: this.model.value,
      on_invalid: this.invalid.value,
      min_confidence: this.least.value,
    };
  }

  async predict() {
    this.running?.abort();
    const running = new AbortController();
    const content = this.file ?? this.text.value;
    const options = this.options();
    this.running = running;
    this.fault.hidden = true;
    this.go.textContent = "Stop";
    this.panel.setAttribute("aria-busy", "true"); // what is shown is of before
    const started = performance.now();
    try {
      await this.stream(content, options, running.signal, started);
    } catch (error) {
      if (running.signal.aborted) this.status.textContent += ", stopped";
      else this.say(error.message);
    } finally {
      if (this.running === running) {
        this.running = null;
        this.go.textContent = "Predict";
        this.progress.hidden = true;
        this.panel.removeAttribute("aria-busy");
      }
    }
  }

  async stream(content, options, signal, started) {
    const most = this.known.limits.bytes;
    const size = content.size ?? new TextEncoder().encode(content).length;
    if (size > most) throw new Error(`more than ${count.format(most)} bytes; send less at a time`);
    const query = new URLSearchParams({ ...options, format: "jsonl" });
    const answer = await asked(`api/predict?${query}`, { method: "POST", body: content, signal });
    const header = (name) => answer.headers.get(`Ribbonet-${name}`);
    const expected = Number(header("Chains"));
    const residues = Number(header("Residues"));
    if (content !== this.done?.content) this.filter.value = this.chains.filter = ""; // it was for others
    this.done = { content, options };
    this.chains.clear();
    this.panel.removeAttribute("aria-busy");
    this.panel.hidden = false;
    this.panel.classList.toggle("one", expected === 1);
    this.note(header("Warning") ?? "");
    this.progress.max = residues || 1;
    this.progress.value = 0;
    this.progress.hidden = false;
    this.address();
    let number = 0;
    let finished = 0;
    for await (const lines of linesOf(answer.body)) {
      if (signal.aborted) return;
      const chains = lines.map((line) => chainOf(line, number++));
      for (const chain of chains) finished += chain.length;
      this.chains.add(chains, expected);
      this.progress.value = finished;
      const seconds = ((performance.now() - started) / 1000).toFixed(2);
      const progress = number < expected ? `${count.format(number)} of ` : "";
      this.status.textContent = `${progress}${plural(expected, "chain")}, ${plural(finished, "residue")} in ${seconds} s by ${options.model}`;
    }
    if (number < expected) throw new Error("the answer broke off; predict again");
    if (expected === 0) this.status.textContent = "No chain is left to predict";
    performance.measure("prediction", { start: started, end: performance.now() });
  }

  // What the address is to hold: a short text that was predicted.
  address() {
    const { content, options } = this.done ?? {};
    const short = typeof content === "string" && content.length <= SHORT && content.trim() !== "";
    // before the first prediction it may hold a link that this room is yet to be shown with
    if (this.done) remember("predict", short ? { s: content, model: options.model } : {});
    this.link.disabled = !short;
    this.link.title = short ? "" : `A link holds up to ${count.format(SHORT)} characters`;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.link.textContent = "Copied";
    } catch {
      this.link.textContent = "It is in the address bar";
    }
    setTimeout(() => {
      this.link.textContent = "Copy link";
    }, 2000);
  }

  async download() {
    const [states, format] = this.format.value.split(" ");
    const { content, options } = this.done;
    this.fault.hidden = true;
    try {
      const query = new URLSearchParams({ ...options, states, format });
      const answer = await asked(`api/predict?${query}`, { method: "POST", body: content });
      save(await answer.blob(), `prediction${this.known.formats[states][format]}`);
      const formulas = /^[ct]sv$/.test(format) && this.chains.rows.some(({ chain }) => /^[=+@-]/.test(chain.id));
      this.note(
        formulas
          ? "Some names begin with =, +, - or @. The file has them as they are, and a spreadsheet takes them for formulas: import its columns as text."
          : "",
      );
    } catch (error) {
      this.say(error.message);
    }
  }
}
