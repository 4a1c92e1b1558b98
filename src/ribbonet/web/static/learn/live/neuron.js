// One neuron: two inputs, two weights, a bias, and the logistic function; beside it the plane of its
// inputs with fruit to be told apart.

import { element, svg } from "../../shared/dom.js";
import { colours, paint } from "../../play/colours.js";
import { generator } from "../../hopfield/patterns.js";
import { knob, signed } from "./knob.js";

const REACH = 2.4; // of the plane, to either side
const CELLS = 48;
const WIDEST = 6; // activation at the end of the curve
const SIDE = 240;

export const logistic = (a) => 1 / (1 + Math.exp(-a));

// Twenty apples and twenty oranges around two middles: x1, x2 and 1 for an apple.
function fruit(random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const around = ([x1, x2], t) => Array.from({ length: 20 }, () => [x1 + 0.6 * normal(), x2 + 0.6 * normal(), t]);
  return [...around([0.8, 1], 1), ...around([-0.8, -0.7], 0)];
}

const LETTERS = { w1: [-4, 4], w2: [-4, 4], b: [-4, 4], x1: [-2.4, 2.4], x2: [-2.4, 2.4] };

export function neuronPart(parameters) {
  const points = fruit(generator(7));
  const knobs = Object.fromEntries(
    Object.entries(LETTERS).map(([name, [min, max]]) => [
      name,
      knob(name, { min, max, value: Number(parameters.get(name) ?? 0) }, () => draw()),
    ]),
  );
  const field = element("canvas", { width: CELLS, height: CELLS });
  const at = (x) => ((x + REACH) / (2 * REACH)) * SIDE;
  const here = svg("circle", { class: "here", r: 7 });
  const dots = svg(
    "svg",
    { viewBox: `0 0 ${SIDE} ${SIDE}` },
    ...points.map(([x1, x2, t]) =>
      t
        ? svg("circle", { class: "apple", cx: at(x1), cy: at(-x2), r: 4 })
        : svg("rect", { class: "orange", x: at(x1) - 3.5, y: at(-x2) - 3.5, width: 7, height: 7 }),
    ),
    here,
  );
  dots.addEventListener("click", (event) => {
    const box = dots.getBoundingClientRect();
    const place = (share) => Math.max(-REACH, Math.min(REACH, (2 * share - 1) * REACH));
    knobs.x1.value = place((event.clientX - box.left) / box.width);
    knobs.x2.value = -place((event.clientY - box.top) / box.height);
    draw();
  });
  const plane = element("div", { class: "plane", role: "img" }, field, dots);
  const curve = curveView();
  const sum = element("p", { class: "sum" });
  const verdict = element("output", { class: "number" });

  function draw() {
    const { w1, w2, b, x1, x2 } = Object.fromEntries(Object.entries(knobs).map(([name, own]) => [name, own.value]));
    const says = (u, v) => logistic(u * w1 + v * w2 + b);
    const values = Uint8Array.from({ length: CELLS * CELLS }, (_, i) => {
      const [column, row] = [i % CELLS, Math.floor(i / CELLS)];
      const place = (n) => ((n + 0.5) / CELLS) * 2 * REACH - REACH;
      return Math.round(255 * says(place(column), -place(row)));
    });
    paint(field, values, CELLS, colours().pale, 0);
    here.setAttribute("cx", at(x1));
    here.setAttribute("cy", at(-x2));
    const a = x1 * w1 + x2 * w2 + b;
    curve.show(a);
    const n = (value) => (value < 0 ? `(${signed(value, 1)})` : signed(value, 1));
    sum.replaceChildren(
      element("i", {}, "a"),
      ` = ${n(x1)}·${n(w1)} + ${n(x2)}·${n(w2)} + ${n(b)} = ${signed(a)}, `,
      element("i", {}, "y"),
      ` = σ(a) = ${says(x1, x2).toFixed(3)}`,
    );
    const right = points.filter(([u, v, t]) => says(u, v) > 0.5 === Boolean(t)).length;
    const cost = points.reduce((all, [u, v, t]) => {
      const z = (t ? -1 : 1) * (u * w1 + v * w2 + b);
      return all + (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));
    }, 0);
    verdict.textContent = `${right} of ${points.length} fruits right, cost ${(cost / points.length).toFixed(3)} a fruit`;
    plane.setAttribute("aria-label", `The plane of the inputs, blue where the neuron says apple: ${verdict.textContent}`);
  }

  // Two hundred steps of gradient descent, as in the text.
  function learn() {
    let w = ["w1", "w2", "b"].map((name) => knobs[name].value);
    for (let step = 0; step < 200; step += 1) {
      const slopes = [0, 0, 0];
      for (const [u, v, t] of points) {
        const wrong = (logistic(u * w[0] + v * w[1] + w[2]) - t) / points.length;
        [u, v, 1].forEach((x, i) => {
          slopes[i] += wrong * x;
        });
      }
      w = w.map((value, i) => value - 0.5 * slopes[i]);
    }
    for (const [i, name] of ["w1", "w2", "b"].entries()) knobs[name].value = w[i];
    draw();
  }

  draw();
  addEventListener("recolour", draw);
  const column = (names) => element("div", {}, ...names.map((name) => knobs[name].node));
  const button = element("button", { type: "button", onclick: learn }, "Learn: 200 steps of descent");
  return {
    nodes: [
      element("div", { class: "pair" }, plane, curve.node),
      element("div", { class: "pair" }, column(["w1", "w2", "b"]), column(["x1", "x2"])),
      sum,
      element("div", { class: "buttons" }, button, verdict),
    ],
    end: () => removeEventListener("recolour", draw),
  };
}

// The logistic function and its slope, with the neuron's own place on it.
function curveView() {
  const x = (a) => ((a + WIDEST) / (2 * WIDEST)) * SIDE;
  const y = (value) => SIDE - 24 - value * (SIDE - 44);
  const line = (of) =>
    Array.from({ length: 61 }, (_, i) => {
      const a = (i / 60) * 2 * WIDEST - WIDEST;
      return `${i ? "L" : "M"}${x(a).toFixed(1)} ${y(of(a)).toFixed(1)}`;
    }).join("");
  const label = (text, left, top) => svg("text", { x: left, y: top }, text);
  const drop = svg("path", { class: "drop" });
  const dot = svg("circle", { class: "dot", r: 5.5 });
  const node = svg(
    "svg",
    { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" },
    svg("path", { class: "axis", d: `M0 ${y(0)}H${SIDE}M${x(0)} ${y(1.05)}V${y(0)}` }),
    svg("path", { class: "slope", d: line((a) => logistic(a) * (1 - logistic(a))) }),
    svg("path", { class: "curve", d: line(logistic) }),
    drop,
    dot,
    label("1", x(0) + 5, y(1) + 4),
    label("½", x(0) + 5, y(0.5) + 12),
    label(`−${WIDEST}`, 2, y(0) + 15),
    label(`a = ${WIDEST}`, SIDE - 34, y(0) + 15),
    label("y", x(3.4), y(logistic(3.4)) - 8),
    label("slope", x(2.4), y(0.1) - 4),
  );
  return {
    node,
    show(a) {
      const [left, top] = [x(Math.max(-WIDEST, Math.min(WIDEST, a))), y(logistic(a))];
      dot.setAttribute("cx", left);
      dot.setAttribute("cy", top);
      drop.setAttribute("d", `M${left} ${y(0)}V${top}H${x(0)}`);
      node.setAttribute("aria-label", `The logistic function: at a = ${signed(a)} it is ${logistic(a).toFixed(3)}`);
    },
  };
}
