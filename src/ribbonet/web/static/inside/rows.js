// The rows of the two passes: name, formula, shape, value, and what checks it.

import { element } from "../shared/dom.js";
import { formula, minus, value } from "./formulas.js";

const shaped = (row) => (row.shape.length ? row.shape.join(" × ") : "");

// A row; `found` are the numbers of it that a quiz has brought so far, if it is being asked for.
export function rowView(row, { shown, now, was, found, go }) {
  const parts = [
    element("b", {}, ...formula(row.name)),
    element(
      "span",
      { class: "formula" },
      ...formula(row.formula),
      element("span", { class: "shape", title: "Shape" }, shaped(row)),
    ),
    shown
      ? value(row)
      : element("span", { class: "value soft" }, found?.length ? `${found.map(minus).join(" ")} …` : "…"),
  ];
  if (shown && was !== undefined) parts.push(element("span", { class: "was number" }, `was ${minus(was)}`));
  if (shown && row.check) parts.push(checked(row.check, now));
  if (now && shown && row.worked.length)
    parts.push(
      element("div", { class: "worked number" }, ...row.worked.map((text) => element("span", {}, minus(text)))),
    );
  const kinds = [shown && "shown", now && "now", shown && was !== undefined && "moved"].filter(Boolean);
  return element(
    "li",
    { class: ["number-row", ...kinds].join(" "), "aria-current": now ? "step" : false, onclick: go },
    ...parts,
  );
}

function checked({ text, agrees }, whole) {
  const said = agrees ? "✓ central differences" : "✗ central differences say";
  return element(
    "span",
    { class: `checked${agrees ? "" : " differs"}`, title: minus(text) },
    whole || !agrees ? `${said}: ${minus(text)}` : said,
  );
}
