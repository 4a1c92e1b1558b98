// The list of predicted chains: a row each, which opens to the drawing; sorted and filtered.

import { element } from "../shared/dom.js";
import { View } from "./chain/view.js";
import { layerOf, ordersOf } from "./tasks/tasks.js";
import { count } from "./wording.js";

const OPEN = 6; // as many chains are open from the start; of more, the first alone

const ORDERS = {
  given: ["as given", (a, b) => a.number - b.number],
  name: ["name", (a, b) => a.id.localeCompare(b.id, "en", { numeric: true })],
  longest: ["longest first", (a, b) => b.length - a.length],
  shortest: ["shortest first", (a, b) => a.length - b.length],
};

// A model, with relatives of known structure or without.
export const nameOf = (model, relatives) => (relatives ? `${model} with relatives` : model);

// A line of JSON, as `ribbonet predict --format jsonl` writes it, with what the list needs; `task` is
// what the model predicts, `known` what the server says of further tracks.
export function chainOf(line, number, task, known) {
  const record = JSON.parse(line);
  const { p_helix: helix, p_strand: strand, p_coil: coil, provenance, tracks = {} } = record;
  const name = nameOf(provenance.model, provenance.options.templates !== false);
  const sought = `${record.id} ${record.description}`.toLowerCase();
  const further = Object.entries(tracks).map(([own, given]) => layerOf(own, known[own], given));
  const layer = layerOf(name, task, record);
  return { ...record, layer, further, helix, strand, coil, name, compared: [], number, sought };
}

export class Chains {
  // `settings` has what all drawings share: `pitch`, the width of a residue in pixels, and more.
  constructor(settings, onchange) {
    this.settings = settings;
    this.element = element("div", { class: "chains", role: "list", "aria-label": "Chains" });
    this.onchange = onchange;
    this.orders = ORDERS;
    this.sort = "given";
    this.filter = "";
    this.clear();
    this.width = 0; // of a drawing; measured once for all
    new ResizeObserver(() => this.measure()).observe(this.element);
  }

  // The orders there are for a task, as a choice lists them.
  sorts(task) {
    this.orders = { ...ORDERS, ...ordersOf(task) };
    if (!(this.sort in this.orders)) this.sort = "given";
    return Object.entries(this.orders).map(([name, [label]]) => [name, label]);
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
    const order = this.orders[this.sort][1];
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
    this.button = element(
      "button",
      { class: "row", "aria-expanded": "false", "aria-controls": id, onclick: () => this.toggle() },
      element(
        "span",
        { class: "name" },
        element("b", {}, chain.id || "(no name)"),
        element("span", { class: "soft" }, ` ${chain.description}`),
      ),
      chain.layer.strip,
      element("span", { class: "length" }, element("b", {}, count(chain.length)), " residues"),
      ...chain.layer.cells,
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
