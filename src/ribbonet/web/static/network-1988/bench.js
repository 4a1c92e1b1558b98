// A training of the network of 1988 on the bench: its curves, a test chain, and the window on it.

import { element } from "../shared/dom.js";
import { chainStrip } from "./chain.js";
import { figure8 } from "./curves.js";
import { windowView } from "./window.js";

// `send` takes messages to the server. `on` has what else is done: `marked` when it trains or rests,
// `begun`, `followed` and `seen` with a message, `drawn` with a picture, and `moved` when the window
// moves to a place, perhaps to rest there.
export function bench(send, on = {}) {
  let ready = null;
  let playing = false;
  let picture = null;

  const play = element("button", { type: "button", class: "primary play", onclick: () => {
    send({ type: playing ? "pause" : "play" });
    mark(!playing);
  } }, "Train");
  const again = element("button", { type: "button", onclick: () => {
    curves.keep();
    send({ type: "restart" });
    mark(false);
  } }, "Start again");
  const cycle = element("output", { class: "number", "aria-label": "Cycle" }, "0");
  const curves = figure8();
  const strip = chainStrip({
    follow: (chain) => send({ type: "follow", chain }),
    move(place, resting) {
      seen.move(place);
      on.moved?.(place, resting);
      draw();
    },
  });
  const seen = windowView();

  function mark(training) {
    playing = training;
    play.textContent = training ? "Pause" : "Train";
    on.marked?.(training);
  }

  function begin(message) {
    const chains = !ready || message.anew || ready.test.join() !== message.test.join();
    ready = message;
    picture = null;
    curves.begin(message);
    if (message.anew) mark(false);
    if (chains) strip.chains(message.test);
    seen.begin(message);
    on.begun?.(message);
    follow(message.followed);
  }

  function follow(message) {
    picture = null;
    strip.follow(message);
    seen.follow(message);
    seen.move(strip.place);
    on.followed?.(message);
  }

  function see(next) {
    if (next.followed !== strip.chain) return;
    picture = next;
    curves.show(next);
    cycle.textContent = `${next.cycle} of ${ready.settings.cycles}`;
    if (next.playing !== playing) mark(next.playing);
    play.disabled = next.ended;
    on.seen?.(next);
    draw();
  }

  function draw() {
    if (!picture) return;
    strip.show(picture);
    seen.show(picture);
    on.drawn?.(picture);
  }

  function pause() {
    strip.rest();
    if (!playing) return;
    send({ type: "pause" });
    mark(false);
  }

  return {
    nodes: { play, again, cycle, curves: curves.node, strip: strip.node, inputs: seen.inputs, outputs: seen.outputs },
    keep: curves.keep,
    choose: seen.choose,
    get place() { return strip.place; },
    get playing() { return playing; },
    begin, follow, see, draw, mark, pause,
  };
}
