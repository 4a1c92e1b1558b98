// The boxes of the network, column by column, as buttons; and the buttons above each hidden layer.

import { element } from "../../shared/dom.js";
import { INPUTS } from "../settings.js";
import { MAP } from "./maps.js";

const box = (kind, label, more = {}) => {
  const canvas = element("canvas", { width: MAP, height: MAP, "aria-hidden": true });
  const button = element("button", { type: "button", class: `unit ${kind}`, "aria-label": label, ...more }, canvas);
  return { canvas, button, label, kind };
};

function inputBox(name, { change, settings }) {
  const own = box("input", `Input ${name}`, {
    onclick: () => {
      const taken = settings().inputs;
      const next = taken.includes(name)
        ? taken.filter((other) => other !== name)
        : INPUTS.filter((other) => other === name || taken.includes(other));
      if (next.length) change({ inputs: next });
    },
  });
  own.button.append(element("span", { class: "name" }, name.replace("x1x2", "x1 · x2")));
  return { ...own, name };
}

function windowBox({ window }) {
  const own = box("window", `Window of ${window} residues`, { disabled: true });
  own.canvas.remove();
  own.button.append(element("span", {}, `${window} × 21`));
  return own;
}

function unitBox(here, { choose, look }) {
  const own = box("hidden", `Unit ${here.unit + 1} of layer ${here.layer + 1}`, {
    onclick: () => choose(here),
    onpointerenter: () => look(here),
    onpointerleave: () => look(null),
    onfocus: () => look(here),
    onblur: () => look(null),
  });
  return { ...own, ...here };
}

function outputBox(unit, { sizes, classes }, { choose }) {
  const layer = sizes.length - 1;
  const several = sizes.at(-1) > 1;
  const own = box("last", several ? `Output ${classes[unit]}` : "Output", {
    onclick: () => choose({ layer, unit, number: null }),
  });
  if (several) own.button.append(element("span", { class: "name" }, classes[unit]));
  return { ...own, layer, unit };
}

const MOST = { layer: 40, all: 128 }; // hidden units, as the server has it

// Whether so many hidden units, layer by layer, are not too many.
export const fit = (layers) =>
  layers.every((units) => units <= MOST.layer) && layers.reduce((all, units) => all + units, 0) <= MOST.all;

// What adds a unit to a hidden layer, or takes one away.
function head(layer, layers, { change, settings }) {
  const units = layers[layer];
  const set = (more) => change({ layers: settings().layers.map((old, i) => (i === layer ? old + more : old)) });
  const step = (sign, name, more, disabled) =>
    element("button", { type: "button", "aria-label": name, disabled, onclick: () => set(more) }, sign);
  return element(
    "div",
    { class: "layer-head" },
    step("+", `Add a unit to layer ${layer + 1}`, 1, !fit(layers.with(layer, units + 1))),
    element("span", { class: "number" }, String(units)),
    step("−", `Remove a unit of layer ${layer + 1}`, -1, units === 1),
  );
}

// All boxes of what the server says of a network; `on` has `change`, `look`, `choose`, `settings`.
export function boxesOf(ready, on) {
  const chains = ready.scene.kind === "chains";
  const columns = [chains ? [windowBox(ready.scene)] : INPUTS.map((name) => inputBox(name, on))];
  let number = 0;
  const layers = ready.sizes.slice(0, -1);
  layers.forEach((units, layer) => {
    const column = Array.from({ length: units }, (_, unit) => unitBox({ layer, unit, number: number++ }, on));
    columns.push(Object.assign(column, { head: head(layer, layers, on) }));
  });
  columns.push(Array.from({ length: ready.sizes.at(-1) }, (_, unit) => outputBox(unit, ready, on)));
  return columns;
}

const NARROWEST = 54; // pixels from column to column
const HEAD = 72;

// Place the boxes in so much width; return the width and the height that they take.
export function placed(columns, available) {
  const most = Math.max(...columns.map((column) => column.length));
  const plane = columns[0][0].kind === "input";
  const named = plane ? 46 : 0;
  const outer = columns.at(-1).length > 1 ? 64 : 8;
  const width = Math.max(available, named + outer + (columns.length - 1) * NARROWEST + 40);
  const [unit, gap] = most > 16 ? [24, 3] : most > 8 ? [26, 7] : [38, 12];
  const pitch = (width - named - outer - unit - 8) / (columns.length - 1);
  columns.forEach((column, c) => {
    const size = c === 0 && plane ? Math.min(unit, 34) : unit;
    const left = named + 4 + c * pitch;
    const top = HEAD + ((most - column.length) * (unit + gap)) / 2;
    column.forEach((own, i) => {
      const wide = own.kind === "window" ? 52 : size;
      Object.assign(own, { x: left, y: top + i * (unit + gap), size: wide, tall: size });
      own.button.style.transform = `translate(${left}px, ${own.y}px)`;
      own.button.style.width = `${wide}px`;
      own.button.style.height = `${size}px`;
    });
    if (column.head) column.head.style.transform = `translate(${left + unit / 2}px, 0) translateX(-50%)`;
  });
  return [width, HEAD + most * (unit + gap) + 6];
}
