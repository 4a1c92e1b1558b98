// One chain drawn: lines of residues, each a ribbon above the letters above the probabilities as
// stacked curves. A cursor goes from residue to residue by pointer or by keys, and tells of each.

import { element, svg } from "../../shared/dom.js";
import { HEIGHT, ribbon, runs } from "./ribbon.js";

const RULER = 14; // heights, in pixels, from a line's top down
const LETTERS = 38;
const CURVES = 54;
const GAP = 22; // below, but for the last line
const LINE = RULER + HEIGHT + LETTERS + CURVES + GAP;
const DIGIT = 6.5; // width of one of a residue's number
const BLOCK = 12; // lines in one drawing, made when it comes into view
const BAR = 56; // height of what stands at the window's top
const LEGIBLE = 6.5; // pixels a residue from which letters are shown

const NAMES = { H: "helix", E: "strand", C: "coil", "-": "unsure" };
const RESIDUES = {
  A: "Ala",
  R: "Arg",
  N: "Asn",
  D: "Asp",
  C: "Cys",
  Q: "Gln",
  E: "Glu",
  G: "Gly",
  H: "His",
  I: "Ile",
  L: "Leu",
  K: "Lys",
  M: "Met",
  F: "Phe",
  P: "Pro",
  S: "Ser",
  T: "Thr",
  W: "Trp",
  Y: "Tyr",
  V: "Val",
  B: "Asx",
  Z: "Glx",
  J: "Xle",
  U: "Sec",
  O: "Pyl",
};

// Blocks are drawn a little before they are seen, and let go when they are far away.
const drawers = new WeakMap();
const watch = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) target.replaceChildren();
      else if (!target.firstChild) target.append(drawers.get(target)());
    }
  },
  { rootMargin: "500px 0px" },
);

export class Drawing {
  // `onchoose` is called with the place of a residue that is clicked, or chosen by the key Enter.
  constructor(chain, onchoose) {
    this.chain = chain;
    this.onchoose = onchoose;
    this.place = -1;
    this.mark = element("div", { class: "mark", hidden: true });
    this.readout = element("div", { class: "readout", hidden: true });
    this.element = element("div", {
      class: "drawing",
      role: "slider",
      tabindex: 0,
      "aria-label": `Residues of ${chain.id || "the chain"}`,
      "aria-valuemin": 1,
      "aria-valuemax": chain.length,
      "aria-valuenow": 1,
      "aria-valuetext": this.told(0),
      onpointermove: (event) => this.point(event),
      onpointerdown: (event) => this.point(event),
      onclick: () => !this.mark.hidden && this.onchoose(this.place, false),
      onpointerleave: (event) => event.pointerType === "mouse" && this.leave(),
      onkeydown: (event) => this.key(event),
      onfocus: () => this.element.matches(":focus-visible") && this.go(Math.max(this.place, 0)),
      onblur: () => this.leave(),
    });
  }

  // Lay the lines out in a width, for residues about `pitch` pixels wide.
  layout(width, pitch) {
    const asked = `${width} ${pitch}`;
    if (asked === this.laid) return;
    this.laid = asked;
    this.leave();
    this.width = width;
    const digits = String(this.chain.length).length * DIGIT;
    this.left = Math.max(width < 600 ? 26 : 44, 12 + digits);
    const room = width - this.left - Math.max(10, digits / 2);
    const most = Math.max(Math.floor(room / pitch), 10);
    this.perLine = most - (most % 10);
    this.pitch = room / this.perLine;
    const lines = Math.ceil(this.chain.length / this.perLine);
    for (const block of this.element.querySelectorAll(".block")) watch.unobserve(block);
    const blocks = [];
    for (let first = 0; first < lines; first += BLOCK) {
      const count = Math.min(BLOCK, lines - first);
      const block = element("div", { class: "block" });
      block.style.height = `${count * LINE - (first + count === lines ? GAP : 0)}px`;
      drawers.set(block, () => this.draw(first, count));
      watch.observe(block);
      blocks.push(block);
    }
    this.element.replaceChildren(...blocks, this.mark, this.readout);
  }

  draw(first, count) {
    const picture = svg("svg", { width: this.width, height: count * LINE, "aria-hidden": "true" });
    for (let line = 0; line < count; line++) {
      const group = svg("g", { transform: `translate(${this.left} ${line * LINE})` });
      group.innerHTML = this.line((first + line) * this.perLine);
      picture.append(group);
    }
    return picture;
  }

