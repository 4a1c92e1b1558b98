// A slider with its name and its number.

import { element } from "../../shared/dom.js";

export const signed = (value, digits = 2) => value.toFixed(digits).replace("-", "−");

// `name` is a letter and perhaps an index; `changed` is called with the number.
export function knob(name, { min, max, step = 0.1, value }, changed) {
  const [letter, index = ""] = [name[0], name.slice(1)];
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const told = element("output", { class: "number" });
  const slider = element("input", {
    type: "range",
    min,
    max,
    step,
    value,
    oninput() {
      mark();
      changed(slider.valueAsNumber);
    },
  });
  const mark = () => {
    told.textContent = signed(slider.valueAsNumber, digits);
  };
  mark();
  return {
    node: element(
      "label",
      { class: "knob" },
      element("span", {}, element("i", {}, letter), ...(index ? [element("sub", {}, index)] : [])),
      slider,
      told,
    ),
    slider,
    get value() {
      return slider.valueAsNumber;
    },
    set value(next) {
      slider.value = next;
      mark();
    },
  };
}
