// An example in the address, and back.

import { whole } from "./examples.js";

const rows = (matrix) => matrix.map((row) => row.join(",")).join(";");

export function toAddress(example, step) {
  const { x, y, weights, biases, activation, output, fused, columns, residues, state } = example;
  const { learning_rate: rate, optimizer, number } = example;
  return {
    x: rows(x),
    y: rows(y),
    w: weights.map(rows).join("|"),
    b: biases.map((own) => own.join(",")).join("|"),
    activation,
    ...(output && { output }),
    ...(!fused && { fused: "no" }),
    ...(columns && { columns: "yes" }),
    ...(residues && { residues, state }),
    rate: String(rate),
    ...(optimizer !== "sgd" && { optimizer }),
    ...(number > 1 && { number: String(number) }),
    ...(step > 1 && { step: String(step) }),
  };
}

export function fromAddress(parameters) {
  const given = Object.fromEntries(parameters);
  const vector = (text) => text.split(",").map(Number);
  const matrix = (text) => text.split(";").map(vector);
  const example = {};
  if (given.x) example.x = matrix(given.x);
  if (given.y) example.y = matrix(given.y);
  if (given.w) example.weights = given.w.split("|").map(matrix);
  if (given.b) example.biases = given.b.split("|").map(vector);
  else if (given.w) example.biases = [];
  for (const name of ["activation", "output", "optimizer", "residues", "state"]) {
    if (given[name]) example[name] = given[name];
  }
  if (given.fused) example.fused = given.fused !== "no";
  if (given.columns) example.columns = given.columns === "yes";
  if (given.rate) example.learning_rate = Number(given.rate);
  if (given.number) example.number = Number(given.number);
  return whole(example);
}
