// Values: a curve, with lines at those that say something.

import { element } from "../../shared/dom.js";
import { curve, ground } from "../chain/shapes.js";

const HEIGHT = 44; // of the curve, in pixels

export class Values {
  constructor(name, { unit, range, marks }, given) {
    this.name = name;
    this.marks = Object.values(marks);
    this.said = [unit, ...Object.entries(marks).map(([text, mark]) => `${text} ${short(mark)}`)]
      .filter(Boolean)
      .join(", ");
    this.values = given.values;
    [this.low, this.high] = [...this.marks, ...this.values].reduce(
      ([low, high], own) => [Math.min(low, own), Math.max(high, own)],
      range,
    );
  }

  get tracks() {
    const title = `${this.name}: ${this.said}`;
    return [{ key: this.name, title, height: HEIGHT + 6, draw: (...at) => this.draw(...at) }];
  }

  draw(stretch, y) {
    const height = (own) => y + HEIGHT * (1 - (own - this.low) / (this.high - this.low));
    const lines = this.marks.map((own) => `M0 ${height(own).toFixed(1)}H${stretch.width.toFixed(1)}`);
    return (
      ground(stretch, y, HEIGHT) +
      `<path class="area value" d="${curve(stretch.of(this.values).map(height), y + HEIGHT, stretch.pitch)}"/>` +
      `<path class="limit" d="${lines.join("")}"/>` +
      `<text class="axis" x="-6" y="${y + 8}">${short(this.high)}</text>` +
      `<text class="axis" x="-6" y="${y + HEIGHT}">${short(this.low)}</text>`
    );
  }

  told(place) {
    return `${this.name}: ${short(this.values[place])}`;
  }

  get legend() {
    return element("p", {}, element("b", {}, this.name), element("span", {}, this.said));
  }
}

const short = (value) => String(Number(value.toPrecision(3)));
