// One's own reference for a chain: a structure, DSSP's or another program's file, or pasted states.

import { element } from "../../shared/dom.js";
import { compared } from "../analyses.js";

const HEADS = [
  [/^(HEADER|TITLE|CRYST1|MODEL|ATOM|REMARK|EXPDTA|COMPND)\b/m, "pasted.pdb"],
  [/^data_/m, "pasted.cif"],
  [/^\s+#\s+RESIDUE AA STRUCTURE/m, "pasted.dssp"],
  [/^>/, "pasted.3line"],
];

export class Reference {
  // `layers` gives what is to be compared, names and states; `onfound` is called with the reference.
  constructor(chain, layers, onfound) {
    this.chain = chain;
    this.layers = layers;
    this.onfound = onfound;
    this.given = null; // name and content
    this.text = element("textarea", {
      rows: 3,
      spellcheck: "false",
      placeholder: "CCEEEEEETTSCEEEEECCTTSBHHHHHHHHHHHH…",
      "aria-label": "States, or a file's text",
    });
    this.picker = element("input", {
      type: "file",
      class: "unseen",
      tabindex: -1,
      "aria-label": "File of the reference",
      onchange: () => this.take(this.picker.files[0]),
    });
    const button = (label, onclick, attributes = {}) =>
      element("button", { type: "button", onclick, ...attributes }, label);
    this.remove = button("Remove", () => this.clear(), { hidden: true });
    this.said = element("p", { class: "note soft", role: "status" });
    this.element = element(
      "details",
      {
        class: "reference",
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => {
          event.preventDefault();
          event.stopPropagation();
          if (event.dataTransfer.files.length) this.take(event.dataTransfer.files[0]);
        },
      },
      element("summary", {}, "Compare with a structure, or with states of your own"),
      element(
        "p",
        { class: "note soft" },
        "Drop or open a file of PDB, mmCIF or DSSP; or paste one, or the states alone, one for each residue.",
      ),
      this.text,
      element(
        "div",
        { class: "acts" },
        button("Compare", () => this.paste()),
        button("Open structure…", () => this.picker.click()),
        this.picker,
        this.remove,
      ),
      this.said,
    );
  }

  take(file) {
    if (!file) return;
    this.given = { name: file.name.replace(/[^\w.-]/g, "_").replace(/^[_.-]+/, "") || "file", content: file };
    this.compare();
  }

  paste() {
    const text = this.text.value;
    if (!text.trim()) return;
    const [, name = "states"] = HEADS.find(([head]) => head.test(text)) ?? [];
    this.given = { name, content: new Blob([text]) };
    this.compare();
  }

  clear() {
    this.given = null;
    this.picker.value = "";
    this.remove.hidden = true;
    this.said.textContent = "";
    this.onfound(null);
  }

  // Find the chain in what was given, and score what is shown.
  async compare() {
    if (!this.given) return;
    this.said.textContent = "Comparing…";
    try {
      const { name, states, residues, scores } = await compared(this.chain, this.layers(), this.given);
      const told = Object.entries(scores).map(([own, score]) =>
        score ? `${own}: Q3 ${score.q3.toFixed(1)}, SOV ${score.sov.toFixed(1)}` : `${own}: nothing to compare with`,
      );
      this.said.textContent = `${name} has states for ${residues} of ${this.chain.length} residues. ${told.join("; ")}`;
      this.remove.hidden = false;
      this.onfound({ name, states });
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}
