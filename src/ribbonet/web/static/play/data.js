// The choice of what is learned from: pictures of the data sets, and what each of them asks.

import { element, rebuilt, svg } from "../shared/dom.js";
import { classColour, signedColour } from "./colours.js";
import { field } from "./fields.js";
import { CHAINS, DATA, DATA_FIELDS } from "./settings.js";

const OWN = {
  drawn: "M6 34c6-14 10-20 22-28l6 6C26 24 20 28 6 34Z M24 10l6 6",
  csv: "M5 8h30v24H5Z M5 16h30 M5 24h30 M15 8v24 M25 8v24",
  chains: "M3 20c3-14 6-14 9 0s6 14 9 0 6-14 9 0l7 0 M33 15l5 5-5 5",
};
const DICE =
  "M4 2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Z M6.5 6.5h.01 M13.5 6.5h.01 M10 10h.01 M6.5 13.5h.01 M13.5 13.5h.01";
const USED = {
  points: (data) => !(data in OWN),
  noise: (data) => !(data in OWN),
  classes: (data) => data === "classes",
  window: (data) => data === "chains",
};

function thumbnail(name, points) {
  if (name in OWN) {
    return svg("svg", { viewBox: "0 0 40 40", "aria-hidden": true, class: "own" }, svg("path", { d: OWN[name] }));
  }
  const canvas = element("canvas", { width: 80, height: 80, "aria-hidden": true });
  const draw = () => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, 80, 80);
    const numbers = ["plane", "hills"].includes(name);
    for (const [x, y, value] of points) {
      context.fillStyle = numbers ? signedColour(value) : classColour(value);
      context.beginPath();
      context.arc(40 + x * 6.2, 40 - y * 6.2, 3, 0, 7);
      context.fill();
    }
  };
  draw();
  addEventListener("recolour", draw);
  return canvas;
}

