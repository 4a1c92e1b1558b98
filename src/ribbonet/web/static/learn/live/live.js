// Live parts of a lesson. An element with `data-live`, such as "inside?x=0,1", is filled by the
// module of that name with what its parameters say; where there is none, its link opens the room.

import { element } from "../../shared/dom.js";
import { descentPart } from "./descent.js";
import { hopfieldPart } from "./hopfield.js";
import { insidePart } from "./inside.js";
import { network1988Part } from "./network-1988.js";
import { neuronPart } from "./neuron.js";
import { softmaxPart } from "./softmax.js";

// Each takes parameters, and returns nodes, perhaps with `open`, which asks the server for what they
// show, `rest`, called when the room is left, and `end`, when the lesson is.
const PARTS = {
  inside: insidePart,
  1988: network1988Part,
  hopfield: hopfieldPart,
  neuron: neuronPart,
  softmax: softmaxPart,
  descent: descentPart,
};

// Fill the live parts of an article.
export function enliven(article) {
  const parts = [...article.querySelectorAll("[data-live]")].map(fill).filter(Boolean);
  const all = (name) => () => {
    for (const part of parts) part[name]?.();
  };
  return { rest: all("rest"), end: all("end") };
}

function fill(holder, n) {
  const [name, query = ""] = holder.dataset.live.split(/\?(.*)/s);
  if (!(name in PARTS)) return null;
  const part = PARTS[name](new URLSearchParams(query));
  const body = element("div", { class: `part ${name === "1988" ? "room-1988" : name}` }, ...part.nodes);
  // a room has each of its landmarks once; a lesson may have several parts of one kind
  for (const section of body.querySelectorAll("section")) section.ariaLabel += `, live part ${n + 1}`;
  holder.append(body);
  part.open?.().then(
    () => {
      holder.dataset.open = true;
    },
    (error) => body.replaceChildren(element("p", { class: "fault" }, error.message)),
  );
  return part;
}
