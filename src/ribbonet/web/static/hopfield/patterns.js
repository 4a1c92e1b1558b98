// Patterns of -1 and 1 on a square, as letters, at random, and in the address.

export const SIDE = 7;
const UNITS = SIDE * SIDE;

const LETTERS = {
  A: "..###.. .#...#. #.....# ####### #.....# #.....# #.....#",
  C: ".#####. #.....# #...... #...... #...... #.....# .#####.",
  E: "####### #...... #...... #####.. #...... #...... #######",
  H: "#.....# #.....# #.....# ####### #.....# #.....# #.....#",
  T: "####### ...#... ...#... ...#... ...#... ...#... ...#...",
  X: "#.....# .#...#. ..#.#.. ...#... ..#.#.. .#...#. #.....#",
};

export const letters = (text) =>
  [...text].filter((letter) => LETTERS[letter]).map((letter) => read(LETTERS[letter].replaceAll(" ", "")));

export const read = (text) => [...text].map((mark) => (mark === "#" ? 1 : -1));

// A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32).
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const drawn = (random) => Array.from({ length: UNITS }, () => (random() < 0.5 ? 1 : -1));

// The pattern with a share of its units flipped.
export function corrupted(pattern, share, random) {
  const order = pattern.map((_, i) => [random(), i]).sort(([a], [b]) => a - b);
  const flipped = new Set(order.slice(0, Math.round(share * pattern.length)).map(([, i]) => i));
  return pattern.map((unit, i) => (flipped.has(i) ? -unit : unit));
}

// Sixteen units are four hexadecimal digits, so that a pattern is short in an address.
export function toHex(pattern) {
  const bits = pattern.map((unit) => (unit > 0 ? "1" : "0")).join("");
  return BigInt(`0b1${bits}`).toString(16);
}

export function fromHex(text) {
  if (!/^[0-9a-f]{13}$/.test(text)) return null;
  const bits = BigInt(`0x${text}`).toString(2).slice(1);
  return bits.length === UNITS ? [...bits].map((bit) => (bit === "1" ? 1 : -1)) : null;
}
