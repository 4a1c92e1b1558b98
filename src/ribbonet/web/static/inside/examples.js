// Examples to begin with, and an example with all its parts.

export const EXAMPLES = {
  "The notes' forward pass: x = [0, 1], all weights 1": {},
  "Exclusive or, solved by two units": {
    x: [1, 0],
    y: 1,
    activation: "sigmoid",
    weights: [
      [
        [6, 4],
        [6, 4],
      ],
      [[9], [-9]],
    ],
    biases: [[-3, -6], [-4]],
  },
  "Three classes, by softmax": {
    x: [0.5, -1],
    y: 2,
    activation: "tanh",
    weights: [
      [
        [0.8, -0.4, 0.3],
        [0.2, 0.9, -0.7],
      ],
      [
        [1, -1, 0.5],
        [0.3, 0.8, -0.6],
        [-0.9, 0.4, 0.7],
      ],
    ],
    biases: [
      [0.1, 0, -0.1],
      [0, 0, 0],
    ],
  },
  "A number, by the squared error": {
    x: [2, -1],
    y: 0.5,
    activation: "relu",
    output: "identity",
    weights: [
      [
        [0.5, -1],
        [1, 0.5],
      ],
      [[1.2], [-0.7]],
    ],
    biases: [[0.2, 0.5], [0.1]],
  },
  "A batch of four: the problem of thresholds": {
    x: [[0], [1], [3], [5]],
    y: [[0], [0], [1], [0]],
    activation: "threshold",
    output: "threshold",
    columns: true,
    weights: [[[1, 1]], [[1], [-2]]],
    biases: [[-2, -4], [-0.5]],
  },
  "A batch of three, through the Jacobian of softmax": {
    x: [
      [0, 1],
      [1, 0],
      [0.5, -1],
    ],
    y: [[0], [1], [2]],
    fused: false,
    weights: [
      [
        [1, -1],
        [0.5, 1],
      ],
      [
        [1, 0, -1],
        [-0.5, 1, 0.5],
      ],
    ],
  },
  "A window of 13 residues, the middle a helix": { residues: "AELKKALEEAGVS", state: "H" },
  "Three layers, where gradients fade": {
    x: [1, -1],
    y: 0,
    activation: "sigmoid",
    weights: [
      [
        [0.5, -0.5],
        [-0.5, 0.5],
      ],
      [
        [0.6, -0.3],
        [0.2, 0.7],
      ],
      [[1], [-1]],
    ],
    biases: [[0, 0], [0, 0], [0]],
  },
};

const STANDARD = {
  x: [[0, 1]],
  y: [[1]],
  activation: "sigmoid",
  output: "",
  fused: true,
  columns: false,
  weights: [
    [
      [1, 1],
      [1, 1],
    ],
    [[1], [1]],
  ],
  biases: [],
  learning_rate: 0.5,
  optimizer: "sgd",
  number: 1,
};

const inRows = (value) => (Array.isArray(value?.[0]) ? value : [[value].flat()]);

// An example with all its parts: x and y have a row for each input, weights are (in, out).
export function whole(example) {
  const own = { ...STANDARD, ...structuredClone(example) };
  own.x = inRows(own.x);
  own.y = inRows(own.y);
  if (!own.biases.length) own.biases = own.weights.map((weight) => weight[0].map(() => 0));
  return own;
}

export const transposed = (matrix) => matrix[0].map((_, j) => matrix.map((row) => row[j]));

// The same as the server takes it: with columns, weights are (out, in).
export function sent({ residues, state, ...example }) {
  return example.columns ? { ...example, weights: example.weights.map(transposed) } : example;
}
