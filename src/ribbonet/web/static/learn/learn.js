// The room Learn: the lessons as pages, each with exercises whose answers the server checks.

import { element, field, remember } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { enliven } from "./live/live.js";

const NAME = "ribbonet.name"; // whose numbers the exercises have
const DONE = "ribbonet.solved"; // what was solved, by name and exercise

let room = null;

export async function mount(section, parameters) {
  const lessons = await (await asked("api/learn")).json();
  room = makeRoom(section, lessons);
  await room.enter(parameters.get("lesson"));
}

export function show(parameters) {
  return room.enter(parameters.get("lesson"));
}

export function hide() {
  room.rest();
}

// What this browser keeps; a browser that keeps nothing forgets it with the page.
function kept(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // private windows may keep nothing
  }
}

function makeRoom(section, lessons) {
  let name = String(kept(NAME, ""));
  const solved = new Set(kept(DONE, []));
  const place = (exercise) => `${name.trim().toLowerCase()}/${exercise}`;
  let shown; // the lesson that is asked for, undefined before the first
  let turn = 0;
  let live = null; // the live parts of the lesson that is shown

  const signature = element("input", { type: "text", name: "name", value: name, maxlength: 100, autocomplete: "name" });
  signature.addEventListener("change", () => {
    name = signature.value;
    keep(NAME, name);
    refresh();
  });
  const signed = element(
    "div",
    { class: "signature" },
    field("Your name, which draws the numbers of your exercises", signature),
  );
  const body = element("div", { class: "body" });
  const say = element("p", { class: "say", role: "status", "aria-live": "polite" });
  section.append(body, say);

  async function enter(wanted) {
    const known = lessons.some((lesson) => lesson.name === wanted) ? wanted : null;
    if (known === shown) return;
    shown = known;
    await refresh();
    scrollTo(0, 0);
  }

  async function refresh() {
    const mine = ++turn;
    say.textContent = "";
    say.classList.remove("fault");
    if (shown === null) {
      live?.end();
      body.replaceChildren(contents());
      section.dataset.shown = "contents";
      return;
    }
    let lesson;
    try {
      lesson = await (await asked(`api/learn/${shown}?name=${encodeURIComponent(name)}`)).json();
    } catch (error) {
      if (mine !== turn) return;
      say.textContent = `The lesson cannot be shown: ${error.message}`;
      say.classList.add("fault");
      shown = undefined; // so that the same link tries again
      return;
    }
    if (mine !== turn) return;
    live?.end();
    body.replaceChildren(page(lesson));
    section.dataset.shown = lesson.name;
    remember("learn", { lesson: lesson.name });
  }

  function contents() {
    const row = (lesson) => {
      const right = lesson.exercises.filter((exercise) => solved.has(place(exercise))).length;
      return element(
        "li",
        {},
        element(
          "a",
          { class: "card", href: `#learn?lesson=${lesson.name}` },
          element("span", { class: "title-of" }, lesson.title),
          element("span", { class: "soft" }, `${lesson.minutes} minutes · ${lesson.sources}`),
          element("span", { class: "soft number" }, `${right} of ${lesson.exercises.length} exercises solved`),
        ),
      );
    };
    return element(
      "div",
      { class: "contents" },
      element("h1", {}, "Learn"),
      element(
        "p",
        { class: "soft" },
        "From one neuron to the network of 1988, honest tests, and memories. Each lesson is also a notebook.",
      ),
      signed,
      element("ol", {}, ...lessons.map(row)),
    );
  }

  function page(lesson) {
    const article = element("article", { class: "lesson" });
    article.innerHTML = lesson.html; // made when the lessons were built; nothing of a user's is in it
    for (const holder of article.querySelectorAll(".exercise")) {
      const id = holder.dataset.exercise;
      holder.replaceWith(exercise(id, lesson.exercises[id]));
    }
    live = enliven(article);
    const at = lessons.findIndex((other) => other.name === lesson.name);
    const link = (other, text) =>
      other && element("a", { class: "button", href: `#learn?lesson=${other.name}` }, text(other.title));
    const around = [link(lessons[at - 1], (title) => `← ${title}`), link(lessons[at + 1], (title) => `${title} →`)];
    return element(
      "div",
      {},
      element(
        "header",
        { class: "head" },
        element("a", { class: "button", href: "#learn" }, "All lessons"),
        element("h1", {}, `${lesson.number}. ${lesson.title}`),
        element("p", { class: "soft" }, `${lesson.minutes} minutes · ${lesson.sources}`),
        signed,
      ),
      article,
      element("nav", { class: "around", "aria-label": "Lessons before and after" }, ...around.filter(Boolean)),
    );
  }

  function exercise(id, { text, hints }) {
    const number = id.split(".")[1];
    const label = `Answer to exercise ${number}`;
    const input = element("textarea", {
      "aria-label": label,
      rows: 1,
      maxlength: 2000,
      autocapitalize: "off",
      autocomplete: "off",
      spellcheck: "false",
    });
    const verdict = element("output", { class: "verdict", "aria-live": "polite" });
    const hinted = element("div", { class: "hints" });
    const form = element("form", { class: "answer" }, input, element("button", { class: "primary" }, "Check"), verdict);
    const told = (right, message) => {
      verdict.textContent = `${right ? "✓" : "✗"} ${message}`;
      verdict.dataset.right = right;
    };
    if (solved.has(place(id))) told(true, "Solved.");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const headers = { "Content-Type": "application/json" };
        const sent = JSON.stringify({ exercise: id, answer: input.value, name });
        const { right, message } = await (
          await asked("api/learn/check", { method: "POST", headers, body: sent })
        ).json();
        told(right, message);
        if (right) {
          solved.add(place(id));
          keep(DONE, [...solved]);
        }
      } catch (error) {
        told(false, error.message);
      }
    });
    // Enter sends; Shift and Enter begins another row of a matrix
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
    input.addEventListener("input", () => {
      input.rows = Math.min(6, input.value.split("\n").length);
    });
    let given = 0;
    const more = element("button", { type: "button", class: "plain" }, "Hint");
    more.addEventListener("click", () => {
      hinted.append(element("p", {}, ...marked(hints[given++])));
      if (given < hints.length) more.textContent = "Another hint";
      else more.remove();
    });
    return element(
      "section",
      { class: "exercise card", "aria-label": `Exercise ${number}` },
      element("h3", {}, `Exercise ${number}`),
      ...paragraphs(text),
      form,
      element("div", { class: "more" }, hinted, ...(hints.length ? [more] : [])),
    );
  }

  return { enter, rest: () => live?.rest() };
}

// The text of an exercise: paragraphs, `code`, *emphasis* and fenced blocks.
function paragraphs(text) {
  return text.split("\n\n").map((part) => {
    const fenced = /^```\n([\s\S]*?)\n```$/.exec(part);
    return fenced ? element("pre", { class: "shown", tabindex: 0 }, fenced[1]) : element("p", {}, ...marked(part));
  });
}

function marked(text) {
  return text
    .split(/(`[^`]+`|\*[A-Za-z ]+\*)/)
    .filter(Boolean)
    .map((piece) => {
      if (piece.startsWith("`")) return element("code", {}, piece.slice(1, -1));
      return /^\*.+\*$/.test(piece) ? element("em", {}, piece.slice(1, -1)) : piece;
    });
}
