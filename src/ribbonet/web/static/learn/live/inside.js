// A small network forward and backward, number by number: the bench of the room Inside.

import { element } from "../../shared/dom.js";
import { bench } from "../../inside/bench.js";

export function insidePart(parameters) {
  const own = bench();
  const { panel, graph, passes, optimizer, quiz, quizzing, buttons, place, status } = own.nodes;
  passes.tabIndex = 0; // it scrolls
  const fold = (text, ...nodes) => element("details", {}, element("summary", {}, text), ...nodes);
  const steps = [element("div", { class: "steps-bar" }, buttons, quizzing, place), quiz, passes];
  return {
    nodes: [
      ...(parameters.has("optimizer") ? [optimizer, fold("Both passes", ...steps)] : steps),
      status,
      fold("Change the numbers", panel),
      fold("The computation graph", graph),
    ],
    open: () => own.open(parameters),
  };
}
