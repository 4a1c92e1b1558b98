// The relatives of known structure of a chain: a line each, and below it the alignment.

import { element } from "../../shared/dom.js";
import { ofChain } from "../analyses.js";
import { count, plural } from "../wording.js";
import { STATES, three } from "./tracks.js";

const COLUMNS = 60; // of an alignment, in a line
const percent = (identity) => `${Math.round(100 * identity)} %`;

// Relatives of a chain, to be opened; null where none were looked for.
export function relativesOf(chain) {
  if (!chain.relatives) return null;
  const residues = chain.identity.filter((own) => own !== null).length;
  if (residues === 0) {
    return element(
      "p",
      { class: "relatives note soft" },
      "No relative of known structure: predicted from the sequence alone.",
    );
  }
  const body = element("div", {});
  const list = element(
    "details",
    { class: "relatives" },
    element(
      "summary",
      {},
      `${plural(chain.relatives.length, "alignment")} to relatives of known structure; ` +
        `${count(residues)} of ${plural(chain.length, "residue")} use them`,
    ),
    body,
  );
  list.addEventListener("toggle", () => list.open && !body.firstChild && fill(body, chain));
  return list;
}

async function fill(body, chain) {
  body.replaceChildren(element("p", { class: "note soft", role: "status" }, "Aligning…"));
  try {
    const found = await (await ofChain("relatives", chain, {})).json();
    body.replaceChildren(...found.map((own) => item(own, chain)));
  } catch (error) {
    body.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
  }
}

// Where on the chain it lies, how similar it is, and the alignment.
function item(own, chain) {
  const bar = element("i", {});
  bar.style.left = `${(100 * (own.start - 1)) / chain.length}%`;
  bar.style.width = `${(100 * (own.end - own.start + 1)) / chain.length}%`;
  const alignment = element("div", {
    class: "alignment",
    tabindex: 0,
    role: "region",
    "aria-label": `Alignment to ${own.id}`,
  });
  const details = element(
    "details",
    {},
    element(
      "summary",
      {},
      element("b", {}, own.id.replace("_", " ")),
      element("span", { class: "reach", "aria-hidden": "true" }, bar),
      element("span", {}, `${percent(own.identity)} identical`),
      element("span", { class: "soft" }, `residues ${own.start}–${own.end}, E ${own.e_value.toExponential(0)}`),
    ),
    alignment,
  );
  details.addEventListener("toggle", () => details.open && alignment.replaceChildren(...lines(own)));
  return details;
}

function* lines({ query, template, states, start, template_start }) {
  let [at, to] = [start, template_start];
  for (let first = 0; first < query.length; first += COLUMNS) {
    const part = (row) => row.slice(first, first + COLUMNS);
    const same = Array.from(part(query), (letter, n) =>
      letter === part(template)[n] && letter !== "-" ? "|" : " ",
    ).join("");
    const coloured = Array.from(part(states), (state) =>
      element("span", { class: STATES[state === "-" ? state : three(state)] }, state),
    );
    const number = (n) => `${String(n).padStart(6)} `;
    yield element(
      "pre",
      {},
      `${number(at)}${part(query)}\n${" ".repeat(7)}${same}\n${number(to)}${part(template)}\n${" ".repeat(7)}`,
      ...coloured,
    );
    at += part(query).replaceAll("-", "").length;
    to += part(template).replaceAll("-", "").length;
  }
}
