// What can be set, how it is called, and how it stands in the address.

export const DATA = {
  circle: "Circle",
  xor: "Exclusive or",
  gaussians: "Two clouds",
  spiral: "Spiral",
  donut: "Donut",
  moons: "Moons",
  classes: "Several classes",
  plane: "Plane (a number)",
  hills: "Hills (a number)",
  drawn: "Points of your own",
  csv: "A table of your own",
  chains: "Protein chains",
};

// What suits the network of 1988 on small proteins.
export const CHAINS = { layers: [8], optimizer: "sgd", batch: 20, learning_rate: 0.1, l2: 0.003, share: 0.75 };

export const INPUTS = ["x1", "x2", "x1²", "x2²", "x1x2", "sin x1", "sin x2"];

const RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const STRENGTHS = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

// Each field: its setting, its kind, and what more the kind needs; the server knows its label.
export const DATA_FIELDS = [
  ["points", "range", { step: 10 }],
  ["noise", "range", { step: 0.01, percent: true }],
  ["classes", "range", { step: 1 }],
  ["window", "range", { step: 2 }],
  ["share", "range", { step: 0.05, min: 0.1, percent: true }],
  ["batch", "range", { step: 1, max: 100 }],
  ["data_seed", "number", { step: 1 }],
  ["seed", "number", { step: 1 }],
];

export const TRAINING_FIELDS = [
  ["learning_rate", "choice", { values: RATES }],
  ["schedule", "choice", {}],
  ["epochs", "number", { step: 100 }],
  [
    "optimizer",
    "choice",
    {
      names: {
        sgd: "SGD",
        momentum: "SGD, momentum 0.9",
        nesterov: "SGD, Nesterov 0.9",
        adam: "Adam",
        adamw: "AdamW",
        muon: "Muon",
      },
    },
  ],
  ["activation", "choice", { names: { relu: "ReLU", gelu: "GELU" } }],
  ["loss", "choice", {}],
  ["l1", "choice", { values: STRENGTHS }],
  ["l2", "choice", { values: STRENGTHS }],
  ["dropout", "range", { step: 0.05, percent: true }],
  ["input_noise", "range", { step: 0.05 }],
  ["label_smoothing", "range", { step: 0.01, percent: true }],
  ["patience", "number", { step: 5 }],
  ["batch_norm", "check", {}],
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
      settings.drawn = text
        .split("_")
        .filter(Boolean)
        .map((point) => point.split("~").map(Number));
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

// Settings with the usual values for those at fault; where none is named, for all.
export function repaired(settings, names, choices) {
  const usual = defaults(choices);
  const known = names.filter((name) => name in usual);
  if (!known.length) return usual;
  return { ...settings, ...Object.fromEntries(known.map((name) => [name, usual[name]])) };
}