  // Markup of one line; all that comes from the user are letters, - and numbers.
  line(start) {
    const { chain, pitch } = this;
    const end = Math.min(start + this.perLine, chain.length);
    const states = chain.states.slice(start, end);
    const continues = chain.states[end] === chain.states[end - 1];
    const parts = [`<g class="ribbon">${ribbon(states, { step: pitch, y: RULER, continues })}</g>`];
    const centre = (n) => ((n - start + 0.5) * pitch).toFixed(1);
    for (let n = start - (start % 10) + 9; n < end; n += 10) {
      parts.push(`<text class="tick" x="${centre(n)}" y="9">${n + 1}</text>`);
    }
    parts.push(`<text class="first" x="-10" y="${RULER + HEIGHT + 16}">${start + 1}</text>`);
    if (pitch >= LEGIBLE) {
      const size = Math.min(pitch * 1.25, 14).toFixed(1);
      const places = Array.from({ length: end - start }, (_, i) => centre(start + i)).join(" ");
      const row = (kind, letters, y) => {
        parts.push(`<text class="${kind}" font-size="${size}" x="${places}" y="${y}">${letters}</text>`);
      };
      row("residues", chain.sequence.slice(start, end), RULER + HEIGHT + 16);
      // one text, so that what is selected is copied in the order of the chain
      const coloured = Array.from(
        runs(states),
        ([state, first, length]) => `<tspan class="${NAMES[state]}">${states.slice(first, first + length)}</tspan>`,
      );
      row("states", coloured.join(""), RULER + HEIGHT + 31);
    }
    const top = RULER + HEIGHT + LETTERS;
    const length = ((end - start) * pitch).toFixed(1);
    parts.push(`<rect class="rest" x="0" y="${top}" width="${length}" height="${CURVES}"/>`);
    const helix = chain.helix.slice(start, end).map((p) => top + CURVES * (1 - p));
    const strand = chain.strand.slice(start, end).map((p) => top + CURVES * p);
    parts.push(`<path class="area helix" d="${this.area(helix, top + CURVES)}"/>`);
    parts.push(`<path class="area strand" d="${this.area(strand, top)}"/>`);
    parts.push(`<path class="half" d="M0 ${top + CURVES / 2}H${length}"/>`);
    parts.push(
      `<text class="axis" x="-10" y="${top + 9}">1</text><text class="axis" x="-10" y="${top + CURVES}">0</text>`,
    );
    return parts.join("");
  }

  // What lies between heights, one for each residue, joined by curves, and a base.
  area(heights, base) {
    const { pitch } = this;
    const y = heights.map((height) => height.toFixed(1));
    let path = `M0 ${base}V${y[0]}H${(pitch / 2).toFixed(1)}`;
    for (let n = 1; n < y.length; n++) {
      const middle = (n * pitch).toFixed(1);
      path += `C${middle} ${y[n - 1]} ${middle} ${y[n]} ${((n + 0.5) * pitch).toFixed(1)} ${y[n]}`;
    }
    return `${path}H${(y.length * pitch).toFixed(1)}V${base}Z`;
  }

  point(event) {
    const box = this.element.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.left) / this.pitch);
    const line = Math.floor((event.clientY - box.top) / LINE);
    const place = line * this.perLine + column;
    if (column < 0 || column >= this.perLine || place >= this.chain.length) this.leave();
    else if (place !== this.place || this.mark.hidden) this.go(place);
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
    if (event.key === "Escape") this.leave();
    if (event.key === "Enter" && !this.mark.hidden) this.onchoose(place, true);
    if (to === undefined) return;
    event.preventDefault();
    this.go(Math.min(Math.max(to, 0), chain.length - 1));
    this.mark.scrollIntoView({ block: "nearest" });
  }

  go(place) {
    this.place = place;
    const line = Math.floor(place / this.perLine);
    const x = this.left + (place % this.perLine) * this.pitch;
    Object.assign(this.mark.style, {
      left: `${x}px`,
      top: `${line * LINE + RULER - 2}px`,
      width: `${this.pitch}px`,
      height: `${LINE - RULER - GAP + 4}px`,
    });
    this.readout.replaceChildren(...this.told_in_full(place));
    this.mark.hidden = this.readout.hidden = false;
    const most = this.width - this.readout.offsetWidth;
    const left = Math.max(Math.min(x + this.pitch / 2 - this.readout.offsetWidth / 2, most), 0);
    // above the line, or below it where the window (or the bar at its top) would hide it
    const above = line * LINE + RULER - 8 - this.readout.offsetHeight;
    const fits = this.element.getBoundingClientRect().top + above > BAR;
    Object.assign(this.readout.style, {
      left: `${left}px`,
      top: `${fits ? above : line * LINE + LINE - GAP + 8}px`,
    });
    this.element.setAttribute("aria-valuenow", place + 1);
    this.element.setAttribute("aria-valuetext", this.told(place));
  }

  leave() {
    this.mark.hidden = this.readout.hidden = true;
  }

  told(place) {
    const { chain } = this;
    const share = (p) => `${Math.round(100 * p)} %`;
    return (
      `${RESIDUES[chain.sequence[place]] ?? "unknown residue"} ${place + 1}: ${NAMES[chain.states[place]]}; ` +
      `helix ${share(chain.helix[place])}, strand ${share(chain.strand[place])}, coil ${share(chain.coil[place])}`
    );
  }

  told_in_full(place) {
    const { chain } = this;
    const letter = chain.sequence[place];
    const rows = ["helix", "strand", "coil"].map((name) => {
      const bar = element("i", { class: name });
      bar.style.width = `${100 * chain[name][place]}%`;
      return element(
        "div",
        { class: "share" },
        element("span", {}, name),
        element("span", { class: "track" }, bar),
        element("b", {}, chain[name][place].toFixed(3)),
      );
    });
    const name = `${RESIDUES[letter] ?? "unknown"} ${place + 1}`;
    return [element("p", {}, element("b", {}, letter), ` ${name} · ${NAMES[chain.states[place]]}`), ...rows];
  }
}
