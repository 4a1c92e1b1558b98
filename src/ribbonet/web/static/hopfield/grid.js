// A pattern as a square of cells, drawn by pointer or keys, or only shown.

import { svg } from "../shared/dom.js";
import { SIDE } from "./patterns.js";

// `changed` is called with the pattern after a stroke; without it the grid is a picture.
export function gridView(label, changed) {
  let pattern = [];
  let cursor = 0;
  let pen = 0; // what a stroke paints, 0 between strokes
  const cells = Array.from({ length: SIDE * SIDE }, (_, i) =>
    svg("rect", { x: (i % SIDE) + 0.04, y: Math.floor(i / SIDE) + 0.04, width: 0.92, height: 0.92, rx: 0.12 }),
  );
  const node = svg(
    "svg",
    {
      class: "grid",
      viewBox: `0 0 ${SIDE} ${SIDE}`,
      role: changed ? "application" : "img",
      "aria-label": label,
      tabindex: changed ? 0 : null,
    },
    ...cells,
  );

  function paint() {
    cells.forEach((cell, i) => {
      const value = pattern[i] ?? -1;
      cell.style.setProperty("--on", `${Math.round(50 + 50 * Math.max(-1, Math.min(1, value)))}%`);
      cell.classList.toggle("cursor", changed !== undefined && i === cursor);
    });
  }

  function set(i, value) {
    if (pattern[i] === value) return;
    pattern = pattern.with(i, value);
    paint();
  }

  if (changed) {
    const place = (event) => {
      const box = node.getBoundingClientRect();
      const [x, y] = [
        Math.floor(((event.clientX - box.left) / box.width) * SIDE),
        Math.floor(((event.clientY - box.top) / box.height) * SIDE),
      ];
      return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? null : y * SIDE + x;
    };
    node.addEventListener("pointerdown", (event) => {
      const i = place(event);
      if (i === null) return;
      node.setPointerCapture(event.pointerId);
      pen = pattern[i] > 0 ? -1 : 1;
      cursor = i;
      set(i, pen);
    });
    node.addEventListener("pointermove", (event) => {
      const i = pen ? place(event) : null;
      if (i !== null) set(i, pen);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      node.addEventListener(end, () => {
        if (pen) changed(pattern);
        pen = 0;
      });
    }
    node.addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: SIDE, ArrowUp: -SIDE }[event.key];
      if (move && cursor + move >= 0 && cursor + move < SIDE * SIDE) cursor += move;
      else if (event.key === " " || event.key === "Enter") {
        set(cursor, pattern[cursor] > 0 ? -1 : 1);
        changed(pattern);
      } else if (!move) return;
      event.preventDefault();
      paint();
    });
  }

  return {
    node,
    show(next) {
      pattern = next;
      paint();
    },
  };
}
