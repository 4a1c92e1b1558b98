// Below a chain's drawing: its figure to save, one residue changed, and all single mutants.

import { element, field, save, select } from "../../shared/dom.js";
import { ofChain } from "../analyses.js";
import { Figure } from "./figure.js";

const RESIDUES = "ACDEFGHIKLMNPQRSTVWY";

export class Mutations {
  // `settings` has the options of the prediction, its model, and what the server knows.
  constructor(chain, settings) {
    this.chain = chain;
    this.settings = settings;
    this.figure = new Figure(chain, settings, (prediction) => this.wait(prediction));
    this.position = element("input", { type: "number", min: 1, max: chain.length, value: 1, required: true });
    this.residue = select(
      "residue",
      [...RESIDUES].map((letter) => [letter, letter]),
    );
    this.table = element("button", { type: "button", hidden: true, onclick: () => this.scan("csv") }, "Save table");
    this.said = element("p", { class: "note soft", role: "status" });
    this.picture = element("div", { class: "mutant" });
    this.element = element(
      "div",
      { class: "mutations" },
      element(
        "div",
        { class: "acts" },
        this.figure.element,
        element(
          "div",
          { class: "group" },
          field("Position", this.position),
          field("Change to", this.residue),
          this.button("See the change", () => this.mutate()),
        ),
        element(
          "div",
          { class: "group" },
          this.button("Scan all changes", () => this.scan("svg")),
          this.table,
        ),
      ),
      this.said,
      this.picture,
    );
  }

  button(label, act) {
    return element("button", { type: "button", onclick: act }, label);
  }

  // The residue that was chosen in the drawing, to be changed; by a key, the choice is next.
  choose(place, byKey) {
    this.position.value = place + 1;
    if (byKey) this.residue.focus();
  }

  // Wait for what is predicted of this chain; what goes wrong is said, and null comes.
  async wait(prediction) {
    this.said.textContent = "Predicting…";
    try {
      const answer = await prediction;
      this.said.textContent = "";
      return answer;
    } catch (error) {
      this.said.textContent = error.message;
      return null;
    }
  }

  async mutate() {
    if (!this.position.reportValidity()) return;
    const query = {
      model: this.settings.options.model,
      position: this.position.value,
      residue: this.residue.value,
    };
    const answer = await this.wait(ofChain("mutant", this.chain, query));
    if (!answer) return;
    const { said, picture } = await answer.json();
    this.said.textContent = said;
    this.show(new Blob([picture], { type: "image/svg+xml" }), said);
  }

  // All single mutants, by the model that is fast enough.
  async scan(format) {
    const answer = await this.wait(ofChain("scan", this.chain, { model: "fast", format }));
    if (!answer) return;
    if (format === "csv") {
      save(await answer.blob(), "scan.csv");
      return;
    }
    this.table.hidden = false;
    this.said.textContent = "By the model fast: how many residues would change their state.";
    this.show(await answer.blob(), "Heat map of all single mutants; Save table has its numbers");
  }

  show(blob, alt) {
    const reader = new FileReader();
    reader.onload = () => this.picture.replaceChildren(element("img", { src: reader.result, alt }));
    reader.readAsDataURL(blob);
  }
}
