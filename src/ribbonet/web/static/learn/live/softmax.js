// The softmax of a few logits, which sliders move: exponentials, probabilities, what the same numbers
// give without the exponential, and the cost and its gradient for a target.

import { element } from "../../shared/dom.js";
import { knob, signed } from "./knob.js";

export function softmax(logits) {
  const most = Math.max(...logits);
  const powers = logits.map((a) => Math.exp(a - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
}

export function softmaxPart(parameters) {
  const given = (parameters.get("a") ?? "2,1,-1").split(",").map(Number);
  let target = 0;
  const rows = given.map((value, k) => {
    const own = knob(`a${k + 1}`, { min: -10, max: 10, value }, () => draw());
    own.slider.setAttribute("aria-label", `a ${k + 1}`);
    const radio = element("input", {
      type: "radio",
      name: "softmax-target",
      "aria-label": `The target is class ${k + 1}`,
      checked: k === target,
      onchange() {
        target = k;
        draw();
      },
    });
    const bar = element("span", { class: "share" });
    const cells = { power: cell("wide"), share: cell(), bare: cell("wide"), slope: cell() };
    return {
      own,
      bar,
      cells,
      node: element(
        "tr",
        {},
        element("th", { scope: "row" }, own.node),
        cells.power,
        cells.share,
        element("td", { class: "wide" }, bar),
        cells.bare,
        element("td", {}, radio),
        cells.slope,
      ),
    };
  });
  const cost = element("output", { class: "number" });
  const move = (text, change) =>
    element(
      "button",
      {
        type: "button",
        onclick() {
          for (const { own } of rows) own.value = change(own.value);
          draw();
        },
      },
      text,
    );

  function draw() {
    const logits = rows.map(({ own }) => own.value);
    const shares = softmax(logits);
    const sum = logits.reduce((all, a) => all + a, 0);
    rows.forEach(({ bar, cells }, k) => {
      const power = Math.exp(logits[k]);
      cells.power.textContent = power < 0.01 || power > 9999 ? power.toExponential(1).replace("-", "−") : power.toFixed(2);
      cells.share.textContent = shares[k].toFixed(3);
      cells.bare.textContent = Math.abs(sum) < 1e-9 ? "÷ 0" : signed(logits[k] / sum);
      cells.slope.textContent = signed(shares[k] - (k === target ? 1 : 0), 3);
      bar.style.setProperty("--share", `${(100 * shares[k]).toFixed(1)}%`);
    });
    cost.textContent = `cost −ln y = ${(-Math.log(shares[target])).toFixed(3)}`;
  }

  const head = (text, title, kind = "") => element("th", { scope: "col", title, class: kind }, text);
  draw();
  return {
    nodes: [
      element(
        "table",
        { class: "classes" },
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            head("logit", "what the unit sums up"),
            head("eᵃ", "its exponential", "wide"),
            head("y", "its softmax"),
            element("td", { class: "wide" }),
            head("a / Σa", "without the exponential", "wide"),
            head("t", "the target"),
            head("y − t", "the gradient of the cost"),
          ),
        ),
        element("tbody", {}, ...rows.map((row) => row.node)),
      ),
      element(
        "div",
        { class: "buttons" },
        move("Add 1 to all", (a) => a + 1),
        move("Double all", (a) => 2 * a),
        move("Halve all", (a) => a / 2),
        cost,
      ),
    ],
  };
}

const cell = (kind = "") => element("td", { class: kind });
