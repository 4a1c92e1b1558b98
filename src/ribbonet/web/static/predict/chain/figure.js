// A chain's figure to save, as the command writes it.

import { element, field, save, select } from "../../shared/dom.js";
import { fastaOf, file } from "../requests.js";

const PICTURES = ["svg", "pdf", "png"];
const USUAL = ["ribbon", "residues", "probabilities"];
const COLOURS = { safe: "for the colour-blind too", grey: "shades of grey", classic: "red and yellow" };

export class Figure {
  // `settings` has the model's formats and the tracks and colours of figures, `wait` waits for a prediction.
  constructor(chain, settings, wait) {
    const { known, model } = settings;
    this.chain = chain;
    this.settings = settings;
    this.wait = wait;
    this.format = select(
      "figure",
      PICTURES.filter((name) => name in model.formats[3]).map((name) => [name, name.toUpperCase()]),
    );
    const number = (min, max, placeholder) => element("input", { type: "number", min, max, placeholder });
    this.width = number(20, 300, "180");
    this.wrap = number(10, 200, "as fits");
    this.colours = select(
      "colours",
      known.figure.colours.map((name) => [name, COLOURS[name] ?? name]),
    );
    this.tracks = new Map(known.figure.tracks.map((name) => [name, this.box(name, USUAL.includes(name))]));
    this.parts = new Map(["legend", "numbers", "caption"].map((name) => [name, this.box(name, true)]));
    const boxes = (inputs) =>
      element("div", { class: "boxes" }, ...Array.from(inputs, ([name, input]) => element("label", {}, input, name)));
    this.element = element(
      "div",
      { class: "group figure" },
      field("Figure", this.format),
      element("button", { type: "button", onclick: () => this.save() }, "Save figure"),
      element(
        "details",
        {},
        element("summary", {}, "Figure options"),
        element(
          "div",
          { class: "acts" },
          field("Width, mm", this.width),
          field("Residues on a line", this.wrap),
          field("Colours", this.colours),
        ),
        boxes(this.tracks),
        boxes(this.parts),
      ),
    );
  }

  box(name, checked) {
    return element("input", { type: "checkbox", name, checked });
  }

  // What is not as usual.
  get style() {
    const chosen = (boxes, is) => Array.from(boxes).filter(([, box]) => box.checked === is);
    const tracks = chosen(this.tracks, true).map(([name]) => name);
    return {
      ...(this.width.value ? { width: this.width.value } : {}),
      ...(this.wrap.value ? { wrap: this.wrap.value } : {}),
      ...(tracks.join() === USUAL.join() ? {} : { track: tracks }),
      colours: this.colours.value,
      ...Object.fromEntries(chosen(this.parts, false).map(([name]) => [name, false])),
    };
  }

  async save() {
    if (!this.width.reportValidity() || !this.wrap.reportValidity()) return;
    const format = this.format.value;
    const options = { ...this.settings.options, ...this.style, format };
    const picture = await this.wait(file(fastaOf(this.chain), options));
    if (picture) save(picture, `${this.chain.id || "figure"}.${format}`.replace(/[^\w.-]/g, "_"));
  }
}
