// Figure 8 of 1988: per cent correct against training cycles, and the last scores as a table.

import { element, svg } from "../shared/dom.js";

const [HEIGHT, LEFT, BOTTOM] = [290, 34, 24];
const [LOWEST, HIGHEST] = [40, 100];
const ORDER = ["units", "none", "cascade"];

export function figure8() {
  const figure = svg("svg", { class: "figure8", role: "img", "aria-label": "Per cent correct against training cycles" });
  const table = element("table", {});
  const note = element("p", { class: "soft" });
  const node = element("section", { class: "card panel curves", "aria-label": "Learning curves" },
    element("h2", {}, "Per cent correct against training cycles (figure 8)"), figure,
    element("div", { class: "scores", tabindex: 0, role: "region", "aria-label": "Scores" }, table), note);
  let ready = null;
  let rows = {};
  let before = null; // the run before this one
  let width = 560;

  const x = (cycle) => LEFT + (cycle / ready.settings.cycles) * (width - LEFT - 8);
  const y = (share) => 6 + ((HIGHEST - Math.max(share, LOWEST)) / (HIGHEST - LOWEST)) * (HEIGHT - BOTTOM - 6);
  const path = (points) => points.filter(({ cycle }) => cycle > 0 && cycle <= ready.settings.cycles)
    .map(({ cycle, value }, i) => `${i ? "L" : "M"}${x(cycle).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const named = (name) => ({ units: `${ready.settings.units} units`, none: "0 units", cascade: "Cascade" })[name];

  function axes() {
    const parts = [];
    for (let share = LOWEST; share <= HIGHEST; share += 10) {
      parts.push(svg("path", { class: "grid", d: `M${LEFT} ${y(share)}H${width - 8}` }), svg("text", { x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, String(share)));
    }
    for (let i = 0; i <= 4; i += 1) {
      const cycle = Math.round((i / 4) * ready.settings.cycles);
      parts.push(svg("text", { x: x(cycle), y: HEIGHT - 6, "text-anchor": i === 4 ? "end" : "middle" }, String(cycle)));
    }
    return parts;
  }

  function draw() {
    width = figure.clientWidth || width;
    figure.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const parts = axes();
    parts.push(svg("path", { class: "coil", d: `M${LEFT} ${y(ready.coil)}H${width - 8}` }));
    if (before) for (const part of ["train", "test"]) parts.push(svg("path", { class: `before ${part}`, d: path(before.rows.map((row) => ({ cycle: row.cycle, value: row[part] }))) }));
    for (const name of ORDER) {
      for (const part of ["train", "test"]) {
        parts.push(svg("path", { class: `${name} ${part}`, d: path((rows[name] ?? []).map((row) => ({ cycle: row.cycle, value: row[part] }))) }));
      }
    }
    figure.replaceChildren(...parts);
    scores();
  }

  const percent = (value) => value.toFixed(1);
  function scores() {
    const mark = (name, part) => svg("svg", { viewBox: "0 0 26 8", class: "stroke", "aria-hidden": true }, svg("path", { class: `${name} ${part}`, d: "M0 4H26" }));
    const body = ORDER.filter((name) => rows[name]?.length).map((name) => {
      const last = rows[name].at(-1);
      const best = rows[name].reduce((a, b) => (b.test > a.test ? b : a));
      return element("tr", {}, element("th", { scope: "row" }, named(name)),
        element("td", {}, mark(name, "train"), percent(last.train)),
        element("td", {}, mark(name, "test"), percent(last.test)),
        element("td", {}, `${percent(best.test)} (${best.cycle})`),
        ...last.coefficients.map((value) => element("td", {}, value === null ? "–" : value.toFixed(2))));
    });
    body.push(element("tr", {}, element("th", { scope: "row" }, "Always coil"), element("td", {}), element("td", {}, mark("coil", "test"), percent(ready.coil)), ...["", "", "", ""].map(() => element("td", {}))));
    table.replaceChildren(
      element("caption", {}, "Correct (%), and Matthews coefficients on the test chains"),
      element("thead", {}, element("tr", {}, element("td", {}), ...["Train", "Test", "Best test (cycle)", "Helix", "Strand", "Coil"].map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...body));
    const pale = before ? ` Pale: the run before, ${before.units} units, relatives ${before.relatives ? "in" : "out"}, test ${percent(before.rows.at(-1).test)} %.` : "";
    note.textContent = `Dashed: chains to learn from; solid: chains to test on; dotted: always coil.${pale}`;
  }

  new ResizeObserver(() => ready && figure.clientWidth !== width && draw()).observe(node);

  return {
    node,
    // Keep this run, pale, for the next one to be compared with; whether there is anything to keep.
    keep() {
      if ((rows.units?.length ?? 0) < 3) return false;
      before = { rows: rows.units, units: ready.settings.units, relatives: ready.settings.relatives };
      return true;
    },
    begin(message) {
      ready = message;
      rows = {};
      draw();
    },
    show(picture) {
      for (const [name, more] of Object.entries(picture.rows)) {
        rows[name] = [...(rows[name] ?? []).slice(0, picture.from[name]), ...more];
      }
      for (const name of Object.keys(rows)) if (!(name in picture.rows)) delete rows[name];
      draw();
    },
  };
}
