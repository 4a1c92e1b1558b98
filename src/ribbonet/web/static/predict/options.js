// How to predict: the model and the other options, and what is known of the model.

import { element, field, select } from "../shared/dom.js";

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
    this.element = element(
      "div",
      { class: "choices" },
      field("Model", this.model),
      field("On invalid symbol", this.invalid),
      field("States shown", this.least),
      element(
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
      ),
    );
    this.describe();
  }

  get values() {
    return {
      model: this.model.value,
      on_invalid: this.invalid.value,
      min_confidence: this.least.value,
      ...(this.smooth.checked ? { smooth: true } : {}),
      ...this.further,
      ...this.templates,
    };
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
    const { name, summary, weights, scores } = this.known.models.find((model) => model.name === this.model.value);
    const tests = Object.entries(scores).map(([data, q3]) => `${q3.toFixed(1)} % on ${data}`);
    const what = [name, summary].filter(Boolean).join(": ");
    const right = tests.length ? ` Residues in the right state of three: ${tests.join(", ")}.` : "";
    this.about.textContent = `${what}; ${(weights / 1e6).toFixed(1)} million weights.${right}`;
  }
}
