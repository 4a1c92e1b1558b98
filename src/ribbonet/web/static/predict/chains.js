// The list of predicted chains: a row each, which opens to the drawing; sorted and filtered.

import { element } from "../shared/dom.js";
import { strip } from "./chain/overview.js";
import { View } from "./chain/view.js";
import { layerOf } from "./tasks/tasks.js";
import { count } from "./wording.js";

const OPEN = 6; // as many chains are open from the start; of more, the first alone

const ORDERS = {
  given: ["as given", (a, b) => a.number - b.number],
  name: ["name", (a, b) => a.id.localeCompare(b.id, "en", { numeric: true })],
  longest: ["longest first", (a, b) => b.length - a.length],
  shortest: ["shortest first", (a, b) => a.length - b.length],
  helix: ["most helix", (a, b) => b.shares.H - a.shares.H],
  strand: ["most strand", (a, b) => b.shares.E - a.shares.E],
  coil: ["most coil", (a, b) => b.shares.C - a.shares.C],
  sure: ["surest first", (a, b) => b.confidence - a.confidence],
  unsure: ["least sure first", (a, b) => a.confidence - b.confidence],
};
export const SORTS = Object.entries(ORDERS).map(([name, [label]]) => [name, label]);

// A model, with relatives of known structure or without.
export const nameOf = (model, relatives) => (relatives ? `${model} with relatives` : model);

// A line of JSON, as `ribbonet predict --format jsonl` writes it, with what the list needs; `known` is
// what the server says of further tracks.
export function chainOf(line, number, known) {
  const record = JSON.parse(line);
  const { p_helix: helix, p_strand: strand, p_coil: coil, states, length } = record;
  const shares = { H: 0, E: 0, C: 0 };
  for (const state of states) if (state in shares) shares[state] += 1 / length;
  let sum = 0;
  for (let n = 0; n < length; n++) sum += Math.max(helix[n], strand[n], coil[n]);
  const sought = `${record.id} ${record.description}`.toLowerCase();
  const name = nameOf(record.provenance.model, record.provenance.options.templates !== false);
  const further = Object.entries(record.tracks ?? {}).map(([own, given]) => layerOf(own, known[own], given));
  return {
    ...record,
    further,
    helix,
    strand,
    coil,
    name,
    compared: [],
    number,
    shares,
    confidence: sum / length,
    sought,
  };
}

export class Chains {
  // `settings` has what all drawings share: `pitch`, the width of a residue in pixels, and more.
  constructor(settings, onchange) {
    this.settings = settings;
    this.element = element("div", { class: "chains", role: "list", "aria-label": "Chains" });
    this.onchange = onchange;
    this.sort = "given";
    this.filter = "";
    this.clear();
    this.width = 0; // of a drawing; measured once for all
    new ResizeObserver(() => this.measure()).observe(this.element);
  }

  clear() {
    this.rows = [];
    this.opened = new Set();
    this.element.replaceChildren();
  }

  // Chains as they come; `expected` says how many there will be in the end.
  add(chains, expected) {
    const added = chains.map((chain) => new Row(chain, this));
    this.rows.push(...added);
    if (this.sort === "given" && !this.filter) this.element.append(...added.map((row) => row.element));
    else this.arrange();
    for (const row of added) {
      if (expected <= OPEN || row.chain.number === 0) row.toggle(true);
    }
  }

  arrange() {
    const sought = this.filter.trim().toLowerCase();
    const motif = sought.toUpperCase();
    const order = ORDERS[this.sort][1];
    const shown = this.rows
      .filter(({ chain }) => !sought || chain.sought.includes(sought) || chain.sequence.includes(motif))
      .sort((a, b) => order(a.chain, b.chain) || a.chain.number - b.chain.number);
    this.element.replaceChildren(...shown.map((row) => row.element));
    this.onchange(shown.length);
    if (this.width) this.layout();
    else this.measure();
  }

  measure() {
    const panel = this.opened.values().next().value?.panel;
    if (!panel?.isConnected) return;
    const style = getComputedStyle(panel);
    const width = this.width;
    this.width = panel.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (width !== this.width) this.layout();
  }

  layout() {
    if (!this.width) return;
    for (const row of this.opened) {
      if (row.element.isConnected) row.view.layout(this.width);
    }
  }

  // Open all that are shown, or close all.
  toggleAll(open) {
    for (const row of this.rows) if (row.element.isConnected) row.toggle(open);
  }
}

class Row {
  constructor(chain, list) {
    this.chain = chain;
    this.list = list;
    this.view = null;
    const id = `chain-${chain.number}`;
    const share = (state, name) =>
      element(
        "span",
        { class: `share-of ${name}` },
        element("b", {}, Math.round(100 * chain.shares[state])),
        element("span", {}, ` % ${name}`),
      );
    this.button = element(
      "button",
      { class: "row", "aria-expanded": "false", "aria-controls": id, onclick: () => this.toggle() },
      element(
        "span",
        { class: "name" },
        element("b", {}, chain.id || "(no name)"),
        element("span", { class: "soft" }, ` ${chain.description}`),
      ),
      strip(chain.states),
      element("span", { class: "length" }, element("b", {}, count(chain.length)), " residues"),
      share("H", "helix"),
      share("E", "strand"),
      share("C", "coil"),
      element(
        "span",
        { class: "sure" },
        element("span", {}, "confidence "),
        element("b", {}, chain.confidence.toFixed(2)),
      ),
    );
    this.panel = element("div", { id, class: "panel", hidden: true });
    this.element = element("div", { class: "chain", role: "listitem" }, this.button, this.panel);
  }

  toggle(open = this.panel.hidden) {
    if (open === !this.panel.hidden) return;
    this.button.setAttribute("aria-expanded", open);
    this.panel.hidden = !open;
    if (open) {
      this.view ??= new View(this.chain, this.list.settings);
      this.panel.replaceChildren(this.view.element);
      this.list.opened.add(this);
      if (this.list.width) this.view.layout(this.list.width);
      else this.list.measure();
    } else {
      this.list.opened.delete(this);
    }
  }
}
