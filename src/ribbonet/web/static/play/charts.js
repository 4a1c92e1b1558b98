// Curves, histograms and counts.

import { element, svg } from "../shared/dom.js";
import { classColour } from "./colours.js";

const WIDTH = 280;
const HEIGHT = 96;
const MOST = 240; // points of a curve

const short = (value) =>
  value === null || value === undefined
    ? "–"
    : Math.abs(value) >= 1000
      ? value.toExponential(1)
      : value.toFixed(value < 0.0995 ? 4 : 3);

// Some of the rows, evenly, and the last one.
function thinned(rows) {
  const stride = Math.max(1, Math.ceil(rows.length / MOST));
  const few = [];
  for (let i = 0; i < rows.length; i += stride) few.push(i + stride >= rows.length ? rows.at(-1) : rows[i]);
  return few;
}

const PARTS = { test: "test", valid: "validation", train: "train" };

// Curves of a score over the epochs, one for each part of the examples.
export function curves(title, score, { top = null } = {}) {
  const figure = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: "curves",
    role: "img",
    "aria-label": title,
    preserveAspectRatio: "none",
  });
  const columns = Object.keys(PARTS).map((part) => `${part}_${score}`);
  const paths = Object.keys(PARTS).map((part) => svg("path", { class: part }));
  const marker = svg("path", { class: "now" });
  const grid = svg("path", {
    class: "grid",
    d: [0, 0.5, 1].map((s) => `M0 ${4 + s * (HEIGHT - 8)}H${WIDTH}`).join(""),
  });
  const others = svg("g", { class: "others" });
  figure.append(grid, others, marker, ...paths);
  const high = element("span", { class: "tick number" });
  const values = element("p", { class: "values number" });
  const node = element(
    "div",
    { class: "chart" },
    element("div", { class: "chart-head" }, element("h3", {}, title), values),
    element("div", { class: "chart-body" }, figure, high),
  );

  function path(few, name, most, last) {
    let d = "";
    for (const row of few) {
      const value = row[name];
      if (value === null || value === undefined) continue;
      const y = HEIGHT - 4 - (Math.min(value, most) / most) * (HEIGHT - 8);
      d += `${d ? "L" : "M"}${((row.epoch / last) * WIDTH).toFixed(1)} ${y.toFixed(1)}`;
    }
    return d;
  }
  let drawn = [];
  let now = 0;
  let across = 1; // epochs from left to right
  // Draw the present run, and those that are kept: {rows, colour}.
  function show(rows, epoch, kept = []) {
    drawn = rows;
    now = epoch;
    const few = thinned(rows);
    const last = Math.max(1, ...[rows, ...kept.map((own) => own.rows)].map((own) => own.at(-1).epoch));
    across = last;
    const known = few
      .flatMap((row) => columns.map((name) => row[name]))
      .filter((value) => value !== null && value !== undefined);
    node.hidden = known.length === 0;
    if (!known.length) return;
    const all = [few, ...kept.map((own) => own.rows)];
    const start = Math.max(...columns.flatMap((name) => all.map((own) => own[0]?.[name] ?? 0)));
    const most =
      top ??
      (Math.min(
        known.reduce((a, b) => Math.max(a, b), 1e-9),
        2 * start || Infinity,
      ) ||
        1);
    high.textContent = top === null ? short(most) : "100 %";
    columns.forEach((name, i) => {
      paths[i].setAttribute("d", path(few, name, most, last));
    });
    others.replaceChildren(
      ...kept.flatMap((own) =>
        ["train", "test"].map((part) => {
          const line = svg("path", { class: `kept ${part}`, d: path(own.rows, `${part}_${score}`, most, last) });
          line.style.stroke = classColour(own.colour);
          return line;
        }),
      ),
    );
    const x = (epoch / last) * WIDTH;
    marker.setAttribute("d", epoch < rows.at(-1).epoch ? `M${x.toFixed(1)} 0V${HEIGHT}` : "");
    say(at(epoch));
  }
  // The row of an epoch; after a lost connection the first ones may be missing.
  const at = (epoch) => drawn.findLast((row) => row.epoch <= epoch) ?? drawn.at(-1);
  function say(row) {
    const written = (value) =>
      top === null ? short(value) : value === undefined ? "–" : `${(100 * value).toFixed(1)} %`;
    values.replaceChildren(
      ...Object.entries(PARTS).flatMap(([part, name]) => [
        element("span", { class: part }, `${name} ${written(row[`${part}_${score}`])}`),
        " ",
      ]),
    );
  }
  figure.addEventListener("pointermove", (event) => {
    const box = figure.getBoundingClientRect();
    if (!drawn.length) return;
    const row = at(Math.round(((event.clientX - box.left) / box.width) * across));
    say(row);
    values.prepend(`epoch ${row.epoch}: `);
  });
  figure.addEventListener("pointerleave", () => drawn.length && say(at(now)));
  return { node, show };
}

