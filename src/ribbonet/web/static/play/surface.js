// The picture of the plane: what the network says at each place, and the points on it.

import { element } from "../shared/dom.js";
import { classColour, colours, paint, paintClasses, signedColour } from "./colours.js";

const REACH = 6;
const SIDE = 96;

// The picture; `draw` is called with x1 and x2 where a point is to be drawn.
export function surface(draw) {
  const field = element("canvas", { class: "field-map", width: SIDE, height: SIDE });
  const dots = element("canvas", { class: "dots", width: 640, height: 640 });
  const cross = element("span", { class: "cross", hidden: true, "aria-hidden": true });
  const frame = element("div", { class: "plane", role: "img", "aria-label": "Decision surface" }, field, dots, cross);
  const reading = element("p", { class: "reading number soft" });
  const legend = element("div", { class: "legend" });
  const valids = element("input", {
    type: "checkbox",
    id: "play-valids",
    onchange: () => {
      drawDots();
    },
  });
  const tests = element("input", {
    type: "checkbox",
    id: "play-tests",
    onchange: () => {
      drawDots();
    },
  });
  const steps = element("input", {
    type: "checkbox",
    id: "play-steps",
    onchange: () => {
      last && picture(last);
    },
  });
  const node = element(
    "div",
    { class: "surface" },
    frame,
    legend,
    reading,
    element(
      "div",
      { class: "line" },
      element("label", { class: "check", for: "play-valids" }, valids, "Validation points"),
      element("label", { class: "check", for: "play-tests" }, tests, "Test points"),
      element("label", { class: "check", for: "play-steps" }, steps, "In steps"),
    ),
    element(
      "p",
      { class: "help" },
      "Validation points have dashed rings and test points whole ones; in steps, the classes are told apart and not how sure the network is.",
    ),
  );
  let scene = null;
  let classes = [];
  let last = null;
  let place = [0, 0];
  let drawing = false;

  function drawDots() {
    const context = dots.getContext("2d");
    const { ink, ground } = colours();
    context.clearRect(0, 0, 640, 640);
    if (!scene) return;
    const at = (value) => ((value + REACH) / (2 * REACH)) * 640;
    // those to learn from lie above; the others have a ring, of dashes where they validate
    for (const part of [2, 1, 0]) {
      if ((part === 2 && !tests.checked) || (part === 1 && !valids.checked)) continue;
      context.setLineDash(part === 1 ? [4, 3] : []);
      scene.points.forEach(([x1, x2], i) => {
        if (scene.part[i] !== part) return;
        context.beginPath();
        context.arc(at(x1), 640 - at(x2), 6.5, 0, 7);
        context.fillStyle = classes.length ? classColour(scene.targets[i]) : signedColour(scene.targets[i]);
        context.fill();
        context.lineWidth = part ? 2.6 : 2;
        context.strokeStyle = part ? ink : ground;
        context.stroke();
      });
    }
  }

  function picture(own) {
    last = own;
    let values = own.large ?? own.surface;
    if (own.large) return paint(field, values, SIDE, colours().signed, 128);
    if (classes.length > 2) {
      const sure = steps.checked ? new Uint8Array(own.sure.length).fill(200) : own.sure;
      return paintClasses(field, values, sure, SIDE, classes.length);
    }
    if (steps.checked) {
      const parts = classes.length ? 2 : 6;
      values = values.map((v) => Math.round((Math.min(parts - 1, Math.floor((v / 256) * parts)) / (parts - 1)) * 255));
    }
    return paint(field, values, SIDE, colours().pale, 0);
  }

  function read(x1, x2) {
    const column = Math.min(SIDE - 1, Math.max(0, Math.floor(((x1 + REACH) / (2 * REACH)) * SIDE)));
    const row = Math.min(SIDE - 1, Math.max(0, Math.floor(((REACH - x2) / (2 * REACH)) * SIDE)));
    const i = row * SIDE + column;
    let says = "";
    if (last?.large) says = `u = ${((last.large[i] / 127) * last.largeScale).toPrecision(3)}`;
    else if (last && classes.length > 2) says = `${classes[last.surface[i]]}, p = ${(last.sure[i] / 255).toFixed(2)}`;
    else if (last && classes.length) says = `p(${classes[1]}) = ${(last.surface[i] / 255).toFixed(2)}`;
    else if (last) says = `ŷ = ${((last.surface[i] / 255) * 2 - 1).toFixed(2)}`;
    reading.textContent = `x1 = ${x1.toFixed(1)}, x2 = ${x2.toFixed(1)}: ${says}`;
  }

  const where = (event) => {
    const box = frame.getBoundingClientRect();
    const limit = (value) => Math.max(-REACH, Math.min(REACH, value));
    return [
      limit(((event.clientX - box.left) / box.width) * 2 * REACH - REACH),
      limit(REACH - ((event.clientY - box.top) / box.height) * 2 * REACH),
    ].map((value) => Math.round(value * 10) / 10);
  };
  frame.addEventListener("pointermove", (event) => read(...where(event)));
  frame.addEventListener("pointerleave", () => {
    reading.textContent = "";
  });
  frame.addEventListener("click", (event) => drawing && draw(...where(event)));
  frame.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.4, 0], ArrowRight: [0.4, 0], ArrowUp: [0, 0.4], ArrowDown: [0, -0.4] }[event.key];
    if (step) {
      place = place.map((value, i) => Math.round(10 * Math.max(-5.6, Math.min(5.6, value + step[i]))) / 10);
      mark();
      read(...place);
    } else if (drawing && (event.key === "Enter" || event.key === " ")) draw(...place);
    else return;
    event.preventDefault();
  });
  function mark() {
    cross.hidden = false;
    cross.style.left = `${((place[0] + REACH) / (2 * REACH)) * 100}%`;
    cross.style.top = `${((REACH - place[1]) / (2 * REACH)) * 100}%`;
  }
  frame.addEventListener("focus", mark);
  frame.addEventListener("blur", () => {
    cross.hidden = true;
  });

  function key() {
    const swatch = (colour, text) => {
      const mark = element("i", {});
      mark.style.background = colour;
      return element("span", {}, mark, text);
    };
    if (classes.length) legend.replaceChildren(...classes.map((name, i) => swatch(classColour(i), name)));
    else
      legend.replaceChildren(
        swatch(signedColour(-1), "−1"),
        swatch(signedColour(0), "0"),
        swatch(signedColour(1), "1"),
      );
  }
  addEventListener("recolour", () => {
    drawDots();
    key();
    if (last) picture(last);
  });

  return {
    node,
    picture,
    // Points that are drawn, before there are enough of them to learn from.
    draft(points) {
      if (!drawing) return;
      scene = { points, targets: points.map((point) => point[2]), part: points.map(() => 0) };
      drawDots();
    },
    begin(ready, drawn) {
      scene = ready.scene;
      classes = ready.classes;
      last = null;
      drawing = drawn;
      if (drawn) valids.checked = tests.checked = true; // who draws a point wants to see it
      frame.classList.toggle("pencil", drawn);
      frame.tabIndex = 0;
      frame.setAttribute("role", drawn ? "application" : "img");
      frame.setAttribute(
        "aria-label",
        drawn ? "Decision surface: arrows move the cross, Enter draws a point" : "Decision surface with the points",
      );
      drawDots();
      key();
    },
  };
}
