// One's own alignment of a chain's family, for the model that reads its profile.

import { aligned } from "../analyses.js";
import { plural } from "../wording.js";
import { Given } from "./given.js";

const WORDS = {
  title: "Compare with accurate-msa, which reads an alignment",
  note: "Drop or open an alignment of this chain's family, the chain first: A3M, Stockholm or aligned FASTA.",
  open: "Open alignment…",
  file: "File of the alignment",
};

export class Alignment extends Given {
  // `settings` has the options of the prediction; `onfound` is called with a name and states.
  constructor(chain, settings, onfound) {
    super(WORDS);
    this.chain = chain;
    this.settings = settings;
    this.onfound = onfound;
  }

  find(given) {
    return aligned(this.chain, this.settings.options, given);
  }

  tell({ name, sequences }) {
    return `${name} has read ${plural(sequences, "sequence")}`;
  }

  show(found) {
    this.onfound(found);
  }
}
