// The network of 1988, trained on the server while the lesson is read: figure 8, and the window on a
// test chain. It connects when somebody wants to train it.

import { element } from "../../shared/dom.js";
import { asked } from "../../shared/server.js";
import { chainStrip } from "../../network-1988/chain.js";
import { connection } from "../../network-1988/connection.js";
import { figure8 } from "../../network-1988/curves.js";
import { fromAddress } from "../../network-1988/settings.js";
import { windowView } from "../../network-1988/window.js";

export function network1988Part(parameters) {
  let server = null;
  let ready = null;
  let picture = null;
  let playing = false;
  const button = (text, onclick, kind = "") =>
    element("button", { type: "button", class: kind, disabled: true, onclick }, text);
  const play = button(
    "Train",
    () => {
      server.send({ type: playing ? "pause" : "play" });
      mark(!playing);
    },
    "primary play",
  );
  const again = button("Start again", () => {
    curves.keep();
    server.send({ type: "restart" });
    mark(false);
  });
  const relatives = element("input", {
    type: "checkbox",
    disabled: true,
    onchange() {
      curves.keep();
      server.change({ relatives: relatives.checked });
    },
  });
  const cycle = element("output", { class: "number soft" });
  const status = element("p", { class: "say", role: "status" });
  const curves = figure8();
  const strip = chainStrip({
    follow: (chain) => server.send({ type: "follow", chain }),
    move(place) {
      seen.move(place);
      if (picture) draw();
    },
  });
  const seen = windowView();
  const shown = element(
    "div",
    { class: "grown", hidden: true },
    curves.node,
    strip.node,
    element("div", { class: "pair" }, seen.inputs, seen.outputs),
  );

  function mark(on) {
    playing = on;
    play.textContent = on ? "Pause" : "Train";
  }

  function say(text, fault = false, ...more) {
    status.className = fault ? "say fault" : "say";
    status.replaceChildren(text, ...more);
  }

  function begin(message) {
    const chains = ready === null || ready.test.join() !== message.test.join();
    ready = message;
    shown.hidden = again.disabled = false;
    curves.begin(message);
    if (message.anew) mark(false);
    if (chains) strip.chains(message.test);
    seen.begin(message);
    follow(message.followed);
  }

  function follow(message) {
    picture = null;
    strip.follow(message);
    seen.follow(message);
    seen.move(strip.place);
  }

  function see(next) {
    if (next.followed !== strip.chain) return;
    picture = next;
    curves.show(next);
    cycle.textContent = `cycle ${next.cycle} of ${ready.settings.cycles}`;
    if (next.playing !== playing) mark(next.playing);
    play.disabled = next.ended;
    draw();
  }

  function draw() {
    strip.show(picture);
    seen.show(picture);
  }

  function rest() {
    strip.rest();
    if (playing) {
      server.send({ type: "pause" });
      mark(false);
    }
  }

  return {
    nodes: [
      element(
        "div",
        { class: "buttons" },
        play,
        again,
        element("label", { class: "check" }, relatives, "Relatives of the test chains in training"),
        cycle,
      ),
      status,
      shown,
    ],
    async open() {
      const { choices } = await (await asked("api/1988")).json();
      const settings = fromAddress(parameters, choices);
      const on = { ready: begin, picture: see, followed: follow, say, lost: () => mark(false) };
      server = connection(settings, on, "lesson");
      relatives.checked = settings.relatives;
      play.disabled = relatives.disabled = false;
    },
    rest,
    end() {
      strip.rest();
      server?.end();
    },
  };
}
