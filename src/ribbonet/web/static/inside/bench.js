// An example on the bench: its numbers, its graph, its rows, and up to which row they are shown.

import { element } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { fromAddress } from "./address.js";
import { sent, whole } from "./examples.js";
import { graphView } from "./graph.js";
import { optimizerCard } from "./optimizer.js";
import { examplePanel } from "./panel.js";
import { quizCard } from "./quiz.js";
import { rowView } from "./rows.js";

async function looked(example) {
  const headers = { "Content-Type": "application/json" };
  return (await asked("api/inside", { method: "POST", headers, body: JSON.stringify(sent(example)) })).json();
}

// The example of a window of residues, whose network the server has.
async function windowOf({ residues, state, ...settings }) {
  const found = await (await asked(`api/inside/window?${new URLSearchParams({ residues, state })}`)).json();
  return whole({ ...settings, ...found, residues: residues.toUpperCase(), state });
}

// The example that an address names: by its numbers, or by the residues alone.
async function exampleOf(parameters) {
  const example = fromAddress(parameters);
  return example.residues && !parameters.has("w") ? windowOf({ state: "H", ...example }) : example;
}

const stepOf = (parameters) => Math.max(1, Number(parameters.get("step")) || 1);
const layerOf = (name) => /(\d+)$/.exec(name)?.[1] ?? (name === "x" ? "0" : "last");

// `on.taken` is called when an example was taken, `on.refused` when that failed, so that the one before
// stays, and `on.drawn` when another step is shown.
export function bench(on = {}) {
  let example = null;
  let rows = []; // forward, then backward
  let turn = 0; // where the backward pass begins
  let at = 0; // the row up to which numbers are shown
  let before = new Map(); // what the rows said before the last change
  let questions = 0;

  const place = element("output", { class: "place number" });
  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  const panel = examplePanel(
    (next) => change(next),
    (residues, state) => begin({ ...settings(), residues, state }),
  );
  const graph = graphView((name) => {
    const index = rows.findIndex((row) => row.name === name);
    if (index >= 0) go(index);
  });
  const optimizer = optimizerCard((next) => change(next));
  const quiz = quizCard(
    () => {
      go(at + 1);
      quiz.focus();
    },
    () => draw(),
  );
  const quizzing = element("input", {
    type: "checkbox",
    onchange: () => {
      quiz.toggle(quizzing.checked);
      if (quizzing.checked && at === rows.length - 1) at = 0;
      draw();
    },
  });
  const forward = element("ol", { class: "rows" });
  const backward = element("ol", { class: "rows" });
  const button = (text, name, action, kind = "") =>
    element("button", { type: "button", class: kind, "aria-label": name, title: name, onclick: action }, text);
  const buttons = element(
    "div",
    { class: "buttons" },
    button("First", "To the first number", () => go(0)),
    button("Back", "One step back", () => go(at - 1)),
    button("Next", "One step on", () => go(at + 1), "primary"),
    button("Layer", "To the end of the layer", () => go(endOfLayer())),
    button("All", "Show all numbers", () => go(rows.length - 1)),
  );
  const passes = element(
    "section",
    { class: "card panel passes", "aria-label": "Passes" },
    element("div", {}, element("h2", {}, "Forward"), forward),
    element("div", {}, element("h2", {}, "Backward"), backward),
  );

  // What stays when another example of the same kind is begun.
  function settings() {
    const { fused, columns, learning_rate, optimizer: rule, number } = example;
    return { fused, columns, learning_rate, optimizer: rule, number };
  }

  function endOfLayer() {
    let end = Math.min(at + 1, rows.length - 1);
    while (end + 1 < rows.length && end + 1 !== turn && layerOf(rows[end + 1].name) === layerOf(rows[end].name))
      end += 1;
    return end;
  }

  function go(to) {
    if (!rows.length) return; // the first answer has not come
    at = Math.max(0, Math.min(rows.length - 1, to));
    draw();
    passes.querySelector(".number-row.now")?.scrollIntoView({ block: "nearest" });
  }

  // Begin another example, from its first number.
  async function begin(wanted) {
    await changed(() => (wanted.residues && !wanted.weights ? windowOf(wanted) : whole(wanted)), 1);
  }

  // Look through the example with something changed, from the same place.
  async function change(next) {
    await changed(() => next, 0);
  }

  // Where that fails, the example that the numbers are of stays.
  async function changed(make, step) {
    const own = ++questions;
    try {
      const next = await make();
      const answer = await looked(next);
      if (own === questions) take(next, answer, step);
    } catch (error) {
      if (own !== questions) return;
      say(error.message, true);
      panel.show(example);
      optimizer.reset(example);
      on.refused?.();
    }
  }

  function say(text, fault = false) {
    status.className = fault ? "say fault" : "say";
    status.textContent = text;
  }

  // Show an answer, from a step on, or from where the reader is.
  function take(next, answer, step) {
    say("");
    example = next;
    on.taken?.();
    const old = new Map(rows.map((row) => [row.name, row.text]));
    const last = at === rows.length - 1;
    rows = [...answer.forward, ...answer.backward];
    turn = answer.forward.length;
    before = step ? new Map() : old;
    at = Math.min(step ? step - 1 : last ? Number.POSITIVE_INFINITY : at, rows.length - 1);
    panel.show(example);
    graph.take(answer.graph);
    optimizer.show(example, answer.step);
    draw();
    const moved = rows.filter((row) => moves(row)).length;
    if (before.size) say(moved ? `${moved} of ${rows.length} values moved.` : "Nothing moved.");
  }

  const moves = (row) => before.has(row.name) && before.get(row.name) !== row.text;

  function draw() {
    if (quiz.on) quiz.show(rows[at + 1]);
    const item = (row, i) =>
      rowView(row, {
        shown: i <= at,
        now: i === at,
        was: moves(row) ? before.get(row.name) : undefined,
        found: quiz.on && i === at + 1 ? quiz.found : undefined,
        go: () => !(quiz.on && i > at) && go(i),
      });
    forward.replaceChildren(...rows.slice(0, turn).map((row, i) => item(row, i)));
    backward.replaceChildren(...rows.slice(turn).map((row, i) => item(row, turn + i)));
    place.textContent = `${at < turn ? "Forward" : "Backward"}, step ${at + 1} of ${rows.length}`;
    graph.mark(rows, at, moves);
    on.drawn?.();
  }

  // Open the example of an address; where it is at fault, the first example in its place.
  async function open(parameters) {
    let fault = "";
    let first;
    let answer;
    try {
      first = await exampleOf(parameters);
      answer = await looked(first);
    } catch (error) {
      if (error.status !== 422) throw error;
      fault = `${error.message}; the first example is shown instead of the one in the address`;
      first = whole({});
      answer = await looked(first);
    }
    take(first, answer, stepOf(parameters));
    if (fault) say(fault, true);
  }

  return {
    nodes: {
      panel: panel.node,
      graph: element(
        "section",
        { class: "card panel", "aria-label": "Graph" },
        element("h2", {}, "Computation graph"),
        graph.node,
      ),
      passes,
      optimizer: optimizer.node,
      quiz: quiz.node,
      quizzing: element("label", { class: "quizzing" }, quizzing, "Quiz"),
      buttons,
      place,
      status,
    },
    open,
    begin,
    follow: (parameters) => changed(() => exampleOf(parameters), stepOf(parameters)),
    move: (by) => go(at + by),
    get example() {
      return example;
    },
    get step() {
      return at + 1;
    },
  };
}
