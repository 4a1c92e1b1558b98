// Classes: a lane for each label, in which its segments stand; so it is not colour alone that tells
// them apart.

import { element } from "../../shared/dom.js";
import { runs } from "../chain/ribbon.js";
import { box, escaped, ground } from "../chain/shapes.js";
import { confidenceOf, empty, orders, shareOf, sharesOf, sureness } from "./cells.js";

const LANE = 10; // height of a lane, in pixels
const COLOURS = 6; // of lanes, in turn
const CELLS = 3; // labels in a chain's row, the most frequent ones

export class Classes {
  constructor({ name, about, given }) {
    this.name = name;
    this.labels = given.labels;
    this.meanings = new Map(about.labels);
    this.lanes = [...this.meanings.keys()];
    this.columns = new Map(this.lanes.map((label) => [label, given[`p_${label}`]]));
    this.shares = sharesOf(this.labels, this.lanes);
    this.confidence = confidenceOf([...this.columns.values()]);
  }

  static orders({ labels }) {
    return orders(labels.map(([label]) => [`class ${label}`, label, label]));
  }

  get strip() {
    const paths = this.segments((n, start, length) => box(start, n, length, 1));
    const holder = element("span", { class: "strip lanes", "aria-hidden": "true" });
    const drawn = paths.map((path, n) => `<path class="segment ${colour(n)}" d="${path}"/>`).join("");
    holder.innerHTML = `<svg viewBox="0 0 ${this.labels.length} ${this.lanes.length}" preserveAspectRatio="none">${drawn}</svg>`;
    return holder;
  }

  get cells() {
    const frequent = this.lanes.toSorted((a, b) => this.shares[b] - this.shares[a]).slice(0, CELLS);
    const shares = Array.from({ length: CELLS }, (_, n) =>
      n in frequent ? shareOf(frequent[n], this.shares[frequent[n]]) : empty(),
    );
    return [...shares, sureness(this.confidence)];
  }

  get legend() {
    const labels = Array.from(this.meanings, ([label, meaning], n) =>
      element("span", {}, element("i", { class: colour(n), "aria-hidden": "true" }), `${label} ${meaning}`.trim()),
    );
    return element("p", {}, element("b", {}, this.name), ...labels);
  }

  get tracks() {
    const height = LANE * this.lanes.length + 4;
    return [{ key: this.name, title: this.name, height, draw: (stretch, y) => this.draw(stretch, y) }];
  }

  // A path for each lane; `drawn` gives a segment's part of it.
  segments(drawn, labels = this.labels) {
    const paths = this.lanes.map(() => "");
    for (const [label, start, length] of runs(labels)) {
      const n = this.lanes.indexOf(label);
      if (n >= 0) paths[n] += drawn(n, start, length); // else it is masked
    }
    return paths;
  }

  draw(stretch, y) {
    const { pitch } = stretch;
    const paths = this.segments(
      (n, start, length) => box(start * pitch, y + LANE * n + 1, length * pitch, LANE - 2),
      stretch.of(this.labels),
    );
    const drawn = paths.map(
      (path, n) =>
        `<text class="axis" x="-6" y="${y + LANE * (n + 1) - 1.5}">${escaped(this.lanes[n])}</text>` +
        `<path class="segment ${colour(n)}" d="${path}"/>`,
    );
    return ground(stretch, y, LANE * this.lanes.length) + drawn.join("");
  }

  // What a residue is, in a word.
  word(place) {
    const label = this.labels[place];
    if (!this.columns.has(label)) return "unsure";
    const meaning = this.meanings.get(label);
    return meaning ? `${label}, ${meaning}` : label;
  }

  told(place) {
    const share = this.columns.get(this.labels[place])?.[place];
    const likely = share === undefined ? "" : `, ${Math.round(100 * share)} %`;
    return `${this.name}: ${this.word(place)}${likely}`;
  }

  // The probabilities of a residue: names, classes and numbers.
  bars(place) {
    return Array.from(this.columns, ([label, own], n) => [label, colour(n), own[place]]);
  }
}

const colour = (n) => `c${(n % COLOURS) + 1}`;
