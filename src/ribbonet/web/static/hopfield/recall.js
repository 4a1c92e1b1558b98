// A recall: where it starts, the states on the way, its energy, and where it ends.

import { element } from "../shared/dom.js";
import { gridView } from "./grid.js";

const PACE = 120; // milliseconds between two states
const KINDS = {
  single: "a fixed point of the third kind: a single pattern",
  metastable: "a fixed point of the second kind: the mean of patterns that are alike",
  global: "a fixed point of the first kind: the mean of all patterns",
};

const percent = (share) => `${(100 * share).toFixed(share > 0.0995 ? 0 : 1)} %`;

export function drawing(text, label) {
  const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  return document.importNode(picture, true);
}

// `controls` are those that say how; `drawn` is called with a state that was drawn.
export function recallCard(controls, drawn) {
  let answer = null;
  let at = 0;
  let timer = 0;
  const start = gridView("The state to start from: arrow keys move, space draws", drawn);
  const state = gridView("The state now");
  const slider = element("input", {
    type: "range",
    min: 0,
    value: 0,
    oninput: () => go(slider.valueAsNumber),
  });
  const play = element("button", { type: "button", class: "primary", onclick: () => run() }, "Recall");
  const where = element("output", { class: "number soft" });
  const chart = element("div", { class: "sketch" });
  const verdict = element("p", { class: "verdict", role: "status" });
  const node = element(
    "section",
    { class: "card panel", "aria-label": "Recall" },
    element("h2", {}, "2. Corrupt and recall"),
    controls,
    element(
      "div",
      { class: "recall" },
      element("figure", {}, start.node, element("figcaption", {}, "Start")),
      element("figure", {}, state.node, element("figcaption", {}, "Now")),
      chart,
    ),
    element(
      "div",
      { class: "steps" },
      play,
      element("label", { class: "field" }, element("span", {}, "Step"), slider),
      where,
    ),
    verdict,
  );

  function go(to) {
    at = to;
    slider.value = at;
    state.show(answer.states[at]);
    where.textContent = `step ${at} of ${answer.states.length - 1}, energy ${answer.energies[at].toFixed(2).replace("-", "−")}`;
  }

  function run() {
    clearInterval(timer);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      go(answer.states.length - 1);
      return;
    }
    go(0);
    timer = setInterval(() => {
      if (at + 1 < answer.states.length) go(at + 1);
      else clearInterval(timer);
    }, PACE);
  }

  function said() {
    const { found, inverted, nearest, overlap, kind } = answer;
    const end = kind ? `It rests at ${KINDS[kind]}.` : "It rests.";
    const share = percent((1 + Math.abs(overlap)) / 2);
    if (found !== null) return `${end} ${inverted ? "The inverse of pattern" : "Pattern"} ${found + 1} was recalled.`;
    return `${end} Nobody stored this; pattern ${nearest + 1} agrees in the signs of ${share} of the units.`;
  }

  return {
    node,
    show(from, next) {
      clearInterval(timer);
      answer = next;
      start.show(from);
      slider.max = answer.states.length - 1;
      chart.replaceChildren(drawing(answer.chart, "The energy at each step"));
      verdict.textContent = said();
      go(answer.states.length - 1);
    },
    stop: () => clearInterval(timer),
  };
}

// The first update, taken apart as attention, and the fixed points as beta grows.
export function attentionCard() {
  const table = element("div", { class: "table" });
  const chart = element("div", { class: "sketch" });
  const same = element("p", { class: "soft" });
  const node = element(
    "section",
    { class: "card panel", "aria-label": "Attention and fixed points" },
    element("h2", {}, "3. The modern update is attention"),
    element(
      "p",
      { class: "soft" },
      "The state is the query, the patterns are keys and values: softmax(β · query · keys) · values, with β = 1/√d = 0.143 for the 49 units.",
    ),
    element("div", { class: "halves" }, element("div", {}, table, same), chart),
  );
  return {
    node,
    show({ attention, shares }, points) {
      const row = (tag, cells) => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
      const last = shares.at(-1);
      table.replaceChildren(
        element(
          "table",
          { class: "number" },
          element(
            "thead",
            {},
            row("th", ["pattern", "β · query · key", "share of the first update", "share at the end"]),
          ),
          element(
            "tbody",
            {},
            ...attention.scores.map((score, i) =>
              row("td", [
                String(i + 1),
                score.toFixed(2).replace("-", "−"),
                percent(attention.shares[i]),
                percent(last[i]),
              ]),
            ),
          ),
        ),
      );
      same.textContent = `Attention by its own formula and the network's update differ by ${attention.difference.toExponential(0)}.`;
      chart.replaceChildren(drawing(points.chart, "The share of each pattern in the fixed point, by beta"));
    },
  };
}
