// The room Inside: a small network, forward and backward, number by number.

import { element, remember } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { fromAddress, toAddress } from "./address.js";
import { EXAMPLES, sent, whole } from "./examples.js";
import { graphView } from "./graph.js";
import { optimizerCard } from "./optimizer.js";
import { examplePanel } from "./panel.js";
import { quizCard } from "./quiz.js";
import { rowView } from "./rows.js";

let room = null;

export async function mount(section, parameters) {
  let example;
  let answer;
  let fault = "";
  try {
    example = await exampleOf(parameters);
    answer = await looked(example);
  } catch (error) {
    if (error.status !== 422) throw error;
    fault = `${error.message}; the first example is shown instead of the one in the address`;
    example = whole({});
    answer = await looked(example);
  }
  room = makeRoom(section);
  room.take(example, answer, stepOf(parameters));
  if (fault) room.say(fault, true);
}

export function show(parameters) {
  room.enter(parameters);
}

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

function makeRoom(section) {
  let example = null;
  let rows = []; // forward, then backward
  let turn = 0; // where the backward pass begins
  let at = 0; // the row up to which numbers are shown
  let before = new Map(); // what the rows said before the last change
  let questions = 0;
  let shownChoice = Object.keys(EXAMPLES)[0];

  const choice = element(
    "select",
    { id: "inside-choice", "aria-label": "Example to begin with", onchange: () => begin(EXAMPLES[choice.value]) },
    ...Object.keys(EXAMPLES).map((name) => element("option", {}, name)),
  );
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
    id: "inside-quiz",
    onchange: () => {
      quiz.toggle(quizzing.checked);
      if (quizzing.checked && at === rows.length - 1) at = 0;
      draw();
    },
  });
  const forward = element("ol", { class: "rows" });
  const backward = element("ol", { class: "rows" });
  section.append(
    element("h1", { class: "title" }, "Inside"),
    toolbar(choice, place, quizzing, {
      first: () => go(0),
      back: () => go(at - 1),
      next: () => go(at + 1),
      layer: () => go(endOfLayer()),
      all: () => go(rows.length - 1),
    }),
    status,
    element(
      "div",
      { class: "bench" },
      panel.node,
      element(
        "div",
        { class: "sides" },
        quiz.node,
        element(
          "section",
          { class: "card panel", "aria-label": "Graph" },
          element("h2", {}, "Computation graph"),
          graph.node,
        ),
        element(
          "section",
          { class: "card panel passes", "aria-label": "Passes" },
          element("div", {}, element("h2", {}, "Forward"), forward),
          element("div", {}, element("h2", {}, "Backward"), backward),
        ),
        optimizer.node,
      ),
    ),
  );
  section.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (move && !graph.node.contains(event.target)) {
      go(at + move);
      event.preventDefault();
    }
  });

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
    document.querySelector("#inside .number-row.now")?.scrollIntoView({ block: "nearest" });
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
      choice.value = shownChoice;
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
    shownChoice = choice.value;
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
    remember("inside", toAddress(example, at + 1));
  }

  return {
    take,
    say,
    enter(next) {
      if ([...next].length) changed(() => exampleOf(next), stepOf(next));
      else remember("inside", toAddress(example, at + 1));
    },
  };
}

function toolbar(choice, place, quizzing, steps) {
  const button = (text, name, action, kind = "") =>
    element("button", { type: "button", class: kind, "aria-label": name, title: name, onclick: action }, text);
  return element(
    "div",
    { class: "card toolbar", role: "toolbar", "aria-label": "Steps" },
    element("label", { class: "field", for: "inside-choice" }, element("span", {}, "Example"), choice),
    element(
      "div",
      { class: "buttons" },
      button("First", "To the first number", steps.first),
      button("Back", "One step back", steps.back),
      button("Next", "One step on", steps.next, "primary"),
      button("Layer", "To the end of the layer", steps.layer),
      button("All", "Show all numbers", steps.all),
    ),
    element("label", { class: "quizzing", for: "inside-quiz" }, quizzing, "Quiz"),
    place,
  );
}
