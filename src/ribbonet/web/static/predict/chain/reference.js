// One's own reference for a chain: a structure, DSSP's or another program's file, or pasted states.

import { element } from "../../shared/dom.js";
import { compared } from "../analyses.js";
import { Given } from "./given.js";

const HEADS = [
  [/^(HEADER|TITLE|CRYST1|MODEL|ATOM|REMARK|EXPDTA|COMPND)\b/m, "pasted.pdb"],
  [/^data_/m, "pasted.cif"],
  [/^\s+#\s+RESIDUE AA STRUCTURE/m, "pasted.dssp"],
  [/^>/, "pasted.3line"],
];

const WORDS = {
  title: "Compare with a structure, or with states of your own",
  note: "Drop or open a file of PDB, mmCIF or DSSP; or paste one, or the states alone, one for each residue.",
  open: "Open structure…",
  file: "File of the reference",
};

export class Reference extends Given {
  // `layers` gives what is to be compared, names and states; `onfound` is called with the reference.
  constructor(chain, layers, onfound) {
    const text = element("textarea", {
      rows: 3,
      spellcheck: "false",
      placeholder: "CCEEEEEETTSCEEEEECCTTSBHHHHHHHHHHHH…",
      "aria-label": "States, or a file's text",
    });
    const compare = element("button", { type: "button", onclick: () => this.paste() }, "Compare");
    super(WORDS, [text], [compare]);
    this.chain = chain;
    this.layers = layers;
    this.onfound = onfound;
    this.text = text;
  }

  paste() {
    const text = this.text.value;
    if (!text.trim()) return;
    const [, name = "states"] = HEADS.find(([head]) => head.test(text)) ?? [];
    this.given = { name, content: new Blob([text]) };
    this.compare();
  }

  // Find the chain in what was given, and score what is shown.
  find(given) {
    return compared(this.chain, this.layers(), given);
  }

  tell({ name, residues, scores }) {
    const told = Object.entries(scores).map(([own, score]) =>
      score ? `${own}: Q3 ${score.q3.toFixed(1)}, SOV ${score.sov.toFixed(1)}` : `${own}: nothing to compare with`,
    );
    return `${name} has states for ${residues} of ${this.chain.length} residues. ${told.join("; ")}`;
  }

  show(found) {
    this.onfound(found);
  }
}
