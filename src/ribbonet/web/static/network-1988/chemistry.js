// Residues ordered by chemistry, so that a unit's weights make patterns that can be read.

export const SPACER = 20; // its code; those of the residues are their places in the server's order

export const GROUPS = [
  ["turn", "GP"], ["aliphatic", "AVILMC"], ["aromatic", "FYW"], ["polar", "STNQ"], ["basic", "HKR"], ["acidic", "DE"],
];
export const LETTERS = [...GROUPS.map(([, letters]) => letters).join(""), "–"];

// The codes in this order, the spacer last, given the server's order.
export const codesOf = (symbols) => LETTERS.map((letter) => (letter === "–" ? SPACER : symbols.indexOf(letter)));

// The codes of a window around a place, spacers beyond the ends.
export function windowAt(sequence, place, width, symbols) {
  return Array.from({ length: width }, (_, i) => {
    const code = symbols.indexOf(sequence[place - (width >> 1) + i] ?? "–");
    return code < 0 ? SPACER : code;
  });
}

// Lay a unit's weights, positions by codes, out as rows of residues by columns of positions.
export function laidOut(maps, unit, width, codes) {
  const map = maps.subarray(unit * width * 21, (unit + 1) * width * 21);
  const grid = new Int8Array(width * 21);
  codes.forEach((code, row) => {
    for (let position = 0; position < width; position += 1) grid[row * width + position] = map[position * 21 + code];
  });
  return grid;
}
