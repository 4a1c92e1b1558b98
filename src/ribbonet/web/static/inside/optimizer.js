// One step of an optimiser: what it remembers, and the parameters and the loss after it.

import { element } from "../shared/dom.js";
import { transposed } from "./examples.js";
import { formula, value } from "./formulas.js";

const RULES = { sgd: "gradient descent", momentum: "momentum 0.9", adam: "Adam" };

// `change` is called with the next example.
export function optimizerCard(change) {
  let own = null;
  let stepped = null;
  const number = (attributes, valid, name) => {
    const input = element("input", {
      type: "number",
      name,
      ...attributes,
      onchange: () => {
        if (valid(input.valueAsNumber)) change({ ...own, [name]: input.valueAsNumber });
        else input.value = own[name];
      },
    });
    return input;
  };
  const rate = number({ step: "any", min: 0 }, (v) => v > 0, "learning_rate");
  const which = number(
    { step: 1, min: 1, max: 20 },
    (v) => Number.isInteger(v) && v >= 1 && v <= 20,
    "number",
  );
  const rule = element(
    "select",
    { name: "optimizer", onchange: () => change({ ...own, optimizer: rule.value }) },
    ...Object.entries(RULES).map(([name, text]) => element("option", { value: name }, text)),
  );
  const take = element("button", { type: "button", onclick: () => change(stepped) }, "Take the step");
  const after = element("div", { class: "after" });
  const field = (label, control) =>
    element("label", { class: "field" }, element("span", {}, label), control);
  const node = element(
    "section",
    { class: "card panel", "aria-label": "One step" },
    element("h2", {}, "One step of the optimiser"),
    element(
      "div",
      { class: "descent" },
      field("Optimiser", rule),
      field("Learning rate α", rate),
      field("Step t", which),
      take,
    ),
    after,
  );

  function reset(example) {
    own = example;
    rate.value = own.learning_rate;
    which.value = own.number;
    rule.value = own.optimizer;
  }

  function show(example, rows) {
    reset(example);
    stepped = { ...structuredClone(example), number: 1 };
    for (const row of rows) {
      const [, letter, layer] = /^([Wb])(\d+)$/.exec(row.name) ?? [];
      if (letter === "b") stepped.biases[layer - 1] = row.value;
      if (letter === "W") {
        const [height, width] = row.shape;
        const matrix = Array.from({ length: height }, (_, i) => row.value.slice(i * width, (i + 1) * width));
        stepped.weights[layer - 1] = own.columns ? transposed(matrix) : matrix;
      }
    }
    take.disabled = rows.some((row) => row.value.includes(null));
    after.replaceChildren(
      ...rows.map((row) =>
        element(
          "div",
          { class: `number-row shown${/^([Wb]\d+|L)$/.test(row.name) ? " result" : ""}` },
          element("b", {}, ...formula(row.name)),
          element("span", { class: "formula" }, ...formula(row.formula)),
          value(row),
        ),
      ),
    );
  }
  return { node, show, reset };
}
