// All that is shown of one chain that is open.

import { element } from "../../shared/dom.js";
import { fastaOf, predictions } from "../requests.js";
import { Drawing } from "./drawing.js";
import { Finder } from "./finding.js";
import { Mutations } from "./mutations.js";
import { Overview } from "./overview.js";
import { relativesOf } from "./relatives.js";

export class View {
  // `settings` has the tracks that are chosen, the options of the prediction, the formats.
  constructor(chain, settings) {
    this.chain = chain;
    this.settings = settings;
    this.asked = new Set(); // what more was asked for
    this.drawing = new Drawing(chain, {
      choose: (place, byKey) => this.mutations.choose(place, byKey),
      select: (range) => this.finder.select(range),
    });
    this.overview = new Overview(chain, this.drawing);
    this.finder = new Finder(chain, this.drawing, this.overview);
    this.mutations = new Mutations(chain, () => settings.options, settings.formats);
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
      this.mutations.element,
    );
  }

  layout(width) {
    const { pitch, tracks } = this.settings;
    this.drawing.layout(width, pitch, tracks);
    this.overview.update();
    this.complete(width);
  }

  // Ask for what the chosen tracks need and is not there yet.
  async complete(width) {
    const { chain, settings } = this;
    if (!settings.tracks.has("eight") || this.asked.has("eight")) return;
    this.asked.add("eight");
    try {
      chain.eight = (await this.predicted({ states: 8, smooth: false })).states;
      this.layout(width);
    } catch (error) {
      this.say(`Eight states: ${error.message}`);
    }
  }

  // The prediction of this chain with other options.
  async predicted(options) {
    const { lines } = await predictions(fastaOf(this.chain), { ...this.settings.options, ...options });
    for await (const [line] of lines) return JSON.parse(line);
    throw new Error("the answer broke off; predict again");
  }

  say(text) {
    this.said.textContent = text;
    this.said.hidden = !text;
  }
}
