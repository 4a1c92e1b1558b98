// One unit from near: its bias and the weights that lead to it, to be changed in place.

import { element } from "../../shared/dom.js";
import { colours, paint, signedColour } from "../colours.js";
import { weightMap } from "./maps.js";

const written = (value) => String(Number(value.toPrecision(5)));

// The panel; `edit` takes a parameter's name, its place and its new value.
export function inspector({ edit, leave }) {
  const title = element("h2", {});
  const body = element("div", { class: "numbers" });
  const node = element(
    "section",
    { class: "card panel inspector", hidden: true, "aria-label": "Unit" },
    element(
      "div",
      { class: "panel-head" },
      title,
      element("button", { type: "button", class: "plain", onclick: () => close() }, "Close"),
    ),
    body,
  );
  let here = null;
  let rows = [];
  let values = null;
  let map = null;

  function close() {
    const focused = node.contains(document.activeElement);
    node.hidden = true;
    here = null;
    leave(focused);
  }

  function row(label, { name, index, at }) {
    const input = element("input", {
      type: "number",
      step: "any",
      onchange: () => {
        if (Number.isFinite(input.valueAsNumber)) edit(name, index, input.valueAsNumber);
      },
    });
    const bar = element("i", {});
    rows.push({ input, bar, at });
    return element("label", {}, element("span", {}, label), bar, input);
  }

  // The map of a unit over chains, large: a place is chosen by residue and position.
  function weightsOfWindow(ready, { place, after }) {
    const { window, residues } = ready.scene;
    const letters = `${residues}·`;
    const canvas = element("canvas", {
      class: "weights",
      role: "img",
      "aria-label": "Weights: residues down, positions across",
    });
    const position = element(
      "select",
      { "aria-label": "Position" },
      ...Array.from({ length: window }, (_, i) => element("option", { value: i }, String(i - (window >> 1)))),
    );
    const residue = element(
      "select",
      { "aria-label": "Residue" },
      ...[...letters].map((letter, i) => element("option", { value: i }, letter === "·" ? "· (none)" : letter)),
    );
    position.value = window >> 1;
    const input = element("input", {
      type: "number",
      step: "any",
      "aria-label": "Weight",
      onchange: () => {
        if (Number.isFinite(input.valueAsNumber)) edit(place.name, chosen().index, input.valueAsNumber);
      },
    });
    const chosen = () => {
      const index = (Number(position.value) * 21 + Number(residue.value)) * after + here.unit;
      return { index, at: place.start + index };
    };
    const fresh = () => {
      entry.at = chosen().at;
      show(values, true);
    };
    position.onchange = fresh;
    residue.onchange = fresh;
    canvas.addEventListener("click", (event) => {
      const area = canvas.getBoundingClientRect();
      position.value = Math.floor(((event.clientX - area.left) / area.width) * window);
      residue.value = Math.floor(((event.clientY - area.top) / area.height) * 21);
      fresh();
    });
    const entry = { input, bar: null, at: chosen().at };
    rows.push(entry);
    map = () => paint(canvas, weightMap(values, place, after, here.unit, window), window, colours().signed, 128);
    const letterColumn = element(
      "div",
      { class: "letters", "aria-hidden": true },
      ...[...letters].map((letter) => element("span", {}, letter)),
    );
    const numbers = element(
      "div",
      { class: "positions", "aria-hidden": true },
      ...[-(window >> 1), 0, window >> 1].map((i) => element("span", {}, String(i))),
    );
    return element(
      "div",
      { class: "window-weights" },
      element("div", { class: "weight-map" }, letterColumn, canvas, numbers),
      element(
        "div",
        { class: "pick" },
        element("label", { class: "field" }, element("span", {}, "Position"), position),
        element("label", { class: "field" }, element("span", {}, "Residue"), residue),
        element("label", { class: "field" }, element("span", {}, "Weight"), input),
      ),
    );
  }

  function show(weights, always = false) {
    values = weights;
    if (!here || !values) return;
    const most = rows.reduce((largest, { at }) => Math.max(largest, Math.abs(values[at]) || 0), 1);
    for (const { input, bar, at } of rows) {
      const value = values[at];
      if (always || document.activeElement !== input) input.value = Number.isFinite(value) ? written(value) : "";
      if (bar) {
        bar.style.setProperty("--size", `${(Math.abs(value) / most) * 50}%`);
        bar.style.setProperty("--colour", signedColour(value < 0 ? -1 : 1));
        bar.classList.toggle("negative", value < 0);
      }
    }
    map?.();
  }

  return {
    node,
    show,
    get here() {
      return here;
    },
    close,
    open(next, label, incoming, ready) {
      here = next;
      rows = [];
      map = null;
      title.textContent = label;
      const first = row("bias", incoming.bias);
      const wide = ready.scene.kind === "chains" && next.layer === 0;
      body.replaceChildren(
        first,
        ...(wide ? [weightsOfWindow(ready, incoming)] : incoming.links.map((link) => row(link.label, link))),
      );
      node.hidden = false;
      show(values, true);
      (rows[(next.weight ?? -1) + 1] ?? rows[0]).input.focus({ preventScroll: innerWidth > 900 });
    },
  };
}
