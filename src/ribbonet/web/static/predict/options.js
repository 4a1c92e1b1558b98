// How to predict: the model and the other options, and what is known of the model.

import { element, field, select } from "../shared/dom.js";
import { count } from "./wording.js";

const MANY = 100_000; // weights that are said in millions

const TRACKS = { disorder: "Disorder", topology: "Membrane topology" };

export class Options {
  // `onchange` is called when one of them is another.
  constructor(known, onchange) {
    this.known = known;
    this.model = select(
      "model",
      known.models.map(({ name }, n) => [name, n ? name : `${name} (default)`]),
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
    this.relatives = element("input", { type: "checkbox" });
    this.smooth = element("input", { type: "checkbox" });
    this.tracks = new Map(Object.keys(known.tracks).map((name) => [name, element("input", { type: "checkbox" })]));
    this.about = element("p", { class: "about soft" });
    this.model.addEventListener("change", () => this.describe());
    for (const choice of [this.model, this.invalid, this.least, this.relatives, this.smooth, ...this.tracks.values()]) {
      choice.addEventListener("change", onchange);
    }
    const box = (input, label, title, hidden = false) =>
      element("label", { class: "switch", title, hidden }, input, label);
    this.shown = field("States shown", this.least);
    this.switches = element(
      "div",
      { class: "switches" },
      box(
        this.relatives,
        "Relatives of known structure",
        "Off for designed proteins, mutants and benchmarks",
        !known.relatives,
      ),
      box(this.smooth, "Plausible segments", "Helices of three residues or more, strands of two"),
      ...Array.from(this.tracks, ([name, input]) => box(input, TRACKS[name] ?? name, known.tracks[name].summary)),
    );
    this.element = element(
      "div",
      { class: "choices" },
      field("Model", this.model),
      field("On invalid symbol", this.invalid),
      this.shown,
      this.switches,
    );
    this.describe();
  }

  // What the server says of the chosen model.
  get chosen() {
    return this.known.models.find(({ name }) => name === this.model.value);
  }

  get values() {
    const common = { model: this.model.value, on_invalid: this.invalid.value };
    const { kind } = this.chosen.task;
    if (kind === "values") return common;
    const labelled = { ...common, min_confidence: this.least.value };
    if (kind === "classes") return labelled;
    return { ...labelled, ...(this.smooth.checked ? { smooth: true } : {}), ...this.further, ...this.templates };
  }

  // What else is predicted.
  get further() {
    const names = [...this.tracks.keys()].filter((name) => this.tracks.get(name).checked);
    return names.length > 0 ? { tracks: names.join() } : {};
  }

  // Whether relatives are used; what is usual with the model is not said.
  get templates() {
    const usual = this.model.value === this.known.relatives;
    return this.relatives.checked === usual ? {} : { templates: this.relatives.checked };
  }

  // Take what a link holds, as far as it is known here.
  choose(parameters) {
    const model = parameters.get("model");
    if (this.known.models.some(({ name }) => name === model)) this.model.value = model;
    this.describe();
    const relatives = parameters.get("templates");
    if (relatives !== null && this.known.relatives) this.relatives.checked = relatives === "true";
    this.smooth.checked = parameters.get("smooth") === "true";
    const tracks = (parameters.get("tracks") ?? "").split(",");
    for (const [name, input] of this.tracks) input.checked = tracks.includes(name);
  }

  // What is known of the chosen model.
  describe() {
    this.relatives.checked = this.model.value === this.known.relatives;
    const { name, summary, weights, scored, scores, task } = this.chosen;
    const tests = Object.entries(scores).map(([data, score]) => `${score} on ${data}`);
    const right = tests.length ? ` ${scored}: ${tests.join(", ")}.` : "";
    const many = weights < MANY ? count(weights) : `${(weights / 1e6).toFixed(1)} million`;
    this.about.textContent = `${name}: ${summary}; ${many} weights.${right}`;
    this.switches.hidden = task.kind !== "structure";
    this.shown.hidden = task.kind === "values";
    this.shown.firstChild.textContent = task.kind === "classes" ? "Labels shown" : "States shown";
  }
}
