// The panel of the example: its numbers in fields, layer by layer, and what maps them.

import { element, rebuilt } from "../shared/dom.js";
import { formula } from "./formulas.js";
import { fewer, more, resized, withInputs, withOutput } from "./shape.js";

const ACTIVATIONS = ["sigmoid", "tanh", "relu", "gelu", "identity", "exponential", "threshold"];
const OUTPUTS = {
  "": "by the units",
  sigmoid: "sigmoid",
  softmax: "softmax",
  identity: "identity",
  threshold: "threshold",
};
const MOST_INPUTS = 8;
const MOST_UNITS = 6;

function choice(name, label, options, changed) {
  const node = element(
    "select",
    { name, onchange: () => changed(node.value) },
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  return { node, field: element("label", { class: "field" }, element("span", {}, label), node) };
}

// `change` is called with the next example, `look` with thirteen residues and a state.
export function examplePanel(change, look) {
  let own = null;
  const body = element("div", { class: "numbers" });
  const named = (names) => names.map((name) => [name, name]);
  const activation = choice("activation", "Activation g", named(ACTIVATIONS), (value) =>
    change({ ...own, activation: value }),
  );
  const output = choice("output", "Output", Object.entries(OUTPUTS), (value) => change(withOutput(own, value)));
  const paths = [
    ["fused", "in one step"],
    ["apart", "through the Jacobian"],
  ];
  const path = choice("path", "Output's gradient", paths, (value) =>
    change({ ...own, fused: value === "fused" }),
  );
  const layouts = [
    ["rows", "in rows: x W + b"],
    ["columns", "in columns: W x + b"],
  ];
  const layout = choice("layout", "Vectors", layouts, (value) =>
    change({ ...own, columns: value === "columns" }),
  );
  const maps = [activation, output, path, layout];
  const node = element(
    "section",
    { class: "card panel example", "aria-label": "Example" },
    element("h2", {}, "Example"),
    body,
    element("div", { class: "maps" }, ...maps.map(({ field }) => field)),
  );

  function show(example) {
    own = example;
    activation.node.value = own.activation;
    output.node.value = own.output;
    path.node.value = own.fused ? "fused" : "apart";
    path.node.disabled = own.output === "threshold";
    layout.node.value = own.columns ? "columns" : "rows";
    node.classList.toggle("windowed", Boolean(own.residues));
    rebuilt(body, () =>
      body.replaceChildren(...(own.residues ? [window_(own, look)] : [size(own, change)]), ...parts(own, change)),
    );
  }
  return { node, show };
}

// The thirteen residues, and the state that is true of the seventh.
function window_(own, look) {
  const residues = element("input", {
    name: "residues",
    type: "text",
    value: own.residues,
    maxlength: 13,
    spellcheck: "false",
    autocapitalize: "characters",
    onchange: () => look(residues.value.trim(), own.state),
  });
  const states = [
    ["H", "helix"],
    ["E", "strand"],
    ["C", "coil"],
  ];
  const state = choice("state", "The seventh is", states, (value) => look(own.residues, value));
  state.node.value = own.state;
  return element(
    "div",
    { class: "window" },
    element("label", { class: "field" }, element("span", {}, "Thirteen residues"), residues),
    state.field,
  );
}

function size(own, change) {
  const layers = own.weights.length;
  const inputs = own.x.length;
  return element(
    "div",
    { class: "sizes" },
    stepper(
      layers === 1 ? "1 layer" : `${layers} layers`,
      ["Remove the last hidden layer", layers === 1, () => change(fewer(own))],
      ["Add a hidden layer", layers === 4, () => change(more(own))],
    ),
    stepper(
      inputs === 1 ? "1 example" : `${inputs} examples`,
      ["Remove the last example", inputs === 1, () => change(withInputs(own, inputs - 1))],
      ["Add an example", inputs === MOST_INPUTS, () => change(withInputs(own, inputs + 1))],
    ),
  );
}

function stepper(text, ...sides) {
  const [less, greater] = sides.map(([label, disabled, onclick], i) =>
    element("button", { type: "button", "aria-label": label, title: label, disabled, onclick }, i ? "+" : "−"),
  );
  return element("span", { class: "stepper" }, less, ...(text ? [element("span", {}, text)] : []), greater);
}

function parts(own, change) {
  const set = (put) => (value) => {
    const next = structuredClone(own);
    put(next, value);
    change(next);
  };
  const several = own.x.length > 1;
  const of = (row) => (several ? ` of example ${row + 1}` : "");
  const sized = (layer, units, what) =>
    own.residues
      ? ""
      : stepper(
          "",
          [`Remove ${what}`, units === 1, () => change(resized(own, layer, units - 1))],
          [`Add ${what}`, units >= MOST_UNITS, () => change(resized(own, layer, units + 1))],
        );
  const grid = (matrix, label, put, letters = "") =>
    element(
      "div",
      { class: "matrix" },
      ...matrix.map((row, i) =>
        element(
          "div",
          { class: "line" },
          ...(letters ? [element("span", { class: "residue-letter" }, letters[i])] : []),
          ...row.map((value, j) =>
            number(
              label(i, j),
              value,
              set((next, v) => put(next, i, j, v)),
            ),
          ),
        ),
      ),
    );
  const block = (title, fields, extra = "") =>
    element("div", { class: "part" }, element("h3", {}, ...formula(title)), fields, extra);
  const inputs = (next, i, j, v) => {
    next.x[i][j] = v;
  };
  const found = own.residues
    ? []
    : [
        block(
          "x",
          grid(own.x, (i, j) => `x ${j + 1}${of(i)}`, inputs),
          sized(0, own.x[0].length, "an input"),
        ),
      ];
  own.weights.forEach((matrix, l) => {
    const last = l + 1 === own.weights.length;
    const shown = own.columns ? matrix[0].map((_, j) => matrix.map((row) => row[j])) : matrix;
    const label = (i, j) =>
      own.columns ? `W${l + 1} from ${j + 1} to ${i + 1}` : `W${l + 1} from ${i + 1} to ${j + 1}`;
    const put = (next, i, j, v) => {
      if (own.columns) next.weights[l][j][i] = v;
      else next.weights[l][i][j] = v;
    };
    const letters = l === 0 && own.residues && !own.columns ? own.residues : "";
    const what = last ? "an output unit" : `a unit of layer ${l + 1}`;
    found.push(block(`W${l + 1}`, grid(shown, label, put, letters), sized(l + 1, matrix[0].length, what)));
    const bias = (next, _, j, v) => {
      next.biases[l][j] = v;
    };
    found.push(
      block(
        `b${l + 1}`,
        grid([own.biases[l]], (_, j) => `b${l + 1} of ${j + 1}`, bias),
      ),
    );
  });
  const target = (next, i, j, v) => {
    next.y[i][j] = v;
  };
  const label = (i, j) => (own.y[i].length > 1 ? `y ${j + 1}${of(i)}` : `y${of(i)}`);
  if (!own.residues) found.push(block("y", grid(own.y, label, target)));
  return found;
}

function number(label, value, set) {
  const input = element("input", {
    type: "number",
    step: "any",
    "aria-label": label,
    onchange: () => {
      if (Number.isFinite(input.valueAsNumber)) set(input.valueAsNumber);
      else input.value = value;
    },
  });
  input.value = value;
  return input;
}