// A table of true classes (rows) by answers (columns).
export function confusion() {
  const node = element("div", { class: "confusion" });
  return {
    node,
    show(counts, classes) {
      node.hidden = !counts;
      if (!counts) return;
      const rows = counts.test.map((row, i) => {
        const total = row.reduce((a, b) => a + b, 0) || 1;
        return element(
          "tr",
          {},
          element("th", { scope: "row", title: classes[i] }, classes[i]),
          ...row.map((count, j) => {
            const cell = element("td", { class: i === j ? "hit number" : "miss number" }, String(count));
            cell.style.setProperty("--share", `${Math.round((100 * count) / total)}%`);
            return cell;
          }),
        );
      });
      node.replaceChildren(
        element(
          "table",
          {},
          element("caption", {}, "Test examples: true class by answer"),
          element(
            "thead",
            {},
            element(
              "tr",
              {},
              element("td", {}),
              ...classes.map((name) => element("th", { scope: "col", title: name }, name.replace(/^class /, ""))),
            ),
          ),
          element("tbody", {}, ...rows),
        ),
      );
    },
  };
}

// Histograms of activations and of gradients, a pair for each layer.
export function histograms() {
  const node = element("div", { class: "histograms", tabindex: 0, role: "region", "aria-label": "Histograms" });
  let parts = [];
  const histogram = (kind, label) => {
    const bars = svg("path", {});
    const figure = svg(
      "svg",
      { viewBox: "0 0 24 10", preserveAspectRatio: "none", class: kind, role: "img", "aria-label": label },
      bars,
    );
    return { bars, figure, low: element("span", {}), high: element("span", {}) };
  };
  const bars = (path, counts) => {
    const most = Math.max(1, ...counts);
    let d = "";
    counts.forEach((count, i) => {
      if (count) d += `M${i + 0.06} 10v${((-10 * count) / most).toFixed(2)}h.88v${((10 * count) / most).toFixed(2)}z`;
    });
    path.setAttribute("d", d);
  };
  return {
    node,
    begin(sizes) {
      parts = sizes.map((_, i) => {
        const name = i < sizes.length - 1 ? `Layer ${i + 1}` : "Output";
        const activations = histogram("activations", `Activations of ${name}`);
        const gradients = histogram("gradients", `Gradients of ${name}`);
        gradients.low.textContent = "10⁻⁸";
        gradients.high.textContent = "10²";
        const none = element("span", { class: "soft" });
        const cell = element(
          "div",
          { class: "pair" },
          element("h3", {}, name),
          activations.figure,
          element("p", { class: "ends number" }, activations.low, activations.high),
          gradients.figure,
          element("p", { class: "ends number" }, gradients.low, none, gradients.high),
        );
        return { activations, gradients, none, cell };
      });
      node.replaceChildren(
        element(
          "div",
          { class: "names", "aria-hidden": true },
          element("span", {}, "Activations"),
          element("span", {}, "|∂L/∂z|"),
        ),
        ...parts.map((part) => part.cell),
      );
    },
    show(picture) {
      parts.forEach((part, i) => {
        const [low, high, none] = picture.signals[i];
        bars(part.activations.bars, picture.activations.subarray(24 * i, 24 * i + 24));
        bars(part.gradients.bars, picture.gradients.subarray(24 * i, 24 * i + 24));
        part.activations.low.textContent = low.toPrecision(2);
        part.activations.high.textContent = high.toPrecision(2);
        part.none.textContent = none > 0.005 ? `${Math.round(100 * none)} % zero` : "";
      });
    },
  };
}
