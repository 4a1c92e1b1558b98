// What can be set, how it is called, and how it stands in the address.

export const DATA = {
  circle: "Circle", xor: "Exclusive or", gaussians: "Two clouds",
  spiral: "Spiral", donut: "Donut", moons: "Moons",
  classes: "Several classes", plane: "Plane (a number)", hills: "Hills (a number)",
  drawn: "Points of your own", csv: "A table of your own", chains: "Protein chains",
};

// What suits the network of 1988 on a dozen chains.
export const CHAINS = { layers: [8], batch: 20, learning_rate: 0.1, l2: 0.003, share: 0.75 };

export const INPUTS = ["x1", "x2", "x1²", "x2²", "x1x2", "sin x1", "sin x2"];

const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const STRENGTHS = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

// Each field: its setting, its label, its kind, and what more the kind needs.
export const DATA_FIELDS = [
  ["points", "Points", "range", { step: 10 }],
  ["noise", "Noise", "range", { step: 0.01, percent: true }],
  ["classes", "Classes", "range", { step: 1 }],
  ["window", "Window", "range", { step: 2 }],
  ["share", "To learn from", "range", { step: 0.05, percent: true }],
  ["batch", "Batch size", "range", { step: 1, max: 100 }],
  ["seed", "Seed", "number", { step: 1 }],
];

export const TRAINING_FIELDS = [
  ["learning_rate", "Learning rate", "choice", { values: RATES }],
  ["schedule", "Schedule", "choice", {}],
  ["epochs", "Epochs", "number", { step: 100 }],
  ["optimizer", "Optimiser", "choice", { names: { sgd: "SGD", momentum: "SGD, momentum 0.9", nesterov: "SGD, Nesterov 0.9", adam: "Adam", adamw: "AdamW", muon: "Muon" } }],
  ["activation", "Activation", "choice", { names: { relu: "ReLU", gelu: "GELU" } }],
  ["loss", "Loss of classes", "choice", {}],
  ["l1", "L1 penalty", "choice", { values: STRENGTHS }],
  ["l2", "L2 penalty", "choice", { values: STRENGTHS }],
  ["dropout", "Dropout", "range", { step: 0.05, percent: true }],
  ["input_noise", "Noise on inputs", "range", { step: 0.05 }],
  ["label_smoothing", "Label smoothing", "range", { step: 0.01, percent: true }],
  ["patience", "Early stop, epochs", "number", { step: 5 }],
  ["batch_norm", "Batch norm", "check", {}],
];

export const defaults = (choices) =>
  Object.fromEntries(Object.entries(choices).map(([name, own]) => [name, own.default]));

// The settings that an address tells; what it does not tell is as by default.
export function fromAddress(parameters, choices) {
  const settings = defaults(choices);
  for (const [name, text] of parameters) {
    const standard = settings[name];
    if (standard === undefined) continue;
    if (name === "drawn") {
      settings.drawn = text.split("_").filter(Boolean).map((point) => point.split("~").map(Number));
    } else if (name === "columns") settings.columns = text.split(",").map(Number);
    else if (name === "layers") settings.layers = text.split(",").filter(Boolean).map(Number);
    else if (Array.isArray(standard)) settings[name] = text.split(",");
    else if (typeof standard === "boolean") settings[name] = text === "true";
    else if (typeof standard === "number") settings[name] = Number(text);
    else settings[name] = text;
  }
  return settings;
}

// What an address has to tell of settings: where they are not as by default.
export function toAddress(settings, choices) {
  const parameters = {};
  for (const [name, standard] of Object.entries(defaults(choices))) {
    const value = settings[name];
    if (JSON.stringify(value) === JSON.stringify(standard) || value === null) continue;
    parameters[name] = name === "drawn" ? value.map((point) => point.join("~")).join("_") : String(value);
  }
  return parameters;
}
