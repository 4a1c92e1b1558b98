// Experiments of one click: one setting varied, each variant trained for several seeds on the server.

import { element, field, select } from "../../shared/dom.js";
import { connect } from "../session.js";
import { courseChart, scoreChart, variantColour } from "./charts.js";

const SOONEST = 1000; // milliseconds until the first attempt to connect again
const LATEST = 30_000;
const BEGUN = "ribbonet-experiment"; // whether the server keeps one for this page
const ENDS = { early: "stopped early", slow: "rate too low", held: "penalty too high", diverged: "diverged" };

// A mean and its interval, with as many decimals as three digits of the mean need.
const between = (pair, factor = 1) => {
  if (!pair || pair[0] === null) return "–";
  const mean = factor * pair[0];
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(mean), 0.01))));
  const half = pair[1] === null ? "" : ` ± ${(factor * pair[1]).toFixed(decimals)}`;
  return mean.toFixed(decimals) + half;
};

function begun(now) {
  try {
    if (now) sessionStorage.setItem(BEGUN, "yes");
    return sessionStorage.getItem(BEGUN) !== null;
  } catch {
    return false; // storage is switched off
  }
}

// The panel; `room` has settings() and upload(data), the player's own, and use(settings).
export function experimentsPanel({ experiments, extent }, room) {
  let session = null;
  let running = null; // what the server last said it runs
  let last = null; // its last picture
  let wait = SOONEST;

  const number = (name) => element("input", { type: "number", id: `experiment-${name}`, step: 1 });
  const seeds = number("seeds");
  Object.assign(seeds, { min: extent.seeds.minimum, max: extent.seeds.maximum, value: extent.seeds.default });
  const epochs = number("epochs");
  Object.assign(epochs, { min: 1, max: 2000, placeholder: "its own" });
  const from = select("experiment-from", [
    ["", "the experiment's own"],
    ["own", "those set above"],
  ]);
  const score = select("experiment-score", [
    ["accuracy", "accuracy"],
    ["loss", "loss"],
  ]);
  score.addEventListener("change", () => draw());
  const buttons = Object.entries(experiments).map(([name, own]) =>
    element(
      "button",
      { type: "button", "aria-pressed": "false", "data-name": name, title: own.sentence, onclick: () => run(name) },
      own.title,
    ),
  );
  const say = element("p", { class: "say", role: "status" });
  const progress = element("progress", { "aria-label": "Trainings done", max: 1, value: 0 });
  const count = element("span", { class: "number" });
  const cancel = element("button", { type: "button", onclick: () => session.send({ type: "cancel" }) }, "Cancel");
  const under = element("div", { class: "line under-way", hidden: true }, progress, count, cancel);
  const sentence = element("p", {});
  const [scores, courses] = [scoreChart(), courseChart()];
  const table = element("table", {});
  const results = element(
    "div",
    { class: "results", hidden: true },
    sentence,
    element("div", { class: "pictures" }, scores.node, courses.node),
    element(
      "div",
      { class: "experiment-table", tabindex: 0, role: "region", "aria-label": "Results of the experiment" },
      table,
    ),
  );
  const node = element(
    "section",
    { class: "card panel experiments", "aria-label": "Experiments", "data-part": "experiments" },
    element("h2", {}, "Experiments"),
    element(
      "p",
      { class: "soft" },
      "One click trains a network for each value of one setting, and for each of several draws of data and weights.",
    ),
    element("div", { class: "line choices" }, ...buttons),
    element(
      "div",
      { class: "line extent" },
      field("Seeds", seeds),
      field("Epochs", epochs),
      field("Other settings", from),
      field("Shown", score),
    ),
    element(
      "p",
      { class: "help" },
      "Seeds: trainings of each value. Epochs: of each training. Other settings: what is not varied. Shown: what the left picture shows.",
    ),
    say,
    under,
    results,
  );

  function fault(text) {
    say.className = text ? "say fault" : "say";
    say.textContent = text;
  }

  const answers = {
    running(message) {
      wait = SOONEST;
      fault("");
      if (message.experiment === null)
        return running && fault("The server no longer has the experiment; run it again.");
      if (JSON.stringify(message) !== JSON.stringify(running)) last = null;
      running = message;
      begun(true);
      for (const own of buttons) own.setAttribute("aria-pressed", own.dataset.name === message.experiment);
      sentence.textContent = experiments[message.experiment].sentence;
      return null;
    },
    picture(picture) {
      last = picture;
      draw();
    },
    fault: ({ message }) => fault(message),
    full: ({ message }) => fault(message),
    lost(reason) {
      under.hidden = true;
      fault(reason || "The connection to the server was lost; it keeps the experiment.");
      if (reason) return;
      setTimeout(() => session.closed && open({ type: "back" }), wait);
      wait = Math.min(2 * wait, LATEST);
    },
  };

  function open(message) {
    if (!session || session.closed) session = connect(answers, "ws/experiments");
    session.send(message);
  }

  function run(name) {
    if (![seeds, epochs].every((own) => own.reportValidity())) return;
    const settings = from.value ? room.settings() : null;
    open({
      type: "run",
      experiment: name,
      extent: { seeds: Number(seeds.value), epochs: epochs.value ? Number(epochs.value) : null },
      ...(settings ? { settings, upload: room.upload(settings.data) ?? "" } : {}),
    });
  }

  function draw() {
    if (!last || !last.variants.some((own) => own.runs)) {
      under.hidden = !last?.under_way;
      results.hidden = true;
      return;
    }
    const { ticks, labels, varied } = experiments[running.experiment];
    const { variants } = last;
    under.hidden = !last.under_way;
    Object.assign(progress, { max: last.of, value: last.done });
    count.textContent = `${last.done} of ${last.of} trainings`;
    results.hidden = false;
    const classes = variants[0].scores.test_accuracy !== undefined;
    score.disabled = !classes;
    const names = labels.map((label, i) => (ticks === "label" ? label : String(variants[i][ticks] ?? "")));
    scores.show({ variants, ticks: names, varied, score: classes ? score.value : "loss" });
    courses.show({ variants, epochs: running.variants[0].epochs });
    tabulate(names, variants, varied);
    node.dataset.done = last.done;
  }

  function tabulate(names, variants, varied) {
    const heads = [
      varied,
      "Examples",
      "Parameters",
      "Size of the weights",
      "Train, %",
      "Validation, %",
      "Test, %",
      "Test loss",
      "Ends",
      "",
    ];
    const rows = variants.map((own, i) => {
      const swatch = element("i", { "aria-hidden": true });
      swatch.style.background = variantColour(i, variants.length);
      const ends = Object.entries(own.ends ?? {}).map(([end, times]) => `${ENDS[end]}: ${times} of ${own.runs}`);
      const cells = own.runs
        ? [
            own.examples,
            own.parameters,
            between(own.size),
            ...["train", "valid", "test"].map((part) => between(own.scores[`${part}_accuracy`], 100)),
            between(own.scores.test_loss),
            ends.join("; "),
          ]
        : ["", "", "", "", "", "", "", ""];
      const again = element(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": `Set these above: ${names[i]}`,
          onclick: () => room.use(running.variants[i]),
        },
        "Set above",
      );
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, swatch, names[i]),
        ...cells.map((cell) => element("td", { class: "number" }, String(cell))),
        element("td", {}, again),
      );
    });
    const focused = [...table.querySelectorAll("button")].indexOf(document.activeElement);
    table.replaceChildren(
      element("caption", {}, "Means over the seeds, with 95 % intervals (Student's t)"),
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((head) => (head ? element("th", { scope: "col" }, head) : element("td", {})))),
      ),
      element("tbody", {}, ...rows),
    );
    if (focused >= 0) table.querySelectorAll("button")[focused].focus();
  }

  if (begun(false)) open({ type: "back" });
  return { node };
}
