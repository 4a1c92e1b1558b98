// Names and formulas of the notes as they are written by hand: ∂ for derivatives, indices below.

import { element } from "../shared/dom.js";

// The pieces of a formula: text, with the numbers of layers set low.
export function formula(text) {
  const written = text
    .replace(/\bd(?=(?:L|u|ŷ)\d*\/d)/g, "∂")
    .replace(/\/d(?=[zuWbxŷ])/g, "/∂")
    .replace(/\^T/g, "ᵀ")
    .replace(/sum_k/g, "Σₖ")
    .replace(/sum_n/g, "Σₙ")
    .replace(/_kj/g, "ₖⱼ")
    .replace(/_j/g, "ⱼ")
    .replace(/_k/g, "ₖ")
    .replace(/^-| - /g, (found) => found.replace("-", "−"))
    .replace(/\^2/g, "²");
  const pieces = [];
  let end = 0;
  for (const found of written.matchAll(/([zuWb])(\d+)(_y)?|(ŷ)_y/g)) {
    const [, letter, layer, ofClass, prediction] = found;
    const index = prediction ? "y" : layer + (ofClass ? ",y" : "");
    pieces.push(written.slice(end, found.index) + (letter ?? prediction), element("sub", {}, index));
    end = found.index + found[0].length;
  }
  pieces.push(written.slice(end));
  return pieces;
}

export const minus = (text) => text.replaceAll("-", "−");

// A number, a vector or a matrix, its numbers under each other.
export function value(row) {
  const texts = row.text.split("; ").map((line) => line.split(" "));
  const wide = texts[0].length > 2;
  return element(
    "div",
    { class: `value number${wide ? " wide" : ""}` },
    ...texts.map((line) =>
      element(
        "div",
        { class: "line" },
        ...line.map((text) => element("span", { class: text.startsWith("-") ? "negative" : "" }, minus(text))),
      ),
    ),
  );
}
