// What is said of one residue.

import { element } from "../../shared/dom.js";
import { NAMES } from "./residues.js";
import { differ, STATES } from "./tracks.js";

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
  return (
    `${NAMES[chain.sequence[place]] ?? "unknown residue"} ${place + 1}: ${STATES[chain.states[place]]}; ` +
    `helix ${share(chain.helix[place])}, strand ${share(chain.strand[place])}, coil ${share(chain.coil[place])}` +
    more.map((text) => `; ${text}`).join("")
  );
}

// In full, with bars.
export function readout(chain, place) {
  const letter = chain.sequence[place];
  const rows = ["helix", "strand", "coil"].map((name) => {
    const bar = element("i", { class: name });
    bar.style.width = `${100 * chain[name][place]}%`;
    return element(
      "div",
      { class: "share" },
      element("span", {}, name),
      element("span", { class: "track" }, bar),
      element("b", {}, chain[name][place].toFixed(3)),
    );
  });
  const name = `${NAMES[letter] ?? "unknown"} ${place + 1}`;
  const more = [relative(chain, place), eight(chain, place), ...further(chain, place), ...others(chain, place)].filter(
    Boolean,
  );
  return [
    element("p", {}, element("b", {}, letter), ` ${name} · ${STATES[chain.states[place]]}`),
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
