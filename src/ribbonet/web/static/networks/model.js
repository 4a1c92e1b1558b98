// A model: stages of networks, from residues' codes to probabilities of states; what
// ribbonet.models.model and stages compute, one chain at a time.

import { stack } from "./layers.js";
import { Table } from "./table.js";
import { readWeights } from "./weights.js";

// `card` is a model.json, `weights` the buffer of its weights.safetensors; `alphabet` says what
// letters and states are: residues, spacer, states, and the state of each of the eight.
export class Model {
  constructor(card, weights, alphabet) {
    const arrays = readWeights(weights);
    this.alphabet = alphabet;
    this.stages = card.stages.map((stage, s) => ({
      window: stage.window,
      states: stage.states,
      networks: stage.networks.map((layers, n) => stack(layers, (name) => arrays[`${s}.${n}.${name}`])),
    }));
    this.states = this.stages.at(-1).states;
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

  // Probabilities of each residue of a sequence: of three states, or of all that the model knows.
  probabilities(sequence, eight = false) {
    let seen = this.encode(sequence);
    this.stages.forEach(({ window, states, networks }, number) => {
      const shown = seen.windows(window, number === 0 ? this.alphabet.spacer : 0);
      const own = mean(networks.map((network) => softmax(network(shown))));
      const wanted = eight && number === this.stages.length - 1;
      seen = wanted ? own : this.inThree(own, states);
    });
    return seen;
  }

  // Eight states summed to three.
  inThree(table, states) {
    const { states: three, three_of_eight: belongs } = this.alphabet;
    if (states === three) return table;
    const sums = new Table(table.rows, three.length);
    const column = Array.from(states, (state) => three.indexOf(belongs[state]));
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
