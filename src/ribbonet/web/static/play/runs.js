// Runs that are kept, to be drawn beside the present one; also after a reload.

import { element } from "../shared/dom.js";
import { classColour } from "./colours.js";

const MOST = 6;
const POINTS = 120; // of a kept run
const STORED = "ribbonet-runs";

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? [];
  } catch {
    return []; // storage is switched off
  }
}

function store(runs) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify(runs));
  } catch {
    // they last as long as the page
  }
}

// How the settings of runs differ, for each of them in words.
function differences(all, choices) {
  const names = Object.keys(choices).filter((name) => new Set(all.map((own) => JSON.stringify(own[name]))).size > 1);
  const written = (value) => (Array.isArray(value) ? value.join("-") || "none" : String(value));
  return all.map(
    (own) => names.map((name) => `${choices[name].title} ${written(own[name])}`).join(", ") || "the same settings",
  );
}

// The list of them; `changed` is called when it is another one.
export function keptRuns(choices, changed) {
  let runs = stored();
  let present = null; // the run that may be kept: {rows, settings}
  const keep = element(
    "button",
    { type: "button", "aria-describedby": "play-keep-help", onclick: () => add() },
    "Keep this run",
  );
  const list = element("ul", { class: "kept", "aria-label": "Kept runs" });
  const node = element(
    "div",
    { class: "runs", "data-part": "runs" },
    keep,
    element(
      "p",
      { class: "help", id: "play-keep-help" },
      "Its curves stay, to be compared with those of the next run; six at most.",
    ),
    list,
  );

  function add() {
    const { rows, settings } = present;
    const stride = Math.max(1, Math.ceil(rows.length / POINTS));
    const few = rows.filter((_, i) => i % stride === 0 || i === rows.length - 1);
    const colour = Array.from({ length: MOST }, (_, i) => i).find((i) => !runs.some((own) => own.colour === i));
    renew([...runs, { rows: few, settings, colour }]);
  }

  function renew(next) {
    runs = next;
    store(runs);
    show();
    changed();
  }

  function show() {
    keep.disabled = !present || present.rows.length < 2 || runs.length >= MOST;
    const words = differences(
      [...runs, ...(present ? [present] : [])].map((own) => own.settings),
      choices,
    );
    list.replaceChildren(
      ...runs.map((own, i) => {
        const mark = element("i", { "aria-hidden": true });
        mark.style.background = classColour(own.colour);
        const last = own.rows.at(-1);
        const score =
          last.test_accuracy === undefined
            ? last.test_loss?.toPrecision(3)
            : `${(100 * last.test_accuracy).toFixed(1)} %`;
        const away = element(
          "button",
          {
            type: "button",
            class: "plain",
            "aria-label": `Drop run ${i + 1}`,
            onclick: () => {
              renew(runs.filter((other) => other !== own));
              keep.focus();
            },
          },
          "×",
        );
        return element(
          "li",
          {},
          mark,
          element("span", {}, `${words[i]}: test ${score ?? "–"} at epoch ${last.epoch}`),
          away,
        );
      }),
    );
  }
  show();

  let before = "";
  return {
    node,
    get list() {
      return runs;
    },
    // Tell of the present run.
    offer(rows, settings) {
      present = { rows, settings };
      const now = JSON.stringify([settings, rows.length > 1]);
      if (now !== before) show();
      before = now;
    },
  };
}
