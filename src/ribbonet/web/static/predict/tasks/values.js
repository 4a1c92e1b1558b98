// Values: a curve, with lines at those that say something.

import { element } from "../../shared/dom.js";
import { curve, ground } from "../chain/shapes.js";
import { empty, number } from "./cells.js";

const HEIGHT = 44; // of the curve, in pixels
const POINTS = 300; // of the whole chain in a line, at most

export class Values {
  constructor({ name, about, given: { values } }) {
    const { unit, range, marks } = about;
    this.name = name;
    this.values = values;
    this.mean = mean(values);
    this.marks = Object.values(marks);
    const marked = Object.entries(marks).map(([text, mark]) => `${text} ${short(mark)}`);
    this.said = [unit, ...marked].filter(Boolean).join(", ");
    this.least = values.reduce((least, own) => Math.min(least, own));
    this.most = values.reduce((most, own) => Math.max(most, own));
    this.low = Math.min(this.least, range[0], ...this.marks);
    this.high = Math.max(this.most, range[1], ...this.marks);
  }

  static orders() {
    return {
      highest: ["highest mean", (a, b) => b.layer.mean - a.layer.mean],
      lowest: ["lowest mean", (a, b) => a.layer.mean - b.layer.mean],
    };
  }

  // How high a value is, from 0 to 1.
  height(value) {
    return (value - this.low) / (this.high - this.low);
  }

  get strip() {
    const { length } = this.values;
    const step = Math.ceil(length / POINTS);
    let path = "M0 1";
    for (let n = 0; n < length; n += step) {
      const end = Math.min(n + step, length);
      path += `V${(1 - this.height(mean(this.values.slice(n, end)))).toFixed(3)}H${end}`;
    }
    const holder = element("span", { class: "strip lanes", "aria-hidden": "true" });
    holder.innerHTML = `<svg viewBox="0 0 ${length} 1" preserveAspectRatio="none"><path class="area value" d="${path}V1Z"/></svg>`;
    return holder;
  }

  get cells() {
    return [
      number("mean", short(this.mean)),
      number("low", short(this.least)),
      number("high", short(this.most)),
      empty(),
    ];
  }

  get legend() {
    return element("p", {}, element("b", {}, this.name), element("span", {}, this.said));
  }

  get tracks() {
    const title = `${this.name}: ${this.said}`;
    return [{ key: this.name, title, height: HEIGHT + 6, draw: (stretch, y) => this.draw(stretch, y) }];
  }

  draw(stretch, y) {
    const level = (own) => y + HEIGHT * (1 - this.height(own));
    const lines = this.marks.map((own) => `M0 ${level(own).toFixed(1)}H${stretch.width.toFixed(1)}`);
    return (
      ground(stretch, y, HEIGHT) +
      `<path class="area value" d="${curve(stretch.of(this.values).map(level), y + HEIGHT, stretch.pitch)}"/>` +
      `<path class="limit" d="${lines.join("")}"/>` +
      `<text class="axis" x="-6" y="${y + 8}">${short(this.high, 2)}</text>` +
      `<text class="axis" x="-6" y="${y + HEIGHT}">${short(this.low, 2)}</text>`
    );
  }

  // What a residue has, in a word.
  word(place) {
    return short(this.values[place]);
  }

  told(place) {
    return `${this.name}: ${this.word(place)}`;
  }

  bars() {
    return [];
  }
}

const short = (value, digits = 3) => String(Number(value.toPrecision(digits)));
const mean = (values) => values.reduce((sum, own) => sum + own, 0) / values.length;
