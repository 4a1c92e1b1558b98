// The room Inside: a small network, forward and backward, number by number.

import { element, remember } from "../shared/dom.js";
import { toAddress } from "./address.js";
import { bench } from "./bench.js";
import { EXAMPLES } from "./examples.js";

let room = null;

export async function mount(section, parameters) {
  const next = makeRoom(section);
  await next.open(parameters);
  room = next;
}

export function show(parameters) {
  room.enter(parameters);
}

function makeRoom(section) {
  let shownChoice = Object.keys(EXAMPLES)[0];
  const choice = element(
    "select",
    { name: "choice", "aria-label": "Example to begin with", onchange: () => own.begin(EXAMPLES[choice.value]) },
    ...Object.keys(EXAMPLES).map((name) => element("option", {}, name)),
  );
  const own = bench({
    drawn: () => keep(),
    taken() {
      shownChoice = choice.value;
    },
    refused() {
      choice.value = shownChoice;
    },
  });
  const { nodes } = own;
  const keep = () => remember("inside", toAddress(own.example, own.step));

  function furnish() {
    section.append(
      element("h1", { class: "title" }, "Inside"),
      element(
        "div",
        { class: "card toolbar", role: "toolbar", "aria-label": "Steps" },
        element("label", { class: "field" }, element("span", {}, "Example"), choice),
        nodes.buttons,
        nodes.quizzing,
        nodes.place,
      ),
      nodes.status,
      element(
        "div",
        { class: "bench" },
        nodes.panel,
        element("div", { class: "sides" }, nodes.quiz, nodes.graph, nodes.passes, nodes.optimizer),
      ),
    );
    section.addEventListener("keydown", (event) => {
      if (/^(INPUT|SELECT)$/.test(event.target.tagName)) return;
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by && !event.target.closest(".graph")) {
        own.move(by);
        event.preventDefault();
      }
    });
  }

  return {
    async open(parameters) {
      await own.open(parameters);
      furnish();
    },
    enter(parameters) {
      if ([...parameters].length) own.follow(parameters);
      else keep();
    },
  };
}
