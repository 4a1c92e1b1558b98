// What the list says of a chain, in cells of its row, and the orders that go with it.

import { element } from "../../shared/dom.js";

// What part of a chain has a label, which is a word or a symbol.
export const share = (part, label, kind) =>
  element(
    "span",
    { class: `share-of ${kind}` },
    element("b", {}, Math.round(100 * part)),
    element("span", {}, ` % ${label}`),
  );

export const shareOf = (label, part) =>
  element("span", { class: "share-of" }, `${label}: `, element("b", {}, Math.round(100 * part)), " %");

export const number = (label, value) =>
  element("span", { class: "share-of" }, element("span", {}, `${label} `), element("b", {}, value));

export const empty = () => element("span", {});

export const sureness = (confidence) =>
  element("span", { class: "sure" }, element("span", {}, "confidence "), element("b", {}, confidence.toFixed(2)));

// Chains that have most of each label, or the surest, first.
export const orders = (labels) => ({
  ...Object.fromEntries(
    labels.map(([name, key, label]) => [name, [`most ${label}`, (a, b) => b.layer.shares[key] - a.layer.shares[key]]]),
  ),
  sure: ["surest first", (a, b) => b.layer.confidence - a.layer.confidence],
  unsure: ["least sure first", (a, b) => a.layer.confidence - b.layer.confidence],
});

// Which part of a text each of some letters is.
export function sharesOf(text, letters) {
  const shares = Object.fromEntries(letters.map((letter) => [letter, 0]));
  for (const letter of text) if (letter in shares) shares[letter] += 1 / text.length;
  return shares;
}

// The mean over residues of the highest of the columns.
export function confidenceOf(columns) {
  const [{ length }] = columns;
  let sum = 0;
  for (let n = 0; n < length; n++) sum += Math.max(...columns.map((own) => own[n]));
  return sum / length;
}
