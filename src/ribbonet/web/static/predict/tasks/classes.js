// Classes: a lane for each label, in which its segments stand; so it is not colour alone that tells
// them apart.

import { element } from "../../shared/dom.js";
import { runs } from "../chain/ribbon.js";
import { box, escaped, ground } from "../chain/shapes.js";

const LANE = 10; // height of a lane, in pixels
const COLOURS = 6; // of lanes, in turn

export class Classes {
  constructor(name, { labels }, given) {
    this.name = name;
    this.meanings = new Map(labels);
    this.given = given;
  }

  get tracks() {
    const lanes = [...this.meanings.keys()];
    return [
      { key: this.name, title: this.name, height: LANE * lanes.length + 4, draw: (...at) => this.draw(lanes, ...at) },
    ];
  }

  draw(lanes, stretch, y) {
    const paths = new Map(lanes.map((label) => [label, ""]));
    const top = (label) => y + LANE * lanes.indexOf(label);
    for (const [label, start, length] of runs(stretch.of(this.given.labels))) {
      if (!paths.has(label)) continue; // masked
      const segment = box(start * stretch.pitch, top(label) + 1, length * stretch.pitch, LANE - 2);
      paths.set(label, paths.get(label) + segment);
    }
    const drawn = Array.from(
      paths,
      ([label, path], n) =>
        `<text class="axis" x="-6" y="${top(label) + LANE - 1.5}">${escaped(label)}</text>` +
        `<path class="segment ${colour(n)}" d="${path}"/>`,
    );
    return ground(stretch, y, LANE * lanes.length) + drawn.join("");
  }

  told(place) {
    const label = this.given.labels[place];
    const meaning = this.meanings.get(label);
    const share = this.given[`p_${label}`]?.[place];
    if (share === undefined) return `${this.name}: unsure`;
    return `${this.name}: ${label}${meaning ? `, ${meaning}` : ""}, ${Math.round(100 * share)} %`;
  }

  get legend() {
    const labels = Array.from(this.meanings, ([label, meaning], n) =>
      element("span", {}, element("i", { class: colour(n), "aria-hidden": "true" }), `${label} ${meaning}`.trim()),
    );
    return element("p", {}, element("b", {}, this.name), ...labels);
  }
}

const colour = (n) => `c${(n % COLOURS) + 1}`;
