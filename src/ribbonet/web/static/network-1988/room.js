// The room 1988: the network of Qian & Sejnowski learns, beside one without hidden units; a window
// slides along a protein, and every weight and every unit can be looked at.

import { element, remember } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { bench } from "./bench.js";
import { connection } from "./connection.js";
import { fromAddress, settingsPanel, toAddress } from "./settings.js";
import { units } from "./units.js";
import { why } from "./why.js";

let room = null;

export async function mount(section, parameters) {
  room = makeRoom(section, (await (await asked("api/1988")).json()).choices, parameters);
}

export function show(parameters) {
  room.enter(parameters);
}

export function hide() {
  room.pause();
}

function makeRoom(section, choices, parameters) {
  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  function say(text, fault = false, ...more) {
    status.className = fault ? "say fault" : "say";
    status.replaceChildren(text, ...more);
  }

  const server = connection(fromAddress(parameters, choices), {
    ready: (message) => own.begin(message),
    picture: (message) => own.see(message),
    followed: (message) => own.follow(message),
    say,
    lost() { own.mark(false); play.focus(); },
  });
  const send = server.send;
  const own = bench(send, {
    marked(training) { section.dataset.playing = training; },
    begun, seen,
    followed(message) {
      reasons.follow(message);
      send({ type: "look", residue: own.place });
    },
    moved(place, resting) {
      reasons.wait();
      send({ type: "look", residue: resting ? place : null });
    },
    drawn(picture) {
      every.show(picture, own.place);
      if (picture.look === own.place) reasons.show(picture);
    },
  });
  const { play, again, cycle, curves, strip, inputs, outputs } = own.nodes;

  const cascade = element("button", { type: "button", disabled: true, onclick: () => { send({ type: "cascade" }); own.mark(true); } }, "Add the cascade");
  const bar = element("div", { class: "card toolbar", role: "toolbar", "aria-label": "Training" },
    element("div", { class: "buttons" }, play,
      element("button", { type: "button", onclick: () => send({ type: "cycle" }) }, "One cycle"),
      again, cascade),
    element("p", { class: "clock" }, element("span", { class: "label" }, "Cycle "), cycle));

  const panel = settingsPanel(choices, {
    change(some) {
      const before = own.keep();
      server.change(some);
      panel.show(server.settings);
      if (before) say("");
    },
    upload: (text) => server.upload(text),
    fault: (text) => say(text, true),
  });
  const every = units((unit) => { own.choose(unit); every.mark(unit); own.draw(); });
  const reasons = why();

  section.classList.add("room-1988");
  section.append(
    element("h1", { class: "title" }, "The network of 1988"),
    element("p", { class: "soft lead" }, "Qian & Sejnowski, 1988: from a window of 13 residues to helix, strand or coil of the one in the middle, by 13 × 21 inputs, 40 hidden units and 3 outputs; beside it the same without hidden units."),
    bar, status,
    element("div", { class: "bench" }, panel.node, curves),
    strip,
    element("div", { class: "network" }, inputs, every.node, outputs),
    reasons.node);

  function begun(message) {
    remember("1988", toAddress(message.settings, choices));
    panel.show(message.settings, message);
    every.begin(message);
    reasons.begin(message);
  }

  function seen(next) {
    section.dataset.cycle = next.cycle;
    section.dataset.step = next.step;
    cascade.disabled = next.cycle === 0 || "cascade" in next.rows;
    if (next.message) say(next.message, true);
    else if (next.ended) say("All cycles are done. Choose more, change something, or start again with the same first weights; the last run stays in the figure, pale.");
    else if (!status.classList.contains("fault") || own.playing) say("");
  }

  panel.show(server.settings);
  server.begin();
  addEventListener("recolour", own.draw);

  return {
    pause: own.pause,
    enter(next) {
      if ([...next].length) server.change(fromAddress(next, choices));
      else remember("1988", toAddress(server.settings, choices));
    },
  };
}
