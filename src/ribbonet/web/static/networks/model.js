// A model: stages of networks, from residues' codes to probabilities of states; what
// ribbonet.models.model and stages compute, one chain at a time.

import { stack } from "./layers.js";
import { Table } from "./table.js";
import { readWeights } from "./weights.js";

// `card` is a model.json, `weights` the buffer of its weights.safetensors; `alphabet` says what
// letters and states are: residues, spacer, states, eight of them, and the
// one of the three that each of the eight belongs to.
export class Model {
  constructor(card, weights, alphabet) {
    const arrays = readWeights(weights);
    this.alphabet = alphabet;
    this.stages = card.stages.map((stage, s) => ({
      window: stage.window,
      networks: stage.networks.map((layers, n) => stack(layers, (name) => arrays[`${s}.${n}.${name}`])),
    }));
    this.states = card.stages.at(-1).states;
  }

  // Codes of a sequence of capital letters.
  encode(sequence) {
    const { residues, spacer } = this.alphabet;
    const codes = Uint8Array.from(sequence, (letter) => {
      const code = residues.indexOf(letter);
      return code < 0 ? spacer : code;
    });
    return new Table(codes.length, 1, codes);
  }

  // Probabilities of each residue of a sequence, of all states that the model knows. `pause` is awaited
  // between layers: it may let others have their turn, or throw to end the prediction.
  async probabilities(sequence, pause = () => {}) {
    let shown = this.encode(sequence).windows(this.stages[0].window, this.alphabet.spacer);
    for (const [number, { networks }] of this.stages.entries()) {
      const each = [];
      for (const layers of networks) {
        let x = shown;
        for (const layer of layers) {
          await pause();
          x = layer(x);
        }
        each.push(softmax(x));
      }
      const next = this.stages[number + 1];
      if (!next) return mean(each);
      shown = this.inThree(mean(each)).windows(next.window, 0);
    }
  }

  // Eight states summed to three; three stay as they are.
  inThree(table) {
    const { states, eight, three_of_eight: belongs } = this.alphabet;
    if (table.columns === states.length) return table;
    const sums = new Table(table.rows, states.length);
    const column = Array.from(eight, (state) => states.indexOf(belongs[state]));
    for (let n = 0; n < table.rows; n++) {
      const [from, to] = [table.row(n), sums.row(n)];
      for (let k = 0; k < from.length; k++) to[column[k]] += from[k];
    }
    return sums;
  }
}

function softmax(z) {
  for (let n = 0; n < z.rows; n++) {
    const row = z.row(n);
    const largest = Math.max(...row);
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += row[k] = Math.exp(row[k] - largest);
    for (let k = 0; k < row.length; k++) row[k] /= sum;
  }
  return z;
}

function mean(tables) {
  const [{ rows, columns }] = tables;
  const result = new Table(rows, columns);
  result.values.forEach((_, n) => {
    result.values[n] = tables.reduce((sum, { values }) => sum + values[n], 0) / tables.length;
  });
  return result;
}
