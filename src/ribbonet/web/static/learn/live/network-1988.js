// The network of 1988, trained on the server while the lesson is read: figure 8, and the window on a
// test chain. It connects when somebody wants to train it.

import { element } from "../../shared/dom.js";
import { asked } from "../../shared/server.js";
import { bench } from "../../network-1988/bench.js";
import { connection } from "../../network-1988/connection.js";
import { fromAddress } from "../../network-1988/settings.js";

export function network1988Part(parameters) {
  let server = null;
  const own = bench((message) => server.send(message), {
    begun() {
      shown.hidden = again.disabled = false;
    },
    seen: ({ message }) => message && say(message, true),
  });
  const { play, again, cycle, curves, strip, inputs, outputs } = own.nodes;
  play.disabled = again.disabled = true;
  const relatives = element("input", {
    type: "checkbox",
    disabled: true,
    onchange() {
      own.keep();
      server.change({ relatives: relatives.checked });
    },
  });
  const status = element("p", { class: "say", role: "status" });
  const shown = element(
    "div",
    { class: "grown", hidden: true },
    curves,
    strip,
    element("div", { class: "pair" }, inputs, outputs),
  );

  function say(text, fault = false, ...more) {
    status.className = fault ? "say fault" : "say";
    status.replaceChildren(text, ...more);
  }

  return {
    nodes: [
      element(
        "div",
        { class: "buttons" },
        play,
        again,
        element("label", { class: "check" }, relatives, "Relatives of the test chains in training"),
        element("span", { class: "number soft" }, "cycle ", cycle),
      ),
      status,
      shown,
    ],
    async open() {
      const { choices } = await (await asked("api/1988")).json();
      server = connection(
        fromAddress(parameters, choices),
        { ready: own.begin, picture: own.see, followed: own.follow, say, lost: () => own.mark(false) },
        "lesson",
      );
      relatives.checked = server.settings.relatives;
      play.disabled = relatives.disabled = false;
    },
    rest: own.pause,
    end() {
      own.pause();
      server?.end();
    },
  };
}
