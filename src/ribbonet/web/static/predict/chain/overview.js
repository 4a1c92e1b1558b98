// A whole chain in a line, and which part of its drawing is in the window; dragging scrolls.

import { element } from "../../shared/dom.js";
import { runs } from "./ribbon.js";

const BAR = 52; // height of what stands at the window's top, in pixels
const LONG = 400; // residues from which a chain has an overview
const PAGE = 0.1; // of a chain, that the keys for pages scroll

const shown = new Set();
let due = false;
function update() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    for (const overview of shown) {
      if (overview.element.isConnected) overview.update();
      else shown.delete(overview);
    }
  });
}
addEventListener("scroll", update, { passive: true });
addEventListener("resize", update);

// The whole chain in a line: helices as high blocks, strands as low ones.
export function strip(states) {
  const paths = { H: "", E: "" };
  for (const [state, start, length] of runs(states)) {
    const [top, height] = state === "H" ? [0, 1] : [0.22, 0.56];
    if (state in paths) paths[state] += `M${start} ${top}h${length}v${height}h-${length}z`;
  }
  const holder = element("span", { class: "strip", "aria-hidden": "true" });
  holder.innerHTML =
    `<svg viewBox="0 0 ${states.length} 1" preserveAspectRatio="none">` +
    `<path class="helix" d="${paths.H}"/><path class="strand" d="${paths.E}"/></svg>`;
  return holder;
}

export class Overview {
  constructor(chain, drawing) {
    this.chain = chain;
    this.drawing = drawing;
    drawing.element.id = `drawing-${chain.number}`;
    this.window = element("i", { class: "window" });
    this.places = element("span", { class: "places", "aria-hidden": "true" });
    const follow = (event) => event.buttons & 1 && this.scroll(this.fraction(event));
    this.element = element(
      "div",
      {
        class: "overview",
        role: "scrollbar",
        tabindex: 0,
        hidden: chain.length < LONG,
        "aria-label": `Part of ${chain.id || "the chain"} in view`,
        "aria-controls": drawing.element.id,
        "aria-orientation": "horizontal",
        "aria-valuemin": 1,
        "aria-valuemax": chain.length,
        "aria-valuenow": 1,
        onpointerdown: (event) => {
          this.element.setPointerCapture(event.pointerId);
          follow(event);
        },
        onpointermove: follow,
        onkeydown: (event) => this.key(event),
      },
      chain.layer.strip,
      this.places,
      this.window,
    );
  }

  fraction(event) {
    const box = this.element.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  }

  key(event) {
    const middle = (this.first + this.last) / 2;
    const to = {
      ArrowLeft: middle - PAGE / 5,
      ArrowRight: middle + PAGE / 5,
      PageUp: middle - PAGE,
      PageDown: middle + PAGE,
      Home: 0,
      End: 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.scroll(to);
  }

  // Bring a part of the drawing to the middle of the window.
  scroll(fraction) {
    const box = this.drawing.element.getBoundingClientRect();
    scrollBy({ top: box.top + fraction * box.height - (innerHeight + BAR) / 2, behavior: "instant" });
  }

  // Say which part is in the window.
  update() {
    shown.add(this);
    const box = this.drawing.element.getBoundingClientRect();
    const part = (y) => Math.min(Math.max((y - box.top) / box.height, 0), 1);
    [this.first, this.last] = [part(BAR), part(innerHeight)];
    this.window.style.left = `${100 * this.first}%`;
    this.window.style.width = `${100 * (this.last - this.first)}%`;
    const place = Math.round(((this.first + this.last) / 2) * (this.chain.length - 1)) + 1;
    this.element.setAttribute("aria-valuenow", place);
  }

  // Show where something is: what is selected or found.
  point(stretches) {
    const { length } = this.chain;
    this.places.replaceChildren(
      ...stretches.map(([first, last]) => {
        const place = element("i", {});
        place.style.left = `${(100 * first) / length}%`;
        place.style.width = `max(2px, ${(100 * (last - first + 1)) / length}%)`;
        return place;
      }),
    );
  }
}
