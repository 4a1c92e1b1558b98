// What is said of one residue.

import { element } from "../../shared/dom.js";
import { NAMES } from "./residues.js";
import { differ } from "./tracks.js";

const EIGHT = {
  H: "alpha helix",
  G: "3-10 helix",
  I: "pi helix",
  P: "kappa helix",
  E: "strand",
  B: "bridge",
  T: "turn",
  S: "bend",
  C: "coil",
};

// In a line, for those who hear it.
export function told(chain, place) {
  const share = (p) => `${Math.round(100 * p)} %`;
  const more = [relative(chain, place), ...further(chain, place)].filter(Boolean);
  const shares = chain.layer.bars(place).map(([name, , p]) => `${name} ${share(p)}`);
  const what = `${NAMES[chain.sequence[place]] ?? "unknown residue"} ${place + 1}: ${chain.layer.word(place)}`;
  return [what, ...(shares.length > 0 ? [shares.join(", ")] : []), ...more].join("; ");
}

// In full, with bars.
export function readout(chain, place) {
  const letter = chain.sequence[place];
  const rows = chain.layer.bars(place).map(([name, kind, p]) => {
    const bar = element("i", { class: kind });
    bar.style.width = `${100 * p}%`;
    return element(
      "div",
      { class: "share" },
      element("span", {}, name),
      element("span", { class: "track" }, bar),
      element("b", {}, p.toFixed(3)),
    );
  });
  const name = `${NAMES[letter] ?? "unknown"} ${place + 1}`;
  const more = [relative(chain, place), eight(chain, place), ...further(chain, place), ...others(chain, place)].filter(
    Boolean,
  );
  return [
    element("p", {}, element("b", {}, letter), ` ${name} · ${chain.layer.word(place)}`),
    ...rows,
    ...more.map((text) => element("p", { class: "soft" }, text)),
  ];
}

function relative({ identity }, place) {
  if (!identity) return "";
  return identity[place] === null ? "no relative here" : `relative of ${Math.round(100 * identity[place])} % identity`;
}

const further = (chain, place) => chain.further.map((own) => own.told(place));

const eight = (chain, place) => chain.eight && `of eight: ${EIGHT[chain.eight[place]] ?? "unsure"}`;

function others({ reference, compared, states }, place) {
  return [...(reference ? [reference] : []), ...compared].map((own) => {
    const state = own.states[place];
    const against = own === reference ? states : (reference?.states ?? states);
    return `${own.name}: ${EIGHT[state] ?? "unsure"}${differ(state, against[place]) ? ", differs" : ""}`;
  });
}
