// One chain drawn: lines of residues with their tracks. A cursor goes from residue to residue by
// pointer or by keys, and tells of each; what is dragged over, or gone over with Shift, is selected.

import { element, svg } from "../../shared/dom.js";
import { readout, told } from "./readout.js";
import { HEIGHT } from "./ribbon.js";
import { Stretch } from "./shapes.js";
import { drawn, tracksOf } from "./tracks.js";

const RULER = 14; // height of the numbers above a line, in pixels
const GAP = 22; // below, but for the last line
const DIGIT = 6.5; // width of one of a residue's number
const BLOCK = 4; // lines in one drawing, made when it comes into view
const BAR = 56; // height of what stands at the window's top

const SETTLED = 150; // milliseconds after which what is out of sight is drawn, too

// Blocks in the window are drawn at once, those near it when the zoom rests; far ones are let go.
const drawers = new WeakMap();
const drawIn = (block) => block.firstChild || block.append(drawers.get(block)());
const inSight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) drawIn(target);
});
const nearby = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) drawIn(target);
      else target.replaceChildren();
    }
  },
  { rootMargin: "800px 0px" },
);

export class Drawing {
  // `on.choose` is called with the place of a residue that is clicked, or chosen by the key Enter,
  // and whether it was by the key; `on.select` when another stretch is selected.
  constructor(chain, on) {
    this.chain = chain;
    this.on = on;
    this.place = -1;
    this.selected = null; // the first and the last place
    this.hits = []; // stretches that are found
    this.mark = element("div", { class: "mark", hidden: true });
    this.readout = element("div", { class: "readout", hidden: true });
    this.marked = element("div", { class: "marked", "aria-hidden": "true" });
    this.element = element("div", {
      class: "drawing",
      role: "slider",
      tabindex: 0,
      "aria-label": `Residues of ${chain.id || "the chain"}`,
      "aria-valuemin": 1,
      "aria-valuemax": chain.length,
      "aria-valuenow": 1,
      "aria-valuetext": told(chain, 0),
      onpointermove: (event) => this.move(event),
      onpointerdown: (event) => this.press(event),
      onclick: () => this.click(),
      onpointerleave: (event) => event.pointerType === "mouse" && this.leave(),
      onkeydown: (event) => this.key(event),
      onfocus: () => this.element.matches(":focus-visible") && this.go(Math.max(this.place, 0)),
      onblur: () => this.leave(),
    });
  }

  // Lay the lines out in a width, for residues about `pitch` pixels wide, with the chosen tracks.
  layout(width, pitch, chosen) {
    this.leave();
    this.width = width;
    const { length } = this.chain;
    const digits = String(length).length * DIGIT;
    this.left = Math.max(width < 600 ? 26 : 44, 12 + digits);
    const room = width - this.left - Math.max(14, digits / 2);
    const most = Math.max(Math.floor(room / pitch), 10);
    this.perLine = most - (most % 10);
    this.pitch = room / this.perLine;
    this.tracks = tracksOf(this.chain, chosen, this.pitch);
    this.line = RULER + this.tracks.reduce((sum, { height }) => sum + height, 0) + GAP;
    this.lines = Math.ceil(length / this.perLine);
    for (const block of this.element.querySelectorAll(".block")) {
      inSight.unobserve(block);
      nearby.unobserve(block);
    }
    const blocks = [];
    for (let first = 0; first < this.lines; first += BLOCK) {
      const count = Math.min(BLOCK, this.lines - first);
      const block = element("div", { class: "block" });
      block.style.height = `${count * this.line - (first + count === this.lines ? GAP : 0)}px`;
      drawers.set(block, () => this.draw(first, count));
      inSight.observe(block);
      blocks.push(block);
    }
    clearTimeout(this.settling);
    this.settling = setTimeout(() => blocks.forEach((block) => nearby.observe(block)), SETTLED);
    this.element.replaceChildren(...blocks, this.marked, this.mark, this.readout);
    this.highlight();
  }

  draw(first, count) {
    const picture = svg("svg", { width: this.width, height: count * this.line, "aria-hidden": "true" });
    for (let line = 0; line < count; line++) {
      const group = svg("g", { transform: `translate(${this.left} ${line * this.line})` });
      group.innerHTML = this.markup((first + line) * this.perLine);
      picture.append(group);
    }
    return picture;
  }

  // Markup of one line.
  markup(start) {
    const end = Math.min(start + this.perLine, this.chain.length);
    const stretch = new Stretch(start, end, this.pitch);
    const parts = [];
    for (let n = start - (start % 10) + 9; n < end; n += 10) {
      parts.push(`<text class="tick" x="${stretch.centre(n)}" y="9">${n + 1}</text>`);
    }
    parts.push(`<text class="first" x="-10" y="${RULER + HEIGHT / 2 + 4}">${start + 1}</text>`);
    let y = RULER;
    for (const track of this.tracks) {
      parts.push(drawn(track, stretch, y));
      y += track.height;
    }
    return parts.join("");
  }

