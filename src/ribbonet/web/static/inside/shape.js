// The same network with another number of units, layers or inputs.

// The same network with another number of units in a layer (of inputs in layer 0); new weights 1.
export function resized(example, layer, units) {
  const next = structuredClone(example);
  const fitted = (list, length, fill) => Array.from({ length }, (_, i) => list[i] ?? fill());
  if (layer === 0) next.x = next.x.map((row) => fitted(row, units, () => 0));
  else {
    next.weights[layer - 1] = next.weights[layer - 1].map((row) => fitted(row, units, () => 1));
    next.biases[layer - 1] = fitted(next.biases[layer - 1], units, () => 0);
  }
  if (layer < next.weights.length) {
    const after = next.weights[layer][0].length;
    next.weights[layer] = fitted(next.weights[layer], units, () => Array(after).fill(1));
  } else if (next.output === "identity") {
    next.y = next.y.map((row) => fitted(row, units, () => 0));
  } else {
    next.output = "";
    next.y = next.y.map(([first]) => [Math.min(first, Math.max(units - 1, 1))]);
  }
  return next;
}

// One hidden layer of two units more, before the last.
export function more(example) {
  const next = structuredClone(example);
  const before = next.weights.at(-1).length;
  const outputs = next.weights.at(-1)[0].length;
  next.weights.splice(
    -1,
    1,
    Array.from({ length: before }, () => [1, 1]),
    [Array(outputs).fill(1), Array(outputs).fill(1)],
  );
  next.biases.splice(-1, 0, [0, 0]);
  return next;
}

export function fewer(example) {
  const next = structuredClone(example);
  const before = next.weights.at(-2).length;
  const outputs = next.weights.at(-1)[0].length;
  next.weights.splice(
    -2,
    2,
    Array.from({ length: before }, () => Array(outputs).fill(1)),
  );
  next.biases.splice(-2, 1);
  return next;
}

// With another output map, and targets that it takes.
export function withOutput(example, output) {
  const units = example.weights.at(-1)[0].length;
  const many = output === "identity" || ((output === "sigmoid" || output === "threshold") && units > 1);
  const y = example.y.map((row) => (many ? Array.from({ length: units }, (_, i) => row[i] ?? 0) : [row[0]]));
  return { ...example, output, y, fused: example.fused || output === "threshold" };
}

// One input more or fewer in the batch.
export function withInputs(example, number) {
  const next = structuredClone(example);
  while (next.x.length < number) {
    next.x.push(next.x.at(-1).map(() => 0));
    next.y.push([...next.y.at(-1)]);
  }
  next.x.length = number;
  next.y.length = number;
  return next;
}
