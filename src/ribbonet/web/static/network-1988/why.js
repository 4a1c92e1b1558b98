// Why this state here? What each residue of the window, and each hidden unit, contributes to it.

import { element } from "../shared/dom.js";
import { SPACER, windowAt } from "./chemistry.js";

const WORDS = ["helix", "strand", "coil"];
const SHOWN = 8; // units
const signed = (value, digits) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

function bars(rows, digits) {
  const most = Math.max(1e-9, ...rows.map(([, value]) => Math.abs(value)));
  return rows.map(([name, value]) => {
    const bar = element("i", { class: value < 0 ? "negative" : "" });
    bar.style.setProperty("--share", `${((50 * Math.abs(value)) / most).toFixed(1)}%`);
    return element("div", { class: "part" }, element("span", {}, name), bar, element("span", { class: "number" }, signed(value, digits)));
  });
}

export function why() {
  const title = element("h2", {}, "Why this state here?");
  const text = element("p", { class: "soft" });
  const residues = element("div", { class: "parts" });
  const units = element("div", { class: "parts" });
  const node = element("section", { class: "card panel why", "aria-label": "Why this state here?" }, title, text,
    element("div", { class: "sides" },
      element("div", {}, element("h3", {}, "Residues of the window"), element("p", { class: "soft" }, "The state's probability, in points of per cent, less its mean over the 20 residues that could stand in the place."), residues),
      element("div", {}, element("h3", {}, "Hidden units"), element("p", { class: "soft" }, "What the unit says times its weight to the state: these and the bias add up to the output before the softmax."), units)));
  let ready = null;
  let chain = null;
  return {
    node,
    begin(message) { ready = message; },
    follow(message) { chain = message; },
    wait() { node.classList.add("old"); },
    show(picture) {
      node.classList.remove("old");
      const place = picture.look;
      const shares = [...picture.near];
      const state = shares.indexOf(Math.max(...shares));
      const width = picture.replaced.length / 60;
      const seen = windowAt(chain.sequence, place, width, ready.symbols);
      const at = (i) => i - (width >> 1);
      const parts = seen.map((code, i) => {
        let mean = 0;
        for (let kind = 0; kind < 20; kind += 1) mean += picture.replaced[(i * 20 + kind) * 3 + state] / 20;
        const name = `${at(i) > 0 ? "+" : ""}${String(at(i)).replace("-", "−")} ${code === SPACER ? "–" : ready.symbols[code]}`;
        return [name, 100 * (shares[state] - mean)];
      });
      residues.replaceChildren(...bars(parts, 1));
      const count = picture.near_hidden.length;
      const given = Array.from(picture.near_hidden, (value, i) => [`unit ${i + 1}`, value * picture.outputs[i * 3 + state]]);
      const bias = picture.outputs[count * 3 + state];
      const total = given.reduce((sum, [, value]) => sum + value, bias);
      const largest = given.toSorted((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
      const rest = largest.slice(SHOWN).reduce((sum, [, value]) => sum + value, 0);
      const rows = [...largest.slice(0, SHOWN), ...(count > SHOWN ? [[`${count - SHOWN} others`, rest]] : []), ["bias", bias]];
      units.replaceChildren(...bars(rows, 2));
      const strongest = parts.toSorted((a, b) => b[1] - a[1])[0];
      title.textContent = `Why ${WORDS[state]} here?`;
      text.textContent = `Residue ${place + 1}, ${chain.sequence[place]}: the network gives ${WORDS[state]} ${(100 * shares[state]).toFixed(0)} %; what speaks most for it is ${strongest[0].split(" ")[1]} at position ${strongest[0].split(" ")[0]}. The output before the softmax is ${signed(total, 2)}.`;
    },
  };
}
