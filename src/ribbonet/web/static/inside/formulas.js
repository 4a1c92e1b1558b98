// Names and formulas of the notes as they are written by hand: ∂ for derivatives, indices below.

import { element } from "../shared/dom.js";

// The pieces of a formula: text, with the numbers of layers set low.
export function formula(text) {
  const written = text
    .replace(/\bd(?=[Lu]\d*\/d)/g, "∂")
    .replace(/\/d(?=[zuWbx])/g, "/∂")
    .replace(/\^T/g, "ᵀ")
    .replace(/sum_k/g, "Σₖ")
    .replace(/_k/g, "ₖ")
    .replace(/ - /g, " − ")
    .replace(/\^2/g, "²");
  const pieces = [];
  let end = 0;
  for (const found of written.matchAll(/([zuWb])(\d+)(_y)?/g)) {
    pieces.push(written.slice(end, found.index) + found[1], element("sub", {}, found[2] + (found[3] ? ",y" : "")));
    end = found.index + found[0].length;
  }
  pieces.push(written.slice(end));
  return pieces;
}

export const minus = (text) => text.replaceAll("-", "−");

// A number, a vector or a matrix, its numbers under each other.
export function value(row) {
  const texts = row.text.split("; ").map((line) => line.split(" "));
  return element(
    "div",
    { class: "value number" },
    ...texts.map((line) =>
      element(
        "div",
        { class: "line" },
        ...line.map((text) => element("span", { class: text.startsWith("-") ? "negative" : "" }, minus(text))),
      ),
    ),
  );
}
