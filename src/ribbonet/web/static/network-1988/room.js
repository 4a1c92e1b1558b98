// The room 1988: the network of Qian & Sejnowski learns, beside one without hidden units; a window
// slides along a protein, and every weight and every unit can be looked at.

import { element, remember } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { chainStrip } from "./chain.js";
import { figure8 } from "./curves.js";
import { connection } from "./connection.js";
import { fromAddress, settingsPanel, toAddress } from "./settings.js";
import { units } from "./units.js";
import { why } from "./why.js";
import { windowView } from "./window.js";

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
  let ready = null;
  let playing = false;
  let picture = null;

  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  function say(text, fault = false, ...more) {
    status.className = fault ? "say fault" : "say";
    status.replaceChildren(text, ...more);
  }

  const server = connection(fromAddress(parameters, choices), {
    ready: begin, picture: see, say,
    followed: (message) => follow(message),
    lost() { setPlaying(false); play.focus(); },
  });
  const send = server.send;

  const play = element("button", { type: "button", class: "primary play", onclick: () => {
    send({ type: playing ? "pause" : "play" });
    setPlaying(!playing);
  } }, "Train");
  const cascade = element("button", { type: "button", disabled: true, onclick: () => { send({ type: "cascade" }); setPlaying(true); } }, "Add the cascade");
  const cycle = element("output", { class: "number", "aria-label": "Cycle" }, "0");
  const bar = element("div", { class: "card toolbar", role: "toolbar", "aria-label": "Training" },
    element("div", { class: "buttons" }, play,
      element("button", { type: "button", onclick: () => send({ type: "cycle" }) }, "One cycle"),
      element("button", { type: "button", onclick: restart }, "Start again"), cascade),
    element("p", { class: "clock" }, element("span", { class: "label" }, "Cycle "), cycle));

  const panel = settingsPanel(choices, {
    change(some) {
      const before = curves.keep();
      server.change(some);
      panel.show(server.settings);
      if (before) say("");
    },
    upload: (text) => server.upload(text),
    fault: (text) => say(text, true),
  });
  const curves = figure8();
  const strip = chainStrip({
    follow: (chain) => send({ type: "follow", chain }),
    move(place, resting) {
      seen.move(place);
      reasons.wait();
      send({ type: "look", residue: resting ? place : null });
      if (picture) draw();
    },
  });
  const every = units((unit) => { seen.choose(unit); every.mark(unit); if (picture) draw(); });
  const seen = windowView();
  const reasons = why();

  section.classList.add("room-1988");
  section.append(
    element("h1", { class: "title" }, "The network of 1988"),
    element("p", { class: "soft lead" }, "Qian & Sejnowski, 1988: from a window of 13 residues to helix, strand or coil of the one in the middle, by 13 × 21 inputs, 40 hidden units and 3 outputs; beside it the same without hidden units."),
    bar, status,
    element("div", { class: "bench" }, panel.node, curves.node),
    strip.node,
    element("div", { class: "network" }, seen.inputs, every.node, seen.outputs),
    reasons.node);

  function restart() {
    curves.keep();
    send({ type: "restart" });
    setPlaying(false);
  }

  function setPlaying(on) {
    playing = on;
    play.textContent = on ? "Pause" : "Train";
    section.dataset.playing = on;
  }

  function begin(message) {
    const chains = !ready || message.anew || ready.test.join() !== message.test.join();
    ready = message;
    picture = null;
    remember("1988", toAddress(message.settings, choices));
    panel.show(message.settings, message);
    curves.begin(message, message.anew);
    if (message.anew) setPlaying(false);
    if (chains) strip.chains(message.test);
    every.begin(message);
    seen.begin(message);
    reasons.begin(message);
    follow(message.followed);
  }

  function follow(message) {
    picture = null;
    strip.follow(message);
    seen.follow(message);
    seen.move(strip.place);
    reasons.follow(message);
    send({ type: "look", residue: strip.place });
  }

  function see(next) {
    if (next.followed !== strip.chain) return;
    picture = next;
    curves.show(next);
    cycle.textContent = `${next.cycle} of ${ready.settings.cycles}`;
    section.dataset.cycle = next.cycle;
    section.dataset.step = next.step;
    if (next.playing !== playing) setPlaying(next.playing);
    play.disabled = next.ended;
    cascade.disabled = next.cycle === 0 || "cascade" in next.rows;
    if (next.message) say(next.message, true);
    else if (next.ended) say("All cycles are done. Choose more, change something, or start again with the same first weights; the last run stays in the figure, pale.");
    else if (!status.classList.contains("fault") || playing) say("");
    draw();
  }

  function draw() {
    strip.show(picture);
    every.show(picture, strip.place);
    seen.show(picture);
    if (picture.look === strip.place) reasons.show(picture);
  }

  panel.show(server.settings);
  server.begin();
  addEventListener("recolour", () => picture && draw());

  return {
    pause() {
      strip.rest();
      if (playing) { send({ type: "pause" }); setPlaying(false); }
    },
    enter(next) {
      if ([...next].length) server.change(fromAddress(next, choices));
      else remember("1988", toAddress(server.settings, choices));
    },
  };
}
