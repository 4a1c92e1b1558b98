// The quiz: the reader types the next number before it is shown.

import { element } from "../shared/dom.js";
import { formula, minus } from "./formulas.js";

const ASKED = 4; // numbers of a row at most; the rest comes with them
const CLOSE = 0.01; // as a share of the number

export function right(typed, number) {
  return Math.abs(typed - number) <= CLOSE * Math.abs(number) + 1e-9;
}

// `next` is called when a row is known, `changed` when one of its numbers is.
export function quizCard(next, changed) {
  let row = null;
  let found = [];
  let missed = false; // whether the number that is asked for was answered wrongly, or shown
  const score = { right: 0, of: 0 };

  const question = element("span", {});
  const answer = element("input", {
    name: "answer",
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
  });
  const verdict = element("output", { class: "verdict", "aria-live": "polite" });
  const tally = element("span", { class: "tally number" });
  const form = element(
    "form",
    { class: "ask" },
    element("label", {}, question, answer),
    element("button", { class: "primary" }, "Check"),
    element("button", { type: "button", onclick: () => reveal() }, "Show it"),
    verdict,
  );
  const node = element(
    "section",
    { class: "card panel quiz", "aria-label": "Quiz", hidden: true },
    element("div", { class: "quiz-head" }, element("h2", {}, "What comes next?"), tally),
    form,
  );

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = answer.value.trim().replace("−", "-").replace(",", ".");
    const typed = Number(text);
    if (!text || !Number.isFinite(typed)) {
      say("Type a number, for example 0.731.");
    } else if (right(typed, row.value[found.length])) {
      if (!missed) score.right += 1;
      settle(`✓ ${minus(told())} is right.`);
    } else {
      missed = true;
      const hint = row.worked[found.length]?.split(" = ")[0];
      say(`✗ Not ${minus(text)}.${hint ? ` Work out ${minus(hint)}.` : ""}`);
    }
  });

  const told = () => numbers(row)[found.length];

  function reveal() {
    missed = true;
    settle(`It is ${minus(told())}.`);
  }

  // The number is known: on to the next one, or to the next row.
  function settle(text) {
    score.of += 1;
    found.push(told());
    missed = false;
    answer.value = "";
    say(text);
    if (found.length >= Math.min(ASKED, row.value.length)) next();
    else {
      ask();
      changed();
    }
  }

  function say(text) {
    verdict.textContent = text;
    tally.textContent = score.of ? `${score.right} of ${score.of} at first` : "";
  }

  function ask() {
    const many = row.value.length > 1;
    const place = many ? `, number ${found.length + 1} of ${row.value.length}` : "";
    question.replaceChildren(
      element("b", {}, ...formula(row.name)),
      element("span", {}, `${place}: `),
      element("span", { class: "formula" }, ...formula(row.formula)),
    );
  }

  return {
    node,
    get on() {
      return !node.hidden;
    },
    get found() {
      return found;
    },
    focus: () => answer.focus(),
    toggle(on) {
      node.hidden = !on;
      score.right = 0;
      score.of = 0;
      say("");
    },
    // Ask for a row; none when the last is shown. Numbers beyond all bounds are not asked for.
    show(wanted) {
      form.hidden = false;
      if (!wanted) {
        row = null;
        question.textContent = "That was the last one.";
      }
      for (const control of form.querySelectorAll("input, button"))
        control.disabled = !wanted || wanted.value.includes(null);
      if (!wanted || wanted === row) return;
      row = wanted;
      found = [];
      missed = false;
      ask();
    },
  };
}

function numbers(row) {
  return row.text.split(/;? /);
}
