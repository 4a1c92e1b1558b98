// The room Inside: one example, forward and backward through a small network, number by number.

import { element, remember } from "../shared/dom.js";
import { EXAMPLES, examplePanel, fromAddress, toAddress, whole } from "./example.js";
import { formula, minus, value } from "./formulas.js";
import { asked } from "../shared/server.js";

let room = null;

export async function mount(section, parameters) {
  let example = fromAddress(parameters);
  let answer;
  let fault = "";
  try {
    answer = await looked(example);
  } catch (error) {
    if (error.status !== 422) throw error;
    fault = `${error.message}; the first example is shown instead of the one in the address`;
    example = whole({});
    answer = await looked(example);
  }
  room = makeRoom(section);
  room.take(example, answer, true);
  if (fault) room.say(fault, true);
}

async function looked(example) {
  const headers = { "Content-Type": "application/json" };
  return (await asked("api/inside", { method: "POST", headers, body: JSON.stringify(example) })).json();
}

export function show(parameters) {
  room.enter(parameters);
}

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
    {
      id: "inside-choice",
      "aria-label": "Example to begin with",
      onchange: () => change(whole(EXAMPLES[choice.value]), true),
    },
    ...Object.keys(EXAMPLES).map((name) => element("option", {}, name)),
  );
  const button = (text, name, action, kind = "") =>
    element("button", { type: "button", class: kind, "aria-label": name, title: name, onclick: action }, text);
  const place = element("output", { class: "place number" });
  const bar = element(
    "div",
    { class: "card toolbar", role: "toolbar", "aria-label": "Steps" },
    element("label", { class: "field", for: "inside-choice" }, element("span", {}, "Example"), choice),
    element(
      "div",
      { class: "buttons" },
      button("First", "To the first number", () => go(0)),
      button("Back", "One step back", () => go(at - 1)),
      button("Next", "One step on", () => go(at + 1), "primary"),
      button("Layer", "To the end of the layer", () => go(endOfLayer())),
      button("All", "Show all numbers", () => go(rows.length - 1)),
    ),
    place,
  );
  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  const panel = examplePanel((next) => change(next));
  const graph = element("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "Computation graph" });
  const forward = element("ol", { class: "rows" });
  const backward = element("ol", { class: "rows" });
  const after = element("div", { class: "after" });
  const rate = element("input", {
    type: "number",
    id: "inside-rate",
    step: "any",
    min: 0,
    onchange: () => {
      if (rate.valueAsNumber > 0) change({ ...example, learning_rate: rate.valueAsNumber });
      else rate.value = example.learning_rate;
    },
  });
  let stepped = null;
  const descend = button("Take the step", "Take the step", () => change(stepped));

  section.append(
    element("h1", { class: "title" }, "Inside"),
    bar,
    status,
    element(
      "div",
      { class: "bench" },
      panel.node,
      element(
        "div",
        { class: "sides" },
        element(
          "section",
          { class: "card panel", "aria-label": "Graph" },
          element("h2", {}, "Computation graph"),
          graph,
        ),
        element(
          "section",
          { class: "card panel passes", "aria-label": "Passes" },
          element("div", {}, element("h2", {}, "Forward"), forward),
          element("div", {}, element("h2", {}, "Backward"), backward),
        ),
        element(
          "section",
          { class: "card panel", "aria-label": "One step" },
          element("h2", {}, "One step of gradient descent"),
          element(
            "div",
            { class: "descent" },
            element("label", { class: "field", for: "inside-rate" }, element("span", {}, "Learning rate α"), rate),
            descend,
          ),
          after,
        ),
      ),
    ),
  );
  section.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT)$/.test(event.target.tagName)) return;
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (move && !graph.contains(event.target)) {
      go(at + move);
      event.preventDefault();
    }
  });

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

  // Look through another example; where that fails, the one that the numbers are of stays.
  async function change(next, fresh = false) {
    const own = ++questions;
    try {
      const answer = await looked(next);
      if (own === questions) take(next, answer, fresh);
    } catch (error) {
      if (own !== questions) return;
      say(error.message, true);
      panel.show(example);
      rate.value = example.learning_rate;
      choice.value = shownChoice;
    }
  }

  function say(text, fault = false) {
    status.className = fault ? "say fault" : "say";
    status.textContent = text;
  }

  function take(next, answer, fresh) {
    say("");
    example = next;
    shownChoice = choice.value;
    remember("inside", toAddress(example));
    const old = new Map(rows.map((row) => [row.name, row.text]));
    const all = fresh || !rows.length || at === rows.length - 1;
    rows = [...answer.forward, ...answer.backward];
    turn = answer.forward.length;
    before = fresh ? new Map() : old;
    at = all ? rows.length - 1 : Math.min(at, rows.length - 1);
    panel.show(example);
    rate.value = example.learning_rate;
    picture(answer.graph);
    descent(answer.step);
    draw();
    const moved = rows.filter((row) => moves(row)).length;
    if (before.size) say(moved ? `${moved} of ${rows.length} values moved.` : "Nothing moved.");
  }

  const moves = (row) => before.has(row.name) && before.get(row.name) !== row.text;

  // The graph as the library draws it; its circles are found by their names.
  function picture(text) {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Computation graph: parameters light blue, data light green");
    for (const label of svg.querySelectorAll("text")) {
      label.previousElementSibling.dataset.name = label.textContent;
    }
    graph.replaceChildren(document.importNode(svg, true));
    for (const circle of graph.querySelectorAll("circle")) {
      circle.addEventListener("click", () => {
        const index = rows.findIndex((row) => row.name === circle.dataset.name);
        if (index >= 0) go(index);
      });
    }
  }

  function descent(steps) {
    stepped = structuredClone(example);
    const shaped = (row) =>
      Array.from({ length: row.shape[0] }, (_, i) => row.value.slice(i * row.shape[1], (i + 1) * row.shape[1]));
    steps.slice(0, -1).forEach((row, i) => {
      if (row.name.startsWith("W")) stepped.weights[i >> 1] = shaped(row);
      else stepped.biases[i >> 1] = row.value;
    });
    descend.disabled = steps.some((row) => row.value.includes(null));
    after.replaceChildren(
      ...steps.map((row) =>
        element(
          "div",
          { class: "number-row shown" },
          element("b", {}, ...formula(row.name)),
          element("span", { class: "formula" }, ...formula(row.formula)),
          value(row),
        ),
      ),
    );
  }

  function draw() {
    const item = (row, i) => {
      const shown = i <= at;
      const moved = shown && moves(row);
      const parts = [
        element("b", {}, ...formula(row.name)),
        element("span", { class: "formula" }, ...formula(row.formula)),
        shown ? value(row) : element("span", { class: "value soft" }, "…"),
      ];
      if (moved) parts.push(element("span", { class: "was number" }, `was ${minus(before.get(row.name))}`));
      if (i === at && row.worked.length)
        parts.push(
          element("div", { class: "worked number" }, ...row.worked.map((text) => element("span", {}, minus(text)))),
        );
      return element(
        "li",
        {
          class: `number-row${shown ? " shown" : ""}${i === at ? " now" : ""}${moved ? " moved" : ""}`,
          "aria-current": i === at ? "step" : false,
          onclick: () => go(i),
        },
        ...parts,
      );
    };
    forward.replaceChildren(...rows.slice(0, turn).map((row, i) => item(row, i)));
    backward.replaceChildren(...rows.slice(turn).map((row, i) => item(row, turn + i)));
    place.textContent = rows.length ? `${at < turn ? "Forward" : "Backward"}, step ${at + 1} of ${rows.length}` : "";
    const { name } = rows[at];
    const target = name.startsWith("d") ? name.split("/d").at(-1) : name;
    const seen = new Set(rows.slice(0, at + 1).map((row) => row.name));
    for (const circle of graph.querySelectorAll("circle")) {
      const own = circle.dataset.name;
      circle.classList.toggle("now", own === target);
      circle.classList.toggle(
        "moved",
        rows.some((row) => row.name === own && moves(row)),
      );
      circle.classList.toggle("hidden-yet", rows.some((row) => row.name === own) && !seen.has(own));
    }
  }

  return {
    take,
    say,
    enter(next) {
      if ([...next].length) change(fromAddress(next), true);
      else remember("inside", toAddress(example));
    },
  };
}
