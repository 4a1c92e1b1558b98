// All hidden units: the weights of each as a small map, and what it says to the window.

import { element } from "../shared/dom.js";
import { colours, paint } from "../play/colours.js";
import { codesOf, laidOut } from "./chemistry.js";

const WORDS = ["Helix", "Strand", "Coil"];

// `choose` takes a unit's number; those of the network without hidden units, one a state, follow.
export function units(choose) {
  const hidden = element("div", { class: "units" });
  const direct = element("div", { class: "units direct" });
  const node = element("section", { class: "card panel", "aria-label": "Units and their weights" },
    element("h2", {}, "Hidden units"),
    element("p", { class: "soft" }, "Each unit's weights, positions across, residues down; blue raises it, orange lowers it. The bar: what it says to this window, from 0 to 1. Choose one to see it large."),
    hidden, element("h2", {}, "0 units: straight to the states"), direct);
  const box = (name, number, caption = "") => {
    const canvas = element("canvas", { "aria-hidden": true });
    const bar = element("i", {});
    return { canvas, bar, node: element("button", { type: "button", class: "unit", "aria-label": name, onclick: () => choose(number) }, canvas, bar, caption) };
  };
  let boxes = [];
  let codes = [];
  let count = -1;
  let chosen = 0;
  function mark(unit) {
    chosen = unit;
    boxes.forEach((own, i) => (i === unit ? own.node.setAttribute("aria-current", "true") : own.node.removeAttribute("aria-current")));
  }
  return {
    node, mark,
    begin(ready) {
      codes = codesOf(ready.symbols);
      if (count === ready.settings.units) return;
      count = ready.settings.units;
      boxes = [
        ...Array.from({ length: count }, (_, i) => box(`Unit ${i + 1}`, i)),
        ...WORDS.map((word, k) => box(`0 units, ${word.toLowerCase()}`, count + k, word)),
      ];
      hidden.replaceChildren(...boxes.slice(0, count).map((own) => own.node));
      direct.replaceChildren(...boxes.slice(count).map((own) => own.node));
      choose(Math.min(chosen, count - 1));
    },
    show(picture, place) {
      if (picture.size !== count) return;
      boxes.forEach(({ canvas, bar }, i) => {
        const own = i < count ? [picture.maps, i] : [picture.direct, i - count];
        const value = i < count ? picture.hidden[place * count + i] : picture.none[place * 3 + i - count];
        paint(canvas, laidOut(...own, picture.window, codes), picture.window, colours().signed, 128);
        bar.style.setProperty("--share", `${(value / 2.55).toFixed(0)}%`);
      });
    },
  };
}
