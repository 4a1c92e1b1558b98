// Colours of numbers: orange below nought, blue above, the paper's between; and of classes.

const CLASSES = ["#e69f00", "#0072b2", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"]; // Okabe & Ito
const STATES = ["--helix", "--strand", "--coil"];

let known = null;

// The colours of the present scheme, light or dark.
export function colours() {
  if (known === null) {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    const [low, high, paper] = ["--low", "--high", "--paper"].map((name) => rgb(token(name)));
    const table = (most) =>
      Uint32Array.from({ length: 256 }, (_, i) => {
        const strength = (i - 128) / 127;
        return packed(mixed(paper, strength < 0 ? low : high, most * Math.min(1, Math.abs(strength))));
      });
    known = {
      paper,
      signed: table(1),
      pale: table(0.62), // pale where points lie on it
      low: token("--low"),
      high: token("--high"),
      ink: token("--ink"),
      soft: token("--soft"),
      line: token("--line"),
      ground: token("--paper"),
      classes: CLASSES.map((hex, i) => (i === 1 ? token("--high") : hex)),
      states: STATES.map(token),
    };
  }
  return known;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  known = null;
  dispatchEvent(new Event("recolour"));
});

export function rgb(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((d) => d + d).join("") : hex.slice(1);
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}

export function mixed(from, to, share) {
  return from.map((value, i) => value + (to[i] - value) * share);
}

function packed([r, g, b]) {
  return ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

// The colour of a class, of two or more, or of the states of a residue.
export function classColour(i, chains = false) {
  return chains ? colours().states[i] : colours().classes[i % CLASSES.length];
}

// The colour of a number from -1 to 1.
export function signedColour(value) {
  const { paper, low, high } = colours();
  const strength = Math.min(1, Math.abs(value));
  return `rgb(${mixed(paper, rgb(value < 0 ? low : high), strength)
    .map(Math.round)
    .join(" ")})`;
}

// Paint a grid of whole numbers on a canvas of its size, each in the colour that the table has.
export function paint(canvas, values, width, table, offset) {
  const height = values.length / width;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < values.length; i += 1) pixels[i] = table[values[i] + offset];
  context.putImageData(image, 0, 0);
}

// Paint the likeliest of several classes at each place, paler where it is less sure.
export function paintClasses(canvas, chosen, sure, width, count) {
  canvas.width = width;
  canvas.height = chosen.length / width;
  const { paper } = colours();
  const tables = Array.from({ length: count }, (_, k) => {
    const own = rgb(classColour(k));
    return Uint32Array.from({ length: 256 }, (_, s) => {
      const share = Math.max(0, (s / 255 - 1 / count) / (1 - 1 / count));
      return packed(mixed(paper, own, 0.08 + 0.5 * share));
    });
  });
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < chosen.length; i += 1) pixels[i] = tables[chosen[i]][sure[i]];
  context.putImageData(image, 0, 0);
}
