// What stands on a chain's ruler. A track has a key (by which it is chosen), a title where it needs
// one, a height, and gives the markup of a stretch of the chain; all that comes from the user in
// that are letters, - and numbers, but for titles, which are escaped.

import { CHARGES, hydropathy } from "./residues.js";
import { HEIGHT, ribbon, runs } from "./ribbon.js";
import { BARS, bars, box, curve, escaped, ground, steps } from "./shapes.js";

export const LEGIBLE = 6.5; // pixels a residue from which letters are shown
const TITLE = 13; // heights, in pixels
const LETTERS = 15;
const CURVES = 54;
const MARKS = 5;
const MOST_HYDROPATHY = 4.5;

export const STATES = { H: "helix", E: "strand", C: "coil", "-": "unsure" };
const THREE = { H: "H", G: "H", I: "H", E: "E", B: "E", "-": "-" };

// What can be chosen, and how it is called.
export const CHOICES = {
  ribbon: "Three states",
  residues: "Residues",
  states: "States as letters",
  eight: "Eight states",
  probabilities: "Probabilities",
  confidence: "Confidence",
  relatives: "Relatives",
  hydropathy: "Hydropathy",
  charge: "Charge",
};
export const DEFAULTS = ["ribbon", "residues", "states", "probabilities", "relatives"];

// Those that say nothing of secondary structure.
export const GENERAL = ["residues", "hydropathy", "charge"];

// The tracks of a chain that are chosen and have something to show, from above to below.
export function tracksOf(chain, chosen, pitch) {
  const { layer, further } = chain;
  const others = [layer, ...further].flatMap((own) => own.tracks ?? []);
  const tracks = layer.tracks
    ? [...lettersOf(chain, chosen, pitch), ...others]
    : [...ribbons(chain, chosen), ...lettersOf(chain, chosen, pitch), ...measures(chain, chosen), ...others];
  if (chosen.has("hydropathy")) {
    const title = "Hydropathy (Kyte & Doolittle), up where hydrophobic";
    tracks.push({ key: "hydropathy", title, height: BARS + 4, draw: hydrophobicity(chain) });
  }
  for (const track of tracks) track.height += track.title ? TITLE : 0;
  return tracks;
}

function* ribbons(chain, chosen) {
  const { reference, compared } = chain;
  if (reference) yield ribbonOf(reference.states, `${reference.name} (reference)`);
  if (!chosen.has("ribbon")) return;
  const several = reference || compared.length > 0;
  yield ribbonOf(chain.states, several ? chain.name : "", reference?.states);
  for (const { name, states } of compared) yield ribbonOf(states, name, reference?.states ?? chain.states);
}

function* lettersOf(chain, chosen, pitch) {
  if (pitch < LEGIBLE) return;
  if (chosen.has("residues")) yield { key: "residues", height: LETTERS, draw: residues(chain) };
  if (chosen.has("states") && chain.states) yield { key: "states", height: LETTERS, draw: letters(chain.states) };
  if (chosen.has("eight") && chain.eight) {
    yield { key: "eight", title: "Eight states of DSSP", height: LETTERS, draw: letters(chain.eight) };
  }
  if (chosen.has("charge")) yield { key: "charge", title: "Charge at pH 7", height: LETTERS, draw: charge(chain) };
}

function* measures(chain, chosen) {
  if (chosen.has("probabilities")) yield { key: "probabilities", height: CURVES + 6, draw: probabilities(chain) };
  const height = BARS + 4;
  if (chosen.has("confidence")) {
    const title = "Confidence: probability of the state shown, 0 to 1";
    yield { key: "confidence", title, height, draw: confidence(chain) };
  }
  if (chosen.has("relatives") && chain.identity?.some((own) => own !== null)) {
    const title = "Identity of the nearest relative of known structure, 0 to 1";
    yield { key: "relatives", title, height, draw: relatives(chain) };
  }
}

// Markup of a track at a height.
export function drawn(track, stretch, y) {
  const title = track.title
    ? `<text class="title" x="0" y="${y + TITLE - 3}">${escaped(fitting(track.title, stretch.width))}</text>`
    : "";
  return title + track.draw(stretch, y + (track.title ? TITLE : 0));
}