// The panel; `change` takes settings, `upload` a data set's text, `pen` the class that is drawn.
export function dataPanel(room, { change, upload, fault }) {
  const radios = Object.entries(DATA).map(([name, title]) => {
    const input = element("input", {
      type: "radio",
      name: "play-data",
      value: name,
      "aria-label": title,
      onchange: () => chosen(name),
    });
    return element("label", { class: "thumb", title }, input, thumbnail(name, room.thumbnails[name]));
  });
  const title = element("p", { class: "data-name" });
  const fields = DATA_FIELDS.map((own) =>
    field(own, room.choices[own[0]], (name, value) => {
      change({ [name]: name === "window" ? value | 1 : value });
    }),
  );

  const pens = element("div", { class: "pens", role: "radiogroup", "aria-label": "Class of the points to draw" });
  let pen = 0;
  for (let i = 0; i < 6; i += 1) {
    const input = element("input", {
      type: "radio",
      name: "play-pen",
      value: i,
      "aria-label": `Class ${i + 1}`,
      checked: i === 0,
      onchange: () => {
        pen = i;
      },
    });
    const swatch = element("span", {});
    swatch.style.background = classColour(i);
    pens.append(element("label", {}, input, swatch));
  }
  const drawn = element(
    "div",
    { class: "own-data" },
    element(
      "p",
      { class: "soft" },
      "Click into the picture, or move its cross by the arrows and press Enter. Four points of two classes at least.",
    ),
    pens,
    element(
      "div",
      { class: "line" },
      element(
        "button",
        { type: "button", onclick: () => change({ drawn: room.settings().drawn.slice(0, -1) }) },
        "Undo",
      ),
      element("button", { type: "button", onclick: () => change({ drawn: [] }) }, "Clear"),
    ),
  );

  async function take(input, data) {
    const [file] = input.files;
    if (!file) return;
    if (file.size > 1_000_000) fault(`${file.name} has more than 1 MB; give a smaller file`);
    else upload(data, await file.text());
    input.value = "";
  }
  const columns = element("div", { class: "columns" });
  const tableFile = element("input", {
    type: "file",
    id: "play-table",
    accept: ".csv,.tsv,.txt,text/csv",
    onchange: () => take(tableFile, "csv"),
  });
  const table = element(
    "div",
    { class: "own-data" },
    element(
      "label",
      { class: "field", for: "play-table" },
      element(
        "span",
        {},
        "A table as CSV: two columns of numbers, one of classes or numbers; formulas such as =A1 are not computed",
      ),
      tableFile,
    ),
    columns,
  );
  const chainFile = element("input", { type: "file", id: "play-chains", onchange: () => take(chainFile, "chains") });
  const source = element("p", { class: "soft" });
  const chains = element(
    "div",
    { class: "own-data" },
    source,
    element(
      "label",
      { class: "field", for: "play-chains" },
      element("span", {}, "Chains of your own: name, sequence and states (H, E, C) in three lines each"),
      chainFile,
    ),
  );

  let before = null; // what the chains' own settings took the place of
  function chosen(name) {
    const own = room.settings();
    if (name !== "chains" && before) {
      change(before);
      before = null;
    }
    if (name === "drawn" && new Set(own.drawn.map((point) => point[2])).size < 2) {
      change({
        data: name,
        drawn: [
          [-3, 2, 0],
          [-2, 3, 0],
          [2, -2, 1],
          [3, -3, 1],
        ],
      });
    } else if (name === "csv" && !room.uploaded.has("csv")) {
      show({ ...own, data: name });
      tableFile.focus();
    } else if (name === "chains") {
      before = Object.fromEntries(Object.keys(CHAINS).map((key) => [key, own[key]]));
      change({ ...CHAINS, data: name });
    } else change({ data: name, columns: null });
  }

  function show(settings) {
    const { data } = settings;
    for (const label of radios) label.firstChild.checked = label.firstChild.value === data;
    title.textContent = DATA[data];
    for (const own of fields) {
      own.node.hidden = !(USED[own.name]?.(data) ?? true);
      own.show(settings[own.name]);
    }
    drawn.hidden = data !== "drawn";
    table.hidden = data !== "csv";
    chains.hidden = data !== "chains";
  }

  function scene(ready) {
    const { kind } = ready.scene;
    if (kind === "chains") {
      const { shipped, chains: counts, examples } = ready.scene;
      const whose = shipped
        ? "Small proteins of the PDB, their states from DSSP; no two are of the same family."
        : "Your chains.";
      source.textContent = `${whose} Chains to learn from: ${counts[0]} (${examples[0]} residues); to validate: ${counts[1]} (${examples[1]}); to test: ${counts[2]} (${examples[2]}).`;
      return;
    }
    const { names, chosen: taken } = ready.scene.columns;
    rebuilt(columns, () =>
      columns.replaceChildren(
        ...["x1", "x2", "Target"].map((label, i) => {
          const select = element(
            "select",
            {
              "aria-label": `Column of ${label}`,
              onchange: () => {
                const next = [...taken];
                next[i] = Number(select.value);
                change({ columns: next });
              },
            },
            ...names.map((name, n) => element("option", { value: n }, name)),
          );
          select.value = taken[i];
          return element("label", { class: "field" }, element("span", {}, label), select);
        }),
      ),
    );
    columns.hidden = names.length === 0;
  }

  const drawSeed = () => Math.floor(Math.random() * (room.choices.seed.maximum + 1));
  const dice = element(
    "button",
    {
      type: "button",
      class: "dice",
      "aria-describedby": "play-dice-help",
      onclick: () => change({ data_seed: drawSeed(), seed: drawSeed() }),
    },
    svg("svg", { viewBox: "0 0 20 20", "aria-hidden": true }, svg("path", { d: DICE })),
    "Draw both seeds",
  );
  const node = element(
    "section",
    { class: "card panel data", "aria-label": "Data", "data-part": "data" },
    element("h2", {}, "Data"),
    element("div", { class: "thumbs", role: "radiogroup", "aria-label": "Data set" }, ...radios),
    title,
    element(
      "p",
      { class: "help" },
      "What is learned from: points of a plane, a table or chains; each picture is a data set.",
    ),
    drawn,
    table,
    chains,
    element("div", { class: "fields" }, ...fields.map((own) => own.node)),
    dice,
    element(
      "p",
      { class: "help", id: "play-dice-help" },
      "Draw other points and other first weights: does it come out the same?",
    ),
  );
  return { node, show, scene, pen: () => pen };
}
