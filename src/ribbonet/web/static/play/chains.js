// A chain that the network does not learn from: what it says of each residue, beside what is true.

import { element } from "../shared/dom.js";
import { classColour } from "./colours.js";

const WORDS = { H: "helix", E: "strand", C: "coil" };

export function chainView() {
  const title = element("h3", {});
  const lines = element("div", {
    class: "followed",
    tabindex: 0,
    role: "region",
    "aria-label": "The chain and its states",
  });
  const legend = element(
    "div",
    { class: "legend" },
    ...Object.entries(WORDS).map(([state, word], i) => {
      const mark = element("i", {});
      mark.style.background = classColour(i, true);
      return element("span", {}, mark, `${state} ${word}`);
    }),
  );
  const score = element("p", { class: "number soft" });
  const node = element("div", { class: "chain-view" }, title, score, lines, legend);
  let scene = null;
  let cells = [];
  return {
    node,
    begin(ready) {
      ({ scene } = ready);
      title.textContent = `${scene.id} ${scene.description}`.trim();
      cells = [...scene.sequence].map((residue, i) => {
        const state = element("b", {}, "·");
        const cell = element(
          "span",
          { class: "residue" },
          element("i", {}, scene.labels[i]),
          element("em", {}, residue),
          state,
        );
        cell.firstChild.style.borderColor = classColour("HEC".indexOf(scene.labels[i]), true);
        return { cell, state };
      });
      lines.replaceChildren(...cells.map(({ cell }) => cell));
    },
    show(picture) {
      let right = 0;
      let known = 0;
      cells.forEach(({ state }, i) => {
        const shares = picture.states.subarray(3 * i, 3 * i + 3);
        const best = shares.indexOf(Math.max(...shares));
        const letter = "HEC"[best];
        if (scene.labels[i] !== "-") {
          known += 1;
          right += letter === scene.labels[i];
        }
        if (state.textContent !== letter) state.textContent = letter;
        state.style.setProperty("--state", classColour(best, true));
        state.style.setProperty("--sure", `${Math.round(Math.max(0, (shares[best] / 255 - 1 / 3) * 1.5) * 100)}%`);
      });
      score.textContent = `A test chain: above each residue the state to be learned, below it the network's; ${Math.round((100 * right) / Math.max(known, 1))} % agree`;
    },
  };
}
