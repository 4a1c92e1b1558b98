// A test chain and the place of the window in it, which a slider, a click or a play button moves.

import { element } from "../shared/dom.js";
import { classColour } from "../play/colours.js";

const PACE = 220; // milliseconds at each residue

export function chainStrip({ follow, move }) {
  const choice = element("select", { onchange: () => { rest(); follow(Number(choice.value)); } });
  const slider = element("input", { type: "range", min: 0, max: 1, value: 0, step: 1, "aria-label": "Place of the window", oninput: () => { rest(); go(Number(slider.value), true); } });
  const slide = element("button", { type: "button", onclick: () => (timer ? rest() : start()) }, "Slide");
  const score = element("p", { class: "number soft" });
  const lines = element("div", { class: "residues", role: "img" });
  lines.addEventListener("click", ({ target }) => {
    const cell = target.closest("[data-place]");
    if (cell) { rest(); go(Number(cell.dataset.place), true); }
  });
  const node = element("section", { class: "card panel followed", "aria-label": "A test chain" },
    element("div", { class: "strip-head" },
      element("label", { class: "line" }, element("span", { class: "label" }, "Test chain"), choice), slide, slider),
    lines, score);
  let chain = null;
  let cells = [];
  let place = 0;
  let timer = null;

  function start() {
    slide.textContent = "Halt";
    timer = setInterval(() => go((place + 1) % cells.length, false), PACE);
  }

  function rest() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    slide.textContent = "Slide";
    move(place, true);
  }

  function mark(width) {
    cells.forEach(({ cell }, i) => {
      cell.classList.toggle("seen", Math.abs(i - place) <= width >> 1);
      cell.classList.toggle("middle", i === place);
    });
    slider.value = place;
    slider.setAttribute("aria-valuetext", `residue ${place + 1}, ${chain.sequence[place]}`);
  }

  let width = 13;
  function go(next, resting) {
    place = next;
    mark(width);
    move(place, resting);
  }

  return {
    node, rest,
    get place() { return place; },
    get chain() { return chain?.chain; },
    chains(names) {
      choice.replaceChildren(...names.map((name, i) => element("option", { value: i }, name)));
    },
    follow(next) {
      chain = next;
      choice.value = chain.chain;
      place = Math.min(place, chain.sequence.length - 1) || Math.min(6, chain.sequence.length - 1);
      slider.max = chain.sequence.length - 1;
      cells = [...chain.sequence].map((residue, i) => {
        const state = element("b", {}, "·");
        const cell = element("span", { class: "residue", "data-place": i }, element("i", {}, chain.labels[i]), element("em", {}, residue), state);
        const truth = "HEC".indexOf(chain.labels[i]);
        if (truth >= 0) cell.firstChild.style.borderColor = classColour(truth, true);
        return { cell, state };
      });
      lines.replaceChildren(...cells.map(({ cell }) => cell));
      mark(width);
    },
    show(picture) {
      const name = picture.cascade ? "cascade" : "units";
      const said = picture[name];
      let right = 0;
      let known = 0;
      cells.forEach(({ state }, i) => {
        const shares = said.subarray(3 * i, 3 * i + 3);
        const best = shares.indexOf(Math.max(...shares));
        const letter = "HEC"[best];
        if (chain.labels[i] !== "-") {
          known += 1;
          right += letter === chain.labels[i];
        }
        if (state.textContent !== letter) state.textContent = letter;
        state.style.setProperty("--state", classColour(best, true));
        state.style.setProperty("--sure", `${Math.round(Math.max(0, (shares[best] / 255 - 1 / 3) * 1.5) * 100)}%`);
      });
      lines.setAttribute("aria-label", `${chain.id}: ${chain.sequence.length} residues, their states and those that the network gives`);
      width = picture.window;
      mark(width);
      score.textContent = `Above each residue its state by DSSP, below it the ${name === "cascade" ? "cascade" : "network"}'s: ${Math.round((100 * right) / Math.max(known, 1))} % of this chain are right.`;
    },
  };
}
