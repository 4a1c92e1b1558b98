// Above a chain's drawing: go to a residue, find a motif, select a range, copy it.

import { element, field } from "../../shared/dom.js";
import { plural } from "../wording.js";

const MOST = 2000; // stretches that are shown

export class Finder {
  constructor(chain, drawing, overview) {
    this.chain = chain;
    this.drawing = drawing;
    this.overview = overview;
    this.hits = [];
    this.hit = -1;
    this.position = element("input", {
      type: "number",
      min: 1,
      max: chain.length,
      onchange: () => this.position.reportValidity() && this.position.value && drawing.visit(this.position.value - 1),
    });
    this.motif = element("input", {
      type: "text",
      placeholder: "N-{P}-[ST]",
      spellcheck: "false",
      oninput: () => this.find(),
      onkeydown: (event) => event.key === "Enter" && this.next(),
    });
    this.range = element("input", {
      type: "text",
      placeholder: "12-40",
      onchange: () => this.choose(),
    });
    this.said = element("span", { class: "soft", role: "status" });
    this.copying = element("button", { type: "button", onclick: () => this.copy() }, "Copy");
    drawing.element.addEventListener("copy", (event) => {
      if (!getSelection().isCollapsed) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", this.text());
    });
    this.element = element(
      "div",
      { class: "finder" },
      field("Go to", this.position),
      field("Motif", this.motif),
      field("Range", this.range),
      this.copying,
      this.said,
    );
  }

  // A range was selected in the drawing.
  select(range) {
    this.range.value = range ? range.map((place) => place + 1).join("-") : "";
    this.range.setCustomValidity("");
    this.point();
    this.said.textContent = range ? `${plural(range[1] - range[0] + 1, "residue")} selected` : "";
  }

  // A range was typed.
  choose() {
    const { length } = this.chain;
    const [, first, last = first] = /^\s*(\d+)\s*(?:[-–:]\s*(\d+))?\s*$/.exec(this.range.value) ?? [];
    const wrong = this.range.value.trim() && !(first >= 1 && +first <= +last && last <= length);
    this.range.setCustomValidity(wrong ? `Give two positions from 1 to ${length}, such as 12-40` : "");
    if (!this.range.reportValidity()) return;
    this.drawing.select(first ? [first - 1, last - 1] : null);
    if (first) this.drawing.visit(first - 1);
  }

  find() {
    const pattern = patternOf(this.motif.value);
    this.motif.setCustomValidity(
      pattern === null ? "A motif is letters, x for any, [ST] for one of, {P} for none of" : "",
    );
    this.hits = pattern ? [...found(this.chain.sequence, pattern)] : [];
    this.hit = -1;
    this.drawing.find(this.hits.slice(0, MOST));
    this.point();
    this.said.textContent = pattern
      ? `${this.hits.length} found`
      : pattern === null
        ? this.motif.validationMessage
        : "";
  }

  next() {
    if (this.hits.length === 0) return;
    this.hit = (this.hit + 1) % this.hits.length;
    const [first, last] = this.hits[this.hit];
    this.drawing.visit(first);
    this.said.textContent = `${this.hit + 1} of ${this.hits.length}: residues ${first + 1} to ${last + 1}`;
  }

  point() {
    this.overview.point([...this.hits.slice(0, MOST), ...(this.drawing.selected ? [this.drawing.selected] : [])]);
  }

  // What is selected, or the whole chain: residues, and below them the states, labels or values.
  text() {
    const { id, sequence, layer, length } = this.chain;
    const [first, last] = this.drawing.selected ?? [0, length - 1];
    const part = (own) => own.slice(first, last + 1);
    const below = layer.labels ? part(layer.labels) : part(layer.values).join(" ");
    return `>${id}/${first + 1}-${last + 1}\n${part(sequence)}\n${below}\n`;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text());
      this.said.textContent = "Copied: residues, and below them what is predicted";
    } catch {
      this.said.textContent = "The browser does not let this page copy";
    }
  }
}

// A motif as PROSITE writes it, as a regular expression: null where it is none, "" where it is empty.
export function patternOf(motif) {
  const text = motif
    .trim()
    .toUpperCase()
    .replace(/[-\s.]/g, "");
  if (!text) return "";
  const part = /(?:[A-Z]|\[[A-Z]+\]|\{[A-Z]+\})(?:\(\d{1,3}(?:,\d{1,3})?\))?/y;
  let pattern = "";
  while (part.lastIndex < text.length) {
    const at = part.exec(text);
    if (!at) return null;
    const [letters, times = ""] = at[0].split("(");
    const [least, most = least] = times.match(/\d+/g) ?? [];
    if (Number(least) > Number(most)) return null;
    pattern += letters.replace(/^\{(.*)\}$/, "[^$1]").replace("X", ".") + times.replace(/(.*)\)/, "{$1}");
  }
  return pattern;
}

// Stretches of a sequence that match, those that overlap too.
export function* found(sequence, pattern) {
  const expression = new RegExp(`(?=(${pattern}))`, "g");
  for (const match of sequence.matchAll(expression)) {
    if (match[1]) yield [match.index, match.index + match[1].length - 1];
  }
}
