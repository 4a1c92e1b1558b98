// The room Hopfield: patterns stored, corrupted and recalled, and how much fits in.

import { element, remember } from "../shared/dom.js";
import { bench } from "./bench.js";
import { capacityCard } from "./capacity.js";

let room = null;

export async function mount(section, parameters) {
  room = makeRoom(section);
  await room.enter(parameters);
}

export function show(parameters) {
  return room.enter(parameters);
}

export function hide() {
  room.stop();
}

function makeRoom(section) {
  const own = bench((rule) => {
    section.dataset.shown = rule;
    remember("hopfield", own.address);
  });
  const capacity = capacityCard(own.complain);
  const { say, memory, recall, attention } = own.nodes;
  section.append(
    element("h1", { class: "title" }, "Hopfield networks"),
    say,
    memory,
    recall,
    attention,
    capacity.node,
  );

  async function enter(parameters) {
    await own.open(parameters);
    if (!section.dataset.counted) {
      section.dataset.counted = "yes";
      await capacity.count();
    }
  }

  return { enter, stop: own.stop };
}
