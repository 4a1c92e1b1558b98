// Self-attention along a chain, with rotary positions: ribbonet.nn.SelfAttention.

import { Matrix } from "./product.js";
import { Table } from "./table.js";

const WAVELENGTH = 10000; // ribbonet.nn.layers.context.WAVELENGTH
const ROWS = 64; // residues whose weights are in memory at a time

export function selfAttention({ features, heads }, parameter) {
  const [query, key, value, output] = ["query", "key", "value", "output"].map(
    (name) => new Matrix(parameter(name), features, features),
  );
  const bias = parameter("bias");
  const size = features / heads;
  return (x) => {
    const [q, k, v] = [query, key, value].map((matrix) => {
      const z = new Table(x.rows, features);
      matrix.addProduct(x, 0, z, 0, x.rows);
      return z;
    });
    rotate(q, size);
    rotate(k, size);
    const mixed = new Table(x.rows, features);
    for (let head = 0; head < heads; head++) {
      const [asking, keys, values] = [q, k, v].map((table) => columns(table, head * size, size));
      attend(asking, turned(keys), new Matrix(values.values, x.rows, size), mixed, head * size);
    }
    const y = new Table(x.rows, features);
    for (let n = 0; n < x.rows; n++) y.row(n).set(bias);
    output.addProduct(mixed, 0, y, 0, x.rows);
    return y;
  };
}

// Set columns of `mixed` from `first` on to the mean of the values, weighted by how well the keys agree.
function attend(asking, keys, values, mixed, first) {
  const scale = 1 / Math.sqrt(asking.columns);
  for (let start = 0; start < asking.rows; start += ROWS) {
    const rows = Math.min(ROWS, asking.rows - start);
    const weights = new Table(rows, asking.rows);
    keys.addProduct(asking, start, weights, 0, rows);
    for (let n = 0; n < rows; n++) softmax(weights.row(n), scale);
    const means = new Table(rows, asking.columns);
    values.addProduct(weights, 0, means, 0, rows);
    for (let n = 0; n < rows; n++) mixed.row(start + n).set(means.row(n), first);
  }
}

function softmax(scores, scale) {
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scale * (scores[i] - largest));
    sum += scores[i];
  }
  for (let i = 0; i < scores.length; i++) scores[i] /= sum;
}

// Rotate numbers i and i + D / 2 of each head, by the residue's position times the angle of i.
function rotate(table, size) {
  const half = size / 2;
  for (let i = 0; i < half; i++) {
    const angle = WAVELENGTH ** ((-2 * i) / size);
    for (let n = 0; n < table.rows; n++) {
      const [row, cosine, sine] = [table.row(n), Math.cos(n * angle), Math.sin(n * angle)];
      for (let at = i; at < row.length; at += size) {
        const [a, b] = [row[at], row[at + half]];
        row[at] = a * cosine - b * sine;
        row[at + half] = b * cosine + a * sine;
      }
    }
  }
}

function columns(table, first, count) {
  const part = new Table(table.rows, count);
  for (let n = 0; n < table.rows; n++) part.row(n).set(table.row(n).subarray(first, first + count));
  return part;
}

function turned(table) {
  const values = new Float32Array(table.values.length);
  for (let n = 0, at = 0; n < table.rows; n++) {
    for (let i = 0; i < table.columns; i++, at++) values[i * table.rows + n] = table.values[at];
  }
  return new Matrix(values, table.columns, table.rows);
}
