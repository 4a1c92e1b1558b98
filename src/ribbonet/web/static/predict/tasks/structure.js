// Secondary structure: helix, strand and coil; chain/tracks.js draws them.

import { strip } from "../chain/overview.js";
import { STATES } from "../chain/tracks.js";
import { confidenceOf, orders, share, sharesOf, sureness } from "./cells.js";

const NAMES = { H: "helix", E: "strand", C: "coil" };

export class Structure {
  constructor({ given }) {
    const { states, p_helix: helix, p_strand: strand, p_coil: coil } = given;
    this.labels = states;
    this.columns = { helix, strand, coil };
    this.shares = sharesOf(states, Object.keys(NAMES));
    this.confidence = confidenceOf([helix, strand, coil]);
  }

  static orders() {
    return orders(Object.entries(NAMES).map(([state, name]) => [name, state, name]));
  }

  get strip() {
    return strip(this.labels);
  }

  get cells() {
    const shares = Object.entries(NAMES).map(([state, name]) => share(this.shares[state], name, name));
    return [...shares, sureness(this.confidence)];
  }

  get legend() {
    return null; // the key of all charts
  }

  // What a residue is, in a word.
  word(place) {
    return STATES[this.labels[place]];
  }

  // The probabilities of a residue: names, classes and numbers.
  bars(place) {
    return Object.entries(this.columns).map(([name, own]) => [name, name, own[place]]);
  }
}
