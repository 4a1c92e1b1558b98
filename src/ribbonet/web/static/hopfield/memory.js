// What the memory holds: patterns to draw, and the letters, random ones and relatives to begin with.

import { element } from "../shared/dom.js";
import { gridView } from "./grid.js";
import { corrupted, drawn, letters } from "./patterns.js";

const MOST = 8;

// `changed` is called with the patterns, `start` with one to recall from.
export function memoryCard(random, changed, start) {
  let patterns = [];
  const grids = element("div", { class: "grids" });
  const button = (text, action) => element("button", { type: "button", onclick: action }, text);
  const more = button("Add one at random", () => changed([...patterns, drawn(random)]));
  const node = element(
    "section",
    { class: "card panel", "aria-label": "Memory" },
    element("h2", {}, "1. Store"),
    element("p", { class: "soft" }, "Draw patterns of −1 and 1 into the memory, or take some to begin with."),
    element(
      "div",
      { class: "buttons" },
      button("Letters", () => changed(letters("ACT"))),
      button("Six letters", () => changed(letters("ACEHTX"))),
      button("Three alike, three strangers", () => {
        const one = drawn(random);
        const alike = [one, corrupted(one, 0.15, random), corrupted(one, 0.15, random)];
        changed([...alike, drawn(random), drawn(random), drawn(random)]);
      }),
      more,
    ),
    grids,
  );

  function show(next) {
    patterns = next;
    more.disabled = patterns.length === MOST;
    grids.replaceChildren(
      ...patterns.map((pattern, i) => {
        const grid = gridView(`Pattern ${i + 1}: arrow keys move, space draws`, (own) =>
          changed(patterns.with(i, own)),
        );
        grid.show(pattern);
        const remove = element(
          "button",
          {
            type: "button",
            class: "plain",
            "aria-label": `Remove pattern ${i + 1}`,
            disabled: patterns.length === 1,
            onclick: () => changed(patterns.toSpliced(i, 1)),
          },
          "Remove",
        );
        const take = element(
          "button",
          { type: "button", class: "plain", "aria-label": `Corrupt pattern ${i + 1}`, onclick: () => start(i) },
          "Corrupt",
        );
        return element(
          "figure",
          {},
          grid.node,
          element("figcaption", {}, element("span", {}, `Pattern ${i + 1}`), take, remove),
        );
      }),
    );
  }
  return { node, show };
}
