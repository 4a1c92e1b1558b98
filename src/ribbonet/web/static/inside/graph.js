// The computation graph as the library draws it; its circles are found by their names.

import { element } from "../shared/dom.js";

// `go` is called with the name of the circle that was chosen.
export function graphView(go) {
  const node = element("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "Computation graph" });

  function take(text) {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Computation graph: parameters blue, data green, a value or a shape at each node");
    let circle = null;
    for (const one of svg.querySelectorAll("circle, text")) {
      if (one.tagName === "circle") circle = one;
      else if (one.classList.contains("note")) one.dataset.of = circle.dataset.name;
      else if (!one.classList.length) circle.dataset.name = one.textContent;
    }
    node.replaceChildren(document.importNode(svg, true));
    for (const one of node.querySelectorAll("circle")) one.addEventListener("click", () => go(one.dataset.name));
  }

  // Mark the row where the reader is, those that moved, and hide what has not been reached.
  function mark(rows, at, moves) {
    const { name } = rows[at];
    const target = name.startsWith("d") ? name.split("/d").at(-1) : name;
    const seen = new Set(rows.slice(0, at + 1).map((row) => row.name));
    const known = new Map(rows.map((row) => [row.name, row]));
    for (const circle of node.querySelectorAll("circle")) {
      const own = circle.dataset.name;
      circle.classList.toggle("now", own === target);
      circle.classList.toggle("moved", known.has(own) && moves(known.get(own)));
      circle.classList.toggle("hidden-yet", known.has(own) && !seen.has(own));
    }
    for (const note of node.querySelectorAll(".note")) {
      note.classList.toggle("hidden-yet", known.has(note.dataset.of) && !seen.has(note.dataset.of));
    }
  }
  return { node, take, mark };
}
