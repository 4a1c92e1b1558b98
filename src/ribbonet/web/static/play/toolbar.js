// The toolbar of the room Play: the training's buttons, the way back in time, speed and pace.

import { element } from "../shared/dom.js";

const SPEEDS = {
  "1 step a second": [1, "step"],
  "10 steps a second": [10, "step"],
  "1 epoch a second": [1, "epoch"],
  "10 epochs a second": [10, "epoch"],
  "30 epochs a second": [30, "epoch"],
  "as fast as it goes": [null, "epoch"],
};
const STALLED = 1500; // milliseconds without a picture after which there is no pace to tell

export const button = (label, name, action, kind = "") =>
  element("button", { type: "button", class: kind, "aria-label": name, title: name, onclick: action }, label);

// What each control of the toolbar does.
const HELP = {
  Play: "Train, or pause.",
  Step: "Learn from one batch of examples.",
  Epoch: "Learn from all examples once.",
  Restart: "Begin again with the first weights.",
  Slider: "Go back to the weights of an earlier epoch, and on from there.",
  Speed: "How fast it trains; the pictures come as fast as the page draws them.",
  Help: "Say in a sentence what each control is for.",
};

// The toolbar; `send` takes a message to the server, `told` what the pace is, `on.help` whether
// help is wanted.
export function toolbar(send, told, on) {
  let playing = false;
  let wanted = null; // the epoch that the slider asks for
  const times = []; // of pictures, with their steps

  const play = button("Play", "Play", () => setPlaying(!playing), "primary play");
  const epoch = element("output", { class: "epoch number", "aria-label": "Epoch" }, "0");
  const time = element("input", {
    type: "range",
    min: 0,
    max: 1,
    value: 0,
    step: 1,
    id: "play-time",
    "aria-label": "Back in time, to epoch",
    disabled: true,
    oninput: () => go(Number(time.value)),
  });
  const speed = element(
    "select",
    { id: "play-speed", "aria-label": "Speed", "data-part": "speed", title: HELP.Speed, onchange: () => sendSpeed() },
    ...Object.keys(SPEEDS).map((name) => element("option", {}, name)),
  );
  speed.value = "30 epochs a second";
  const rate = element("p", { class: "rate number soft" });
  const helping = element(
    "button",
    {
      type: "button",
      class: "helping",
      "aria-pressed": "false",
      title: HELP.Help,
      onclick: () => {
        const wanted = helping.getAttribute("aria-pressed") === "false";
        helping.setAttribute("aria-pressed", wanted);
        on.help(wanted);
      },
    },
    "Help",
  );
  const help = element(
    "dl",
    { class: "help card panel", "aria-label": "What the toolbar does" },
    ...Object.entries(HELP).map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))),
  );
  const node = element(
    "div",
    { class: "card toolbar", role: "toolbar", "aria-label": "Training" },
    element(
      "div",
      { class: "buttons" },
      play,
      button("Step", "One step", () => send({ type: "step", unit: "step" })),
      button("Epoch", "One epoch", () => send({ type: "step", unit: "epoch" })),
      button("Restart", "Restart with the first weights", () => send({ type: "restart" })),
    ),
    element("div", { class: "clock" }, element("span", { class: "label" }, "Epoch"), epoch),
    time,
    speed,
    rate,
  );

  function go(to) {
    if (wanted === null)
      requestAnimationFrame(() => {
        send({ type: "go", epoch: wanted });
        wanted = null;
      });
    wanted = to;
  }

  function setPlaying(on) {
    send({ type: on ? "play" : "pause" });
    showPlaying(on);
  }

  function showPlaying(on) {
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    play.setAttribute("aria-label", on ? "Pause" : "Play");
    play.title = on ? "Pause" : "Play";
    times.length = 0;
    if (!on) rate.textContent = "";
  }

  function sendSpeed() {
    const [value, unit] = SPEEDS[speed.value];
    send({ type: "speed", value, unit });
  }

  // Steps and pictures a second of late; none where no picture comes.
  function pace(step) {
    const now = performance.now();
    times.push([now, step]);
    while (times.length > 2 && now - times[0][0] > STALLED) times.shift();
    const [[since, steps]] = times;
    if (now - since < 400) return;
    const seconds = (now - since) / 1000;
    const pictures = (times.length - 1) / seconds;
    const done = (step - steps) / seconds;
    rate.textContent = `${Math.round(done).toLocaleString("en")} steps/s, ${Math.round(pictures)} pictures/s`;
    told({ frames: pictures.toFixed(1), steps: done.toFixed(0) });
  }

  setInterval(() => {
    const last = times.at(-1)?.[0];
    if (!playing || last === undefined || performance.now() - last < STALLED) return;
    times.splice(0, times.length - 1);
    rate.textContent = `no picture for ${Math.round((performance.now() - last) / 1000)} s`;
    told({ frames: "0.0", steps: "0" });
  }, 500);

  return {
    node,
    help,
    helping,
    setPlaying,
    showPlaying,
    sendSpeed,
    get playing() {
      return playing;
    },
    focus: () => play.focus(),
    show(picture) {
      epoch.textContent = picture.epoch.toLocaleString("en");
      time.max = Math.max(picture.last, 1);
      time.disabled = picture.last === 0;
      if (wanted === null) time.value = picture.epoch;
      if (picture.playing !== playing) showPlaying(picture.playing);
      if (playing) pace(picture.step);
    },
  };
}
