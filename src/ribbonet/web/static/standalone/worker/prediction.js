// What is predicted of one chain, as ribbonet.prediction.prediction has it.

const MASK = "-"; // a state less probable than was asked for

// Codes of the likeliest states.
export function likeliest(table) {
  return Uint8Array.from({ length: table.rows }, (_, n) => {
    const row = table.row(n);
    return row.indexOf(Math.max(...row));
  });
}

export class Prediction {
  // `table` has the probabilities of `alphabet`, one row per residue; `codes` of the states that are chosen.
  constructor(chain, table, alphabet, codes, least) {
    Object.assign(this, chain, { table, alphabet });
    this.states = Array.from(codes, (code, n) => (table.row(n)[code] >= least ? alphabet[code] : MASK)).join("");
  }

  // Probabilities with three decimals, halves rounded to the even: a list for each state.
  get decimals() {
    return Array.from(this.alphabet, (_, k) =>
      Array.from({ length: this.table.rows }, (_, n) => (toEven(1000 * this.table.row(n)[k]) / 1000).toFixed(3)),
    );
  }
}

function toEven(x) {
  const near = Math.round(x);
  return near - x === 0.5 && near % 2 ? near - 1 : near;
}
