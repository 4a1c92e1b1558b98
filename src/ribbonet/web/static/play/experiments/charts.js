// What the experiments come to: scores of each variant with their intervals, and courses of the loss.

import { element, svg } from "../../shared/dom.js";
import { colours, mixed, rgb } from "../colours.js";

const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [230, 40, 12, 10, 40];
const PARTS = ["train", "valid", "test"];
export const WORDS = { train: "train", valid: "validation", test: "test" };

// The colour of a variant: from that of the first to that of the last.
export function variantColour(i, count) {
  const { low, high } = colours();
  return `rgb(${mixed(rgb(low), rgb(high), count > 1 ? i / (count - 1) : 1)
    .map(Math.round)
    .join(" ")})`;
}

// A figure that is as wide as its place; `draw` returns its parts for a width.
function figure(label, draw) {
  const node = svg("svg", { role: "img", "aria-label": label, height: HEIGHT });
  let width = 0;
  const show = () => {
    if (!node.clientWidth) return;
    width = node.clientWidth;
    node.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    node.replaceChildren(...draw(width));
  };
  new ResizeObserver(() => node.clientWidth !== width && show()).observe(node);
  addEventListener("recolour", show);
  return { node, show };
}

// Lines across at round values, and what they stand for.
function scale(low, high, percent) {
  const span = high - low || 1;
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000].find((own) => span / own <= 6) ?? span;
  const [from, to] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  const y = (value) => TOP + ((to - Math.min(Math.max(value, from), to)) / (to - from)) * (HEIGHT - TOP - BOTTOM);
  const lines = (width) =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step).flatMap((value) => [
      svg("path", { class: "grid", d: `M${LEFT} ${y(value).toFixed(1)}H${width - RIGHT}` }),
      svg(
        "text",
        { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" },
        percent ? `${Math.round(100 * value)}` : String(Number(value.toPrecision(2))),
      ),
    ]);
  return { y, lines };
}

// Means of a score, "accuracy" or "loss", of each variant by part, with intervals of 95 %.
export function scoreChart() {
  let shown = null; // {variants, ticks, varied, score}
  const chart = figure("Score of each variant", draw);

  function draw(width) {
    if (!shown) return [];
    const { variants, ticks, varied, score } = shown;
    const place = (i) => LEFT + 18 + (i / Math.max(variants.length - 1, 1)) * (width - LEFT - RIGHT - 36);
    const known = variants.flatMap((own) =>
      PARTS.map((part) => own.scores?.[`${part}_${score}`]).filter((s) => s?.[0] != null),
    );
    if (!known.length) return [];
    const ends = known.flatMap(([mean, half]) => [mean - (half ?? 0), mean + (half ?? 0)]);
    const { y, lines } =
      score === "accuracy"
        ? scale(Math.max(Math.min(...ends), 0), 1, true)
        : scale(0, Math.min(Math.max(...ends), 4 * Math.min(...known.map(([mean]) => mean)) + 1), false);
    const parts = lines(width);
    ticks.forEach((tick, i) => {
      const low = ticks.length > 5 && width < 480 && i % 2 ? 12 : 0; // by turns, where it is narrow
      parts.push(svg("text", { x: place(i), y: HEIGHT - BOTTOM + 15 + low, "text-anchor": "middle" }, tick));
    });
    parts.push(svg("text", { x: (width + LEFT) / 2, y: HEIGHT - 2, "text-anchor": "middle", class: "axis" }, varied));
    PARTS.forEach((part, k) => {
      const points = variants.flatMap((own, i) => {
        const [mean, half] = own.scores?.[`${part}_${score}`] ?? [null];
        return mean === null ? [] : [{ x: place(i) + 3 * (k - 1), mean, half }];
      });
      parts.push(
        svg("path", {
          class: part,
          d: points.map((p, i) => `${i ? "L" : "M"}${p.x.toFixed(1)} ${y(p.mean).toFixed(1)}`).join(""),
        }),
        svg("path", {
          class: `${part} bar`,
          d: points
            .filter((p) => p.half !== null)
            .map((p) => `M${p.x.toFixed(1)} ${y(p.mean - p.half).toFixed(1)}V${y(p.mean + p.half).toFixed(1)}`)
            .join(""),
        }),
        ...points.map((p) => svg("circle", { class: part, cx: p.x.toFixed(1), cy: y(p.mean).toFixed(1), r: 3 })),
      );
    });
    return parts;
  }

  const key = element(
    "p",
    { class: "values" },
    ...PARTS.flatMap((part) => [element("span", { class: part }, WORDS[part]), " "]),
    element("span", { class: "soft" }, "bars: 95 % intervals of the mean"),
  );
  return {
    node: element("div", { class: "experiment-chart" }, chart.node, key),
    show(more) {
      shown = more;
      chart.show();
    },
  };
}

// The loss over the epochs, averaged over seeds: on the test examples, and, dashed, on those learned.
export function courseChart() {
  let shown = null; // {variants, epochs}
  const chart = figure("Loss over the epochs", draw);

  function draw(width) {
    const curves = shown?.variants.filter((own) => own.curves) ?? [];
    if (!curves.length) return [];
    const values = curves.flatMap((own) => own.curves.flat()).filter((value) => value !== null);
    const first = Math.max(...curves.map((own) => own.curves[1][0] ?? 0));
    const { y, lines } = scale(0, Math.min(Math.max(...values), 2 * first), false);
    const parts = lines(width);
    const x = (i, count) => LEFT + (i / (count - 1)) * (width - LEFT - RIGHT);
    for (const share of [0, 0.5, 1]) {
      const text = String(Math.round(share * shown.epochs));
      parts.push(
        svg("text", { x: x(share, 2), y: HEIGHT - BOTTOM + 15, "text-anchor": share === 1 ? "end" : "middle" }, text),
      );
    }
    parts.push(svg("text", { x: (width + LEFT) / 2, y: HEIGHT - 2, "text-anchor": "middle", class: "axis" }, "Epoch"));
    shown.variants.forEach((own, i) => {
      (own.curves ?? []).forEach((curve, part) => {
        let d = "";
        curve.forEach((value, n) => {
          if (value !== null) d += `${d ? "L" : "M"}${x(n, curve.length).toFixed(1)} ${y(value).toFixed(1)}`;
        });
        const path = svg("path", { d, class: part ? "course" : "course learned" });
        path.style.stroke = variantColour(i, shown.variants.length);
        parts.push(path);
      });
    });
    return parts;
  }

  return {
    node: element(
      "div",
      { class: "experiment-chart" },
      chart.node,
      element(
        "p",
        { class: "soft" },
        "Loss: solid on the test examples, dashed on those to learn from; colours as in the table",
      ),
    ),
    show(more) {
      shown = more;
      chart.show();
    },
  };
}
