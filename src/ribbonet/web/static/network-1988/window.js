// The window: its residues over the weights of one unit on the left, the probabilities on the right.

import { element } from "../shared/dom.js";
import { classColour, colours, paint } from "../play/colours.js";
import { codesOf, laidOut, LETTERS, windowAt } from "./chemistry.js";

const WORDS = ["Helix", "Strand", "Coil"];
const CELL = 14;

export function windowView() {
  const canvas = element("canvas", { role: "img" });
  const lit = element("div", { class: "lit", "aria-hidden": true });
  const positions = element("div", { class: "positions number", "aria-hidden": true });
  const letters = element("div", { class: "letters", "aria-hidden": true }, ...LETTERS.map((letter) => element("span", {}, letter)));
  const heading = element("h2", {}, "Inputs");
  const links = element("p", { class: "soft number" });
  const inputs = element("section", { class: "card panel", "aria-label": "Inputs" }, heading,
    element("div", { class: "weight-map" }, letters, element("div", { class: "map" }, canvas, lit), positions), links);
  const rows = ["units", "none", "cascade"].map((name) => {
    const bars = WORDS.map((word, k) => {
      const bar = element("i", {});
      const share = element("span", { class: "number" });
      return { bar, share, node: element("div", { class: "share" }, element("span", {}, word), bar, share), k };
    });
    const title = element("h3", {});
    return { name, bars, title, node: element("div", { class: "answer" }, title, ...bars.map((own) => own.node)) };
  });
  const truth = element("p", {});
  const outputs = element("section", { class: "card panel", "aria-label": "Outputs" }, element("h2", {}, "Outputs"), truth, ...rows.map((row) => row.node));
  let ready = null;
  let chain = null;
  let place = 0;
  let unit = 0;
  let codes = [];

  return {
    inputs, outputs,
    begin(message) { ready = message; codes = codesOf(message.symbols); },
    follow(message) { chain = message; },
    move(next) { place = next; },
    choose(next) { unit = next; },
    show(picture) {
      const { size: count, window: width } = picture;
      const direct = unit >= count; // the weights of the network without hidden units
      const own = direct ? unit - count : unit;
      place = Math.min(place, chain.sequence.length - 1);
      paint(canvas, laidOut(direct ? picture.direct : picture.maps, own, width, codes), width, colours().signed, 128);
      canvas.style.width = `${width * CELL}px`;
      canvas.style.height = `${21 * CELL}px`;
      const seen = windowAt(chain.sequence, place, width, ready.symbols);
      lit.replaceChildren(...seen.map((code, i) => {
        const cell = element("i", {});
        cell.style.left = `${i * CELL}px`;
        cell.style.top = `${codes.indexOf(code) * CELL}px`;
        return cell;
      }));
      positions.style.width = `${width * CELL}px`;
      positions.replaceChildren(...[-(width >> 1), 0, width >> 1].filter((at, i, all) => all.indexOf(at) === i).map((at) => element("span", {}, at > 0 ? `+${at}` : String(at).replace("-", "−"))));
      const name = direct ? `0 units, ${WORDS[own].toLowerCase()}` : `unit ${own + 1}`;
      heading.textContent = `${width} × 21 inputs, over the weights of ${name}`;
      canvas.setAttribute("aria-label", `Weights of ${name}: positions of the window across, residues by chemistry down`);
      const [h, e, c] = direct ? [] : picture.outputs.subarray(own * 3, own * 3 + 3);
      links.textContent = direct ? "Framed: the residues in the window. Their weights and the bias add up to the output before the softmax." : `Framed: the residues in the window. The unit says ${(picture.hidden[place * count + own] / 255).toFixed(2)}; its weights to helix, strand and coil are ${[h, e, c].map((value) => value.toFixed(2).replace("-", "−")).join(", ")}.`;
      const label = "HEC".indexOf(chain.labels[place]);
      truth.textContent = `Residue ${place + 1}, ${chain.sequence[place]}; by DSSP ${label < 0 ? "unknown" : WORDS[label].toLowerCase()}`;
      for (const row of rows) {
        row.node.hidden = !picture[row.name];
        if (!picture[row.name]) continue;
        row.title.textContent = { units: `${count} units`, none: "0 units", cascade: "Cascade" }[row.name];
        row.bars.forEach(({ bar, share, k }) => {
          const value = picture[row.name][place * 3 + k] / 255;
          bar.style.setProperty("--share", `${(100 * value).toFixed(0)}%`);
          bar.style.setProperty("--colour", classColour(k, true));
          share.textContent = `${(100 * value).toFixed(0)} %`;
        });
      }
    },
  };
}
