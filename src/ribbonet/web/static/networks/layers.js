// Each layer of a network: made of its description and its parameters, a function of a table of
// one chain. They compute what ribbonet.nn.layers computes; tests hold the two equal.

import { selfAttention } from "./attention.js";
import { Matrix } from "./product.js";
import { Table } from "./table.js";

const EPSILON = 1e-5; // ribbonet.nn.layers.norm.EPSILON

// `parameter(name)` gives the numbers of an array of the layer, such as "weight".
const LAYERS = {
  WindowDense: ({ window, symbols, outputs }, parameter) => {
    const [weight, bias] = [parameter("weight"), parameter("bias")];
    return (codes) => {
      const z = filled(codes.rows, outputs, bias);
      for (let n = 0; n < codes.rows; n++) {
        const [seen, sums] = [codes.row(n), z.row(n)];
        for (let place = 0; place < window; place++) {
          const first = (place * symbols + seen[place]) * outputs;
          for (let o = 0; o < outputs; o++) sums[o] += weight[first + o];
        }
      }
      return z;
    };
  },

  Dense: ({ inputs, outputs }, parameter) => {
    const matrix = new Matrix(parameter("weight"), inputs, outputs);
    const bias = parameter("bias");
    return (x) => {
      const z = filled(x.rows, outputs, bias);
      matrix.addProduct(x, 0, z, 0, x.rows);
      return z;
    };
  },

  // Beyond the ends of the chain there is nothing to add.
  Conv1d: ({ inputs, outputs, kernel, dilation }, parameter) => {
    const weight = parameter("weight");
    const size = inputs * outputs;
    const taps = Array.from(
      { length: kernel },
      (_, j) => new Matrix(weight.subarray(j * size, (j + 1) * size), inputs, outputs),
    );
    const bias = parameter("bias");
    return (x) => {
      const z = filled(x.rows, outputs, bias);
      taps.forEach((matrix, j) => {
        const shift = (j - (kernel - 1) / 2) * dilation;
        const rows = x.rows - Math.abs(shift);
        if (rows > 0) matrix.addProduct(x, Math.max(shift, 0), z, Math.max(-shift, 0), rows);
      });
      return z;
    };
  },

  ChainMean: ({ features }, parameter) => {
    const matrix = new Matrix(parameter("weight"), features, features);
    return (x) => {
      const mean = new Table(1, features);
      const sums = new Float64Array(features);
      for (let n = 0, at = 0; n < x.rows; n++) for (let f = 0; f < features; f++, at++) sums[f] += x.values[at];
      mean.values.set(sums.map((sum) => sum / x.rows));
      const added = new Table(1, features);
      matrix.addProduct(mean, 0, added, 0, 1);
      return mapped(x, (value, f) => value + added.values[f]);
    };
  },

  SelfAttention: selfAttention,

  LayerNorm: ({ features }, parameter) => {
    const [gamma, beta] = [parameter("gamma"), parameter("beta")];
    return (x) => {
      const y = new Table(x.rows, features);
      for (let n = 0; n < x.rows; n++) {
        const [row, to] = [x.row(n), y.row(n)];
        let [sum, squares] = [0, 0];
        for (let f = 0; f < features; f++) sum += row[f];
        const mean = sum / features;
        for (let f = 0; f < features; f++) squares += (row[f] - mean) ** 2;
        const scale = 1 / Math.sqrt(squares / features + EPSILON);
        for (let f = 0; f < features; f++) to[f] = (row[f] - mean) * scale * gamma[f] + beta[f];
      }
      return y;
    };
  },

  Residual: ({ layers }, parameter) => {
    const inner = stack(layers, parameter);
    return (x) => {
      const y = inner.reduce((seen, layer) => layer(seen), x);
      for (let n = 0; n < y.values.length; n++) y.values[n] += x.values[n];
      return y;
    };
  },

  Dropout: () => (x) => x, // there is none at prediction
  Identity: () => (x) => x,
  ReLU: () => (x) => mapped(x, (z) => (z > 0 ? z : 0)),
  Sigmoid: () => (x) => mapped(x, (z) => (1 + Math.tanh(z / 2)) / 2),
  Tanh: () => (x) => mapped(x, Math.tanh),
};

// Names of the layers that networks may have here.
export const KNOWN = Object.keys(LAYERS);

// Layers to be called one after the other; parameters are named by the place of their layer.
export function stack(layers, parameter) {
  return layers.map((config, place) => {
    const make = LAYERS[config.layer];
    if (!make || (config.groups ?? 1) !== 1) throw new Error(`a layer ${config.layer} is not known here`);
    return make(config, (name) => parameter(`${place}.${name}`));
  });
}

// A table whose rows are all the same.
function filled(rows, columns, row) {
  const table = new Table(rows, columns);
  for (let n = 0; n < rows; n++) table.row(n).set(row);
  return table;
}

function mapped(x, change) {
  const y = new Table(x.rows, x.columns);
  for (let n = 0, at = 0; n < x.rows; n++) {
    for (let f = 0; f < x.columns; f++, at++) y.values[at] = change(x.values[at], f);
  }
  return y;
}