  // The place of a residue under the pointer, or -1.
  at(event) {
    const box = this.element.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left) / this.pitch);
    const line = Math.floor((event.clientY - box.top) / this.line);
    const place = line * this.perLine + column;
    return column < 0 || column >= this.perLine || place >= this.chain.length ? -1 : place;
  }

  press(event) {
    this.dragged = false;
    const place = this.at(event);
    if (place < 0) return;
    if (event.shiftKey && this.place >= 0) this.extend(place);
    else {
      this.select(null);
      this.anchor = event.pointerType === "touch" || event.button ? null : place;
    }
    this.go(place);
  }

  move(event) {
    const place = this.at(event);
    if (place < 0) {
      this.leave();
      return;
    }
    if (event.buttons & 1 && event.pointerType !== "touch" && (this.dragged || place !== this.anchor)) {
      this.dragged = true;
      this.extend(place);
    }
    if (place !== this.place || this.mark.hidden) this.go(place);
  }

  click() {
    if (!this.mark.hidden && !this.dragged && !this.selected) this.on.choose(this.place, false);
  }

  key(event) {
    const { place, perLine, chain } = this;
    const to = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place - perLine,
      ArrowDown: place + perLine,
      PageUp: place - 10,
      PageDown: place + 10,
      Home: 0,
      End: chain.length - 1,
    }[event.key];
    if (event.key === "Escape") {
      this.select(null);
      this.leave();
    }
    if (event.key === "Enter" && !this.mark.hidden) this.on.choose(place, true);
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(to, 0), chain.length - 1);
    if (!event.shiftKey) this.anchor = next;
    else {
      this.anchor ??= Math.max(place, 0);
      this.extend(next);
    }
    this.go(next);
    this.mark.scrollIntoView({ block: "nearest" });
  }

  // Select from where it began to a place.
  extend(place) {
    this.anchor ??= this.place;
    this.select([Math.min(this.anchor, place), Math.max(this.anchor, place)]);
  }

  select(stretch) {
    if (stretch === this.selected) return;
    this.selected = stretch;
    this.highlight();
    this.on.select(stretch);
  }

  find(hits) {
    this.hits = hits;
    this.highlight();
  }

  // Boxes behind what is selected, and below what is found.
  highlight() {
    if (!this.line) return;
    const boxes = [...(this.selected ? this.boxes("selected", this.selected) : [])];
    for (const hit of this.hits) boxes.push(...this.boxes("hit", hit));
    this.marked.replaceChildren(...boxes);
  }

  *boxes(kind, [first, last]) {
    const { perLine, pitch, line } = this;
    for (let n = Math.floor(first / perLine); n <= Math.floor(last / perLine); n++) {
      const start = Math.max(first - n * perLine, 0);
      const end = Math.min(last - n * perLine + 1, perLine);
      const box = element("div", { class: kind });
      Object.assign(box.style, {
        left: `${this.left + start * pitch}px`,
        width: `${(end - start) * pitch}px`,
        top: `${n * line + RULER - 2}px`,
        height: `${line - RULER - GAP + 4}px`,
      });
      yield box;
    }
  }

  go(place) {
    this.place = place;
    const { line, mark } = this;
    const number = Math.floor(place / this.perLine);
    const x = this.left + (place % this.perLine) * this.pitch;
    Object.assign(mark.style, {
      left: `${x}px`,
      top: `${number * line + RULER - 2}px`,
      width: `${this.pitch}px`,
      height: `${line - RULER - GAP + 4}px`,
    });
    this.readout.replaceChildren(...readout(this.chain, place));
    mark.hidden = this.readout.hidden = false;
    const most = this.width - this.readout.offsetWidth;
    const left = Math.max(Math.min(x + this.pitch / 2 - this.readout.offsetWidth / 2, most), 0);
    // above the line, or below it where the window (or the bar at its top) would hide it
    const above = number * line + RULER - 8 - this.readout.offsetHeight;
    const fits = this.element.getBoundingClientRect().top + above > BAR;
    Object.assign(this.readout.style, {
      left: `${left}px`,
      top: `${fits ? above : number * line + line - GAP + 8}px`,
    });
    this.element.setAttribute("aria-valuenow", place + 1);
    this.element.setAttribute("aria-valuetext", told(this.chain, place));
  }

  // Bring a residue into view, with the cursor on it.
  visit(place) {
    this.go(place);
    this.mark.scrollIntoView({ block: "center" });
  }

  leave() {
    this.mark.hidden = this.readout.hidden = true;
  }
}
