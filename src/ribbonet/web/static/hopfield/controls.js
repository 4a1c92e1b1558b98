// How a state is recalled: the rule, the order of the updates, the share of flipped units, and β.

import { element, field, select } from "../shared/dom.js";

const RULES = [
  ["hebbian", "Hebb's rule"],
  ["pseudo-inverse", "pseudo-inverse"],
  ["modern", "modern: softmax"],
];
const UPDATES = [
  ["asynchronous", "one unit at a time"],
  ["synchronous", "all at once"],
];

// `changed` is called when the recall is another, `again` when there is to be another start.
export function controlsOf(changed, again) {
  const rule = select("rule", RULES);
  const update = select("update", UPDATES);
  const flips = element("input", { type: "range", name: "flips", min: 0, max: 50, value: 15 });
  // of the logarithm
  const beta = element("input", { type: "range", name: "beta", min: -2.5, max: 0.3, step: 0.02, value: -0.84 });
  const told = element("output", { class: "number" });
  const flipped = element("output", { class: "number" });
  for (const control of [rule, update, beta]) control.addEventListener("input", () => changed());
  flips.addEventListener("input", () => again());
  const both = [
    element("label", { class: "field" }, element("span", {}, "Flipped units: ", flipped), flips),
    element("label", { class: "field" }, element("span", {}, "β = ", told), beta),
  ];
  const modern = () => rule.value === "modern";
  const own = {
    node: element("div", { class: "buttons" }, field("Rule", rule), field("Update", update), ...both),
    mark() {
      update.disabled = modern();
      beta.disabled = !modern();
      told.textContent = own.beta.toPrecision(2);
      flipped.textContent = `${flips.value} %`;
    },
    get rule() {
      return rule.value;
    },
    get update() {
      return update.value;
    },
    get share() {
      return flips.value / 100;
    },
    get beta() {
      return 10 ** beta.valueAsNumber;
    },
    // What an address says of them, and what is to stand in one.
    follow(parameters) {
      const known = (name, options) => options.some(([value]) => value === parameters.get(name));
      if (known("rule", RULES)) rule.value = parameters.get("rule");
      if (known("update", UPDATES)) update.value = parameters.get("update");
      if (Number(parameters.get("beta")) > 0) beta.value = Math.log10(Number(parameters.get("beta")));
    },
    get address() {
      return {
        rule: rule.value,
        ...(update.value !== "asynchronous" && { update: update.value }),
        ...(modern() && { beta: own.beta.toPrecision(3) }),
      };
    },
  };
  return own;
}