function fitting(text, width) {
  const most = Math.max(Math.floor(width / 5.4), 12);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

// States as a ribbon; where they differ from others, a mark below.
function ribbonOf(given, title, others) {
  const draw = (stretch, y) => {
    const states = inThree(given.slice(stretch.start, stretch.end + 1)); // and the next one
    const own = states.slice(0, stretch.end - stretch.start);
    const continues = states[own.length] === own.at(-1);
    const shapes = ribbon(own, { step: stretch.pitch, y, continues });
    return `<g class="ribbon">${shapes}</g>${others ? differences(own, stretch.of(others), stretch, y + HEIGHT + 2) : ""}`;
  };
  return { key: "ribbon", title, height: HEIGHT + (others ? MARKS : 0) + 3, draw };
}

const inThree = (states) => Array.from(states, (state) => (state === "-" ? state : three(state))).join("");

// Where two have states, and not the same of three.
export const differ = (a, b) => a !== "-" && b !== "-" && three(a) !== three(b);
export const three = (state) => THREE[state] ?? "C";

function differences(states, others, stretch, y) {
  const marks = Array.from(states, (state, n) => (differ(state, others[n]) ? "x" : " ")).join("");
  let path = "";
  for (const [mark, start, length] of runs(marks)) {
    if (mark === "x") path += box(start * stretch.pitch, y, length * stretch.pitch, 3);
  }
  return `<path class="differs" d="${path}"/>`;
}

const sizeOf = (pitch) => Math.min(pitch * 1.25, 14).toFixed(1);

function row(kind, content, stretch, y) {
  const places = Array.from({ length: stretch.end - stretch.start }, (_, n) => stretch.centre(stretch.start + n));
  return `<text class="${kind}" font-size="${sizeOf(stretch.pitch)}" x="${places.join(" ")}" y="${y + 11}">${content}</text>`;
}

const residues = (chain) => (stretch, y) => row("residues", stretch.of(chain.sequence), stretch, y);

// One text, so that what is selected is copied in the order of the chain.
const letters = (states) => (stretch, y) => {
  const coloured = Array.from(runs(stretch.of(states)), ([state, first, length]) => {
    const kind = STATES[state === "-" ? state : three(state)];
    return `<tspan class="${kind}">${stretch.of(states).slice(first, first + length)}</tspan>`;
  });
  return row("states", coloured.join(""), stretch, y);
};

const charge = (chain) => (stretch, y) => {
  const signs = [];
  for (let n = stretch.start; n < stretch.end; n++) {
    const sign = CHARGES[chain.sequence[n]];
    if (sign)
      signs.push(
        `<text class="${sign === "+" ? "plus" : "minus"}" x="${stretch.centre(n)}" y="${y + 11}">${sign}</text>`,
      );
  }
  return signs.join("");
};

// Helix from below, strand from above, what is left between them is coil.
const probabilities = (chain) => (stretch, y) => {
  const { width } = stretch;
  const helix = stretch.of(chain.helix).map((p) => y + CURVES * (1 - p));
  const strand = stretch.of(chain.strand).map((p) => y + CURVES * p);
  return (
    `<rect class="rest" x="0" y="${y}" width="${width.toFixed(1)}" height="${CURVES}"/>` +
    `<path class="area helix" d="${curve(helix, y + CURVES, stretch.pitch)}"/>` +
    `<path class="area strand" d="${curve(strand, y, stretch.pitch)}"/>` +
    `<path class="half" d="M0 ${y + CURVES / 2}H${width.toFixed(1)}"/>` +
    `<text class="axis helix" x="-6" y="${y + 8}">1</text><text class="axis helix" x="-6" y="${y + CURVES}">0</text>` +
    `<text class="axis strand" x="${width + 4}" y="${y + 8}">0</text><text class="axis strand" x="${width + 4}" y="${y + CURVES}">1</text>`
  );
};

const confidence = (chain) => (stretch, y) => {
  const { helix, strand, coil } = chain;
  const heights = [];
  for (let n = stretch.start; n < stretch.end; n++) heights.push(Math.max(helix[n], strand[n], coil[n]));
  return bars("confidence", heights, stretch, y);
};

const relatives = (chain) => (stretch, y) => bars("related", stretch.of(chain.identity), stretch, y);

const hydrophobicity = (chain) => (stretch, y) => {
  const middle = BARS / 2;
  const heights = hydropathy(chain.sequence, stretch.start, stretch.end).map((own) => (own / MOST_HYDROPATHY) * middle);
  const part = (kind, sign) =>
    steps(
      kind,
      heights.map((own) => Math.max(sign * own, 0) * sign),
      y + middle,
      stretch,
    );
  return ground(stretch, y) + part("hydrophobic", 1) + part("hydrophilic", -1);
};
