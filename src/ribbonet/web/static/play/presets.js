// Settings that show something, each with a sentence on what to look at.

import { element } from "../shared/dom.js";
import { CHAINS, defaults } from "./settings.js";

const HEART = { data: "xor", points: 1000, noise: 0.5, share: 0.06, layers: [16, 16], epochs: 300 };
const PRESETS = [
  [
    "One neuron",
    { data: "gaussians", layers: [] },
    "Two clouds and no hidden layer: one neuron draws a line between them.",
  ],
  [
    "A line is not enough",
    { data: "xor", layers: [] },
    "The exclusive or without a hidden layer: no line parts the classes.",
  ],
  ["A hidden layer", { data: "xor", layers: [4] }, "Four hidden units draw four lines, and the output joins them."],
  [
    "Inputs made by hand",
    { data: "circle", layers: [], inputs: ["x1²", "x2²"] },
    "With x1² and x2² as inputs, one neuron draws a circle.",
  ],
  ["The spiral", { data: "spiral" }, "The usual settings bend around the spiral within two hundred epochs."],
  [
    "Learned by heart",
    HEART,
    "Sixty noisy examples and 337 parameters: the loss on the test examples falls, and then rises.",
  ],
  [
    "Held by a penalty",
    { ...HEART, l2: 0.03 },
    "The same with an L2 penalty of 0.03: smaller weights, and a smoother border.",
  ],
  [
    "Stopped early",
    { ...HEART, patience: 10 },
    "The same, ended when the validation examples have brought no better loss for ten epochs.",
  ],
  [
    "A rate too high",
    { data: "plane", optimizer: "sgd", learning_rate: 3, activation: "relu" },
    "Each step leads beyond the valley; the training says so, and which rate to try.",
  ],
  [
    "Gradients that vanish",
    { data: "circle", optimizer: "sgd", learning_rate: 0.03, activation: "sigmoid", layers: [6, 6, 6, 6, 6] },
    "Five layers of sigmoids: look below at how small the gradients of the first layers are.",
  ],
  [
    "The network of 1988",
    { ...CHAINS, data: "chains", layers: [40] },
    "Windows of 13 residues and 40 hidden units, on a few chains; the room 1988 has more of them.",
  ],
];

// The choice; `take` gets all settings of what is chosen, and its sentence.
export function presets(choices, take) {
  const choice = element(
    "select",
    { id: "play-preset", "aria-describedby": "play-preset-help" },
    element("option", { value: "" }, "Choose…"),
    ...PRESETS.map(([name], i) => element("option", { value: i }, name)),
  );
  choice.addEventListener("change", () => {
    if (choice.value === "") return;
    const [, settings, sentence] = PRESETS[choice.value];
    take({ ...defaults(choices), ...settings }, sentence);
  });
  const node = element(
    "div",
    { class: "presets", "data-part": "presets" },
    element("label", { class: "label", for: "play-preset" }, "Preset"),
    choice,
    element(
      "p",
      { class: "help", id: "play-preset-help" },
      "Settings that show something, with a sentence on what to look at.",
    ),
  );
  return { node };
}
