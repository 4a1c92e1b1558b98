// The example to look through: its numbers in fields, layer by layer, and what maps them.

import { element, rebuilt } from "../shared/dom.js";
import { formula } from "./formulas.js";

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
  x: [0, 1],
  y: 1,
  activation: "sigmoid",
  output: "",
  weights: [
    [
      [1, 1],
      [1, 1],
    ],
    [[1], [1]],
  ],
  biases: [],
  learning_rate: 0.5,
};
const ACTIVATIONS = ["sigmoid", "tanh", "relu", "gelu", "identity", "exponential", "threshold"];
const OUTPUTS = { "": "by the units", sigmoid: "sigmoid", softmax: "softmax", identity: "identity" };

// An example with all its parts.
export function whole(example) {
  const own = { ...STANDARD, ...structuredClone(example) };
  if (!own.biases.length) own.biases = own.weights.map((weight) => weight[0].map(() => 0));
  return own;
}

const rows = (matrix) => matrix.map((row) => row.join(",")).join(";");

export function toAddress({ x, y, weights, biases, activation, output, learning_rate: rate }) {
  return {
    x: x.join(","),
    y: String(y),
    w: weights.map(rows).join("|"),
    b: biases.map((own) => own.join(",")).join("|"),
    activation,
    ...(output ? { output } : {}),
    rate: String(rate),
  };
}

export function fromAddress(parameters) {
  const given = Object.fromEntries(parameters);
  const vector = (text) => text.split(",").map(Number);
  const example = {};
  if (given.x) example.x = vector(given.x);
  if (given.y) example.y = given.y.includes(",") ? vector(given.y) : Number(given.y);
  if (given.w) example.weights = given.w.split("|").map((matrix) => matrix.split(";").map(vector));
  if (given.b) example.biases = given.b.split("|").map(vector);
  else if (given.w) example.biases = [];
  if (given.activation) example.activation = given.activation;
  if (given.output) example.output = given.output;
  if (given.rate) example.learning_rate = Number(given.rate);
  return whole(example);
}

// The same network with another number of units in a layer (of inputs in layer 0); new weights 1.
function resized(example, layer, units) {
  const next = structuredClone(example);
  const fitted = (list, length, fill) => Array.from({ length }, (_, i) => list[i] ?? fill());
  if (layer === 0) next.x = fitted(next.x, units, () => 0);
  else {
    next.weights[layer - 1] = next.weights[layer - 1].map((row) => fitted(row, units, () => 1));
    next.biases[layer - 1] = fitted(next.biases[layer - 1], units, () => 0);
  }
  if (layer < next.weights.length) {
    const after = next.weights[layer][0].length;
    next.weights[layer] = fitted(next.weights[layer], units, () => Array(after).fill(1));
  } else if (next.output === "identity") next.y = units === 1 ? 0 : Array(units).fill(0);
  else {
    next.y = Math.min([next.y].flat()[0], Math.max(units - 1, 1));
    if (next.output) next.output = "";
  }
  return next;
}

// The panel of the example; `change` is called with the next one.
export function examplePanel(change) {
  const body = element("div", { class: "numbers" });
  let own = null;
  const activation = element(
    "select",
    { id: "inside-activation", onchange: () => change({ ...own, activation: activation.value }) },
    ...ACTIVATIONS.map((name) => element("option", {}, name)),
  );
  const output = element(
    "select",
    {
      id: "inside-output",
      onchange: () =>
        change({
          ...own,
          output: output.value,
          y:
            output.value === "identity" && own.weights.at(-1)[0].length > 1
              ? own.weights.at(-1)[0].map(() => 0)
              : [own.y].flat()[0],
        }),
    },
    ...Object.entries(OUTPUTS).map(([value, name]) => element("option", { value }, name)),
  );
  const node = element(
    "section",
    { class: "card panel example", "aria-label": "Example" },
    element("h2", {}, "Example"),
    body,
    element(
      "div",
      { class: "maps" },
      element("label", { class: "field", for: "inside-activation" }, element("span", {}, "Activation g"), activation),
      element("label", { class: "field", for: "inside-output" }, element("span", {}, "Output"), output),
    ),
  );

  function number(label, value, set) {
    const input = element("input", {
      type: "number",
      step: "any",
      "aria-label": label,
      onchange: () => {
        if (!Number.isFinite(input.valueAsNumber)) {
          input.value = value;
          return;
        }
        const next = structuredClone(own);
        set(next, input.valueAsNumber);
        change(next);
      },
    });
    input.value = value;
    return input;
  }

  function sizer(layer, units) {
    const what = layer === 0 ? "input" : layer === own.weights.length ? "output unit" : `unit of layer ${layer}`;
    return element(
      "span",
      { class: "stepper" },
      element(
        "button",
        {
          type: "button",
          "aria-label": `Remove an ${what}`.replace("an unit", "a unit"),
          disabled: units === 1,
          onclick: () => change(resized(own, layer, units - 1)),
        },
        "−",
      ),
      element(
        "button",
        {
          type: "button",
          "aria-label": `Add an ${what}`.replace("an unit", "a unit"),
          disabled: units === 6,
          onclick: () => change(resized(own, layer, units + 1)),
        },
        "+",
      ),
    );
  }

  const block = (title, fields, extra = "") =>
    element("div", { class: "part" }, element("h3", {}, ...formula(title)), fields, extra);
  const line = (inputs) => element("div", { class: "line" }, ...inputs);

  function show(example) {
    own = example;
    activation.value = own.activation;
    output.value = own.output;
    const last = own.weights.length;
    const parts = [
      block(
        "x",
        line(
          own.x.map((value, i) =>
            number(`x ${i + 1}`, value, (next, v) => {
              next.x[i] = v;
            }),
          ),
        ),
        sizer(0, own.x.length),
      ),
    ];
    own.weights.forEach((matrix, l) => {
      const grid = element(
        "div",
        { class: "matrix" },
        ...matrix.map((row, i) =>
          line(
            row.map((value, j) =>
              number(`W${l + 1} from ${i + 1} to ${j + 1}`, value, (next, v) => {
                next.weights[l][i][j] = v;
              }),
            ),
          ),
        ),
      );
      parts.push(block(`W${l + 1}`, grid, sizer(l + 1, matrix[0].length)));
      parts.push(
        block(
          `b${l + 1}`,
          line(
            own.biases[l].map((value, j) =>
              number(`b${l + 1} of ${j + 1}`, value, (next, v) => {
                next.biases[l][j] = v;
              }),
            ),
          ),
        ),
      );
    });
    const targets = [own.y].flat();
    parts.push(
      block(
        "y",
        line(
          targets.map((value, i) =>
            number(targets.length > 1 ? `y ${i + 1}` : "y", value, (next, v) => {
              if (Array.isArray(next.y)) next.y[i] = v;
              else next.y = v;
            }),
          ),
        ),
      ),
    );
    const layers = element(
      "span",
      { class: "stepper" },
      element(
        "button",
        {
          type: "button",
          "aria-label": "Remove the last hidden layer",
          disabled: last === 1,
          onclick: () => change(fewer(own)),
        },
        "−",
      ),
      element("span", {}, last === 1 ? "1 layer" : `${last} layers`),
      element(
        "button",
        { type: "button", "aria-label": "Add a hidden layer", disabled: last === 4, onclick: () => change(more(own)) },
        "+",
      ),
    );
    rebuilt(body, () => body.replaceChildren(layers, ...parts));
  }
  return { node, show };
}

// One hidden layer of two units more, before the last.
function more(example) {
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

function fewer(example) {
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
