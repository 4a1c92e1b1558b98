// All that is shown of one chain that is open.

import { element } from "../../shared/dom.js";
import { ANALYSES, fastaOf, predictions } from "../requests.js";
import { count } from "../wording.js";
import { Alignment } from "./alignment.js";
import { Drawing } from "./drawing.js";
import { Finder } from "./finding.js";
import { Mutations } from "./mutations.js";
import { Overview } from "./overview.js";
import { Reference } from "./reference.js";
import { relativesOf } from "./relatives.js";
import { differ } from "./tracks.js";

const EIGHT = "eight states";

export class View {
  // `settings` has the width of a residue, the chosen tracks and other predictions to compare with,
  // the options of the prediction, and what the server knows.
  constructor(chain, settings) {
    this.chain = chain;
    this.settings = settings;
    this.more = new Map(); // further predictions, by name; null for one that is asked for
    this.drawing = new Drawing(chain, {
      choose: (place, byKey) => this.mutations?.choose(place, byKey),
      select: (range) => this.finder.select(range),
    });
    this.overview = new Overview(chain, this.drawing);
    this.finder = new Finder(chain, this.drawing, this.overview);
    const analysed = ANALYSES && chain.states;
    this.mutations = analysed ? new Mutations(chain, settings) : null;
    const found = (reference) => {
      chain.reference = reference;
      this.layout(this.width);
    };
    this.reference = new Reference(chain, () => this.layers(), found);
    this.aligned = null; // what is predicted from an alignment
    this.alignment = new Alignment(chain, settings, (predicted) => {
      this.aligned = predicted;
      this.layout(this.width);
      this.reference.compare();
    });
    this.said = element("p", { class: "note soft", role: "status", hidden: true });
    const relatives = relativesOf(chain);
    this.element = element(
      "div",
      {},
      this.finder.element,
      this.overview.element,
      this.drawing.element,
      this.said,
      ...(relatives ? [relatives] : []),
      ...(analysed ? [this.reference.element, this.alignment.element, this.mutations.element] : []),
    );
  }

  layout(width) {
    const { pitch, tracks, compare } = this.settings;
    this.width = width;
    this.chain.eight = tracks.has("eight") ? this.more.get(EIGHT)?.states : null;
    this.chain.compared = [...Array.from(compare.keys(), (name) => this.more.get(name)), this.aligned].filter(Boolean);
    this.drawing.layout(width, pitch, tracks);
    this.overview.update();
    this.tell();
    this.complete();
  }

  // What is shown, and by whom.
  layers() {
    return [this.chain, ...this.chain.compared].map(({ name, states }) => ({ name, states }));
  }

  // In how many residues the others agree.
  tell() {
    const { chain } = this;
    const told = chain.compared.map(({ name, states }) => {
      const same = Array.from(states).filter((state, n) => !differ(state, chain.states[n])).length;
      return `${name}: the same state in ${count(same)} of ${count(chain.length)} residues (${((100 * same) / chain.length).toFixed(0)} %)`;
    });
    this.say(told.join("; "));
  }

  // Ask for what is chosen and not there yet.
  async complete() {
    const { tracks, compare, options } = this.settings;
    const wanted = new Map(compare);
    if (tracks.has("eight") && this.settings.model.task.states === 8)
      wanted.set(EIGHT, { ...options, states: 8, smooth: false });
    const missing = [...wanted].filter(([name]) => !this.more.has(name));
    for (const [name] of missing) this.more.set(name, null);
    for (const [name, own] of missing) {
      try {
        this.more.set(name, { ...(await this.predicted(own)), name });
      } catch (error) {
        this.say(`${name}: ${error.message}`);
        for (const [own] of missing) if (!this.more.get(own)) this.more.delete(own); // to be asked for again
        return;
      }
    }
    if (missing.length === 0) return;
    this.layout(this.width);
    this.reference.compare();
  }

  // The prediction of this chain with other options.
  async predicted(options) {
    const { lines } = await predictions(fastaOf(this.chain), options);
    for await (const [line] of lines) return JSON.parse(line);
    throw new Error("the answer broke off; predict again");
  }

  say(text) {
    this.said.textContent = text;
    this.said.hidden = !text;
  }
}
