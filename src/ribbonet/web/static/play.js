// The room Play: a network that learns before your eyes, as the library on the server trains it.

import { element, remember, save } from "./dom.js";
import { chainView } from "./play-chains.js";
import { confusion, curves, histograms } from "./play-charts.js";
import { dataPanel } from "./play-data.js";
import { field } from "./play-fields.js";
import { inspector } from "./play-inspector.js";
import { networkDrawing } from "./play-network.js";
import { connect } from "./play-session.js";
import { CHAINS, fromAddress, toAddress, TRAINING_FIELDS } from "./play-settings.js";
import { surface } from "./play-surface.js";

const SPEEDS = {
  "1 step a second": [1, "step"], "10 steps a second": [10, "step"], "1 epoch a second": [1, "epoch"],
  "10 epochs a second": [10, "epoch"], "30 epochs a second": [30, "epoch"], "as fast as it goes": [null, "epoch"],
};
const FORMS = { json: "JSON", numpy: "NumPy", pytorch: "PyTorch", "scikit-learn": "scikit-learn" };

let room = null;

export async function mount(section, parameters) {
  const answer = await fetch("api/play");
  if (!answer.ok) throw new Error(`the server says ${answer.status}`);
  room = makeRoom(section, await answer.json(), parameters);
}

export function show(parameters) {
  room.enter(parameters);
}

export function hide() {
  room.pause();
}

function makeRoom(section, info, parameters) {
  const { choices } = info;
  let settings = fromAddress(parameters, choices);
  let session = null;
  let ready = null;
  let last = null; // the last picture
  let rows = [];
  let playing = false;
  const uploaded = new Set();
  const times = []; // of pictures, with their steps

  // ---- messages to the server
  const send = (message) => {
    if (timer !== null && message.type !== "settings") sendSettings();
    session.send(message);
  };
  let timer = null;
  let unanswered = 0; // settings sent; what the server says of older ones is out of date
  function sendSettings(more = {}) {
    clearTimeout(timer);
    timer = null;
    unanswered += 1;
    send({ type: "settings", settings, ...more });
  }
  function change(some) {
    settings = { ...settings, ...some };
    showSettings();
    if (settings.data === "drawn") plane.draft(settings.drawn);
    clearTimeout(timer);
    timer = setTimeout(() => sendSettings(), 80);
  }
  function upload(data, text) {
    settings = { ...settings, data, columns: null };
    if (data === "chains" && ready?.scene.kind !== "chains") settings = { ...settings, ...CHAINS };
    uploaded.add(data);
    sendSettings({ upload: text });
  }

  // ---- the toolbar
  const button = (label, name, action, kind = "") => element("button", { type: "button", class: kind, "aria-label": name, title: name, onclick: action }, label);
  const play = button("Play", "Play", () => setPlaying(!playing), "primary play");
  const epoch = element("output", { class: "epoch number", "aria-label": "Epoch" }, "0");
  const time = element("input", { type: "range", min: 0, max: 1, value: 0, step: 1, id: "play-time", "aria-label": "Back in time, to epoch", disabled: true, oninput: () => go(Number(time.value)) });
  const speed = element("select", { id: "play-speed", "aria-label": "Speed", onchange: () => sendSpeed() }, ...Object.keys(SPEEDS).map((name) => element("option", {}, name)));
  speed.value = "30 epochs a second";
  const rate = element("p", { class: "rate number soft" });
  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  const bar = element("div", { class: "card toolbar", role: "toolbar", "aria-label": "Training" },
    element("div", { class: "buttons" },
      play,
      button("Step", "One step", () => send({ type: "step", unit: "step" })),
      button("Epoch", "One epoch", () => send({ type: "step", unit: "epoch" })),
      button("Restart", "Restart with the first weights", () => send({ type: "restart" }))),
    element("div", { class: "clock" }, element("span", { class: "label" }, "Epoch"), epoch),
    time,
    speed, rate);
  let wanted = null;
  function go(to) {
    if (wanted === null) requestAnimationFrame(() => { send({ type: "go", epoch: wanted }); wanted = null; });
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
    if (!on) { rate.textContent = ""; times.length = 0; }
  }
  function sendSpeed() {
    const [value, unit] = SPEEDS[speed.value];
    send({ type: "speed", value, unit });
  }
  function fault(text) {
    status.textContent = text;
    status.className = "say fault";
  }

  // ---- the panels
  const data = dataPanel({ ...info, settings: () => settings, uploaded }, { change, upload, fault });
  const unit = inspector({ edit: (name, index, value) => send({ type: "edit", name, index, value }), leave: () => network.mark(null) });
  let hovered = null;
  const heading = element("h2", {}, "Output");
  const network = networkDrawing({
    change, settings: () => settings,
    look(here) {
      if (ready.scene.kind === "chains") return;
      hovered = here;
      send({ type: "look", unit: here ? here.number : null });
    },
    choose(here) {
      unit.open(here, `${here.layer < ready.settings.layers.length ? `Unit ${here.unit + 1} of layer ${here.layer + 1}` : "Output"}: weights`, network.incoming(here), ready);
      network.mark(here);
    },
  });
  const plane = surface((x1, x2) => change({ drawn: [...settings.drawn, [x1, x2, data.pen()]] }));
  const chain = chainView();
  const loss = curves("Loss", "train_loss", "test_loss");
  const accuracy = curves("Accuracy", "train_accuracy", "test_accuracy", { top: 1 });
  const counts = confusion();
  const layers = histograms();
  const fields = TRAINING_FIELDS.map((own) => field(own, choices[own[0]], (name, value) => change({ [name]: value })));
  const training = element("section", { class: "card panel training", "aria-label": "Training settings" },
    element("h2", {}, "Training"), element("div", { class: "settings" }, ...fields.map((own) => own.node)));
  const exports = element("div", { class: "line" }, ...info.forms.map((form) => button(FORMS[form], `Export as ${FORMS[form]}`, () => send({ type: "export", form }))));

  section.append(
    element("h1", { class: "title" }, "Play"),
    bar, status,
    element("div", { class: "bench" },
      data.node,
      element("div", { class: "middle" }, network.node, unit.node, training),
      element("section", { class: "card panel output", "aria-label": "Output" }, heading, plane.node, chain.node, loss.node, accuracy.node, counts.node)),
    element("section", { class: "card panel signals", "aria-label": "Signals" }, element("h2", {}, "What runs through the layers"), layers.node),
    element("section", { class: "card panel exports", "aria-label": "Export" },
      element("h2", {}, "Export"),
      element("p", { class: "soft" }, "The network as it is now: as code that runs and gives the same numbers, or as JSON. The settings stand in the address of this page."),
      exports));

  function showSettings() {
    data.show(settings);
    const chains = settings.data === "chains";
    const numbers = ready && !unanswered ? !ready.classes.length : ["plane", "hills"].includes(settings.data);
    const idle = {
      input_noise: chains, // there is nothing between two residues
      loss: numbers,
      label_smoothing: numbers || settings.loss === "squared error",
    };
    for (const own of fields) {
      own.show(settings[own.name]);
      own.enable(!idle[own.name]);
    }
  }

  // ---- answers
  const on = {
    ready(message) {
      const before = ready;
      ready = { ...message, scene: message.scene ?? before.scene };
      unanswered -= 1;
      if (unanswered === 0 && timer === null) {
        settings = message.settings;
        remember("play", toAddress(settings, choices));
        showSettings();
      }
      status.textContent = "";
      status.className = "say";
      if (message.anew) {
        rows = [];
        last = null;
        unit.close();
        const chains = ready.scene.kind === "chains";
        plane.node.hidden = chains;
        chain.node.hidden = !chains;
        if (chains) chain.begin(ready);
        else plane.begin(ready, ready.settings.data === "drawn");
        data.scene(ready);
        layers.begin(ready.sizes);
      }
      network.begin(ready);
    },
    picture(picture) {
      for (const row of picture.rows) {
        rows.length = Math.min(rows.length, row.epoch);
        rows.push(row);
      }
      last = picture;
      if (picture.weights.length !== ready.parameters.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0)) return;
      if (picture.large && hovered) picture.largeScale = picture.scales[hovered.number];
      else delete picture.large;
      heading.textContent = ready.scene.kind === "chains" ? "A chain" : picture.large ? `Layer ${hovered.layer + 1}, unit ${hovered.unit + 1}` : "Output";
      network.show(picture);
      unit.show(picture.weights);
      if (ready.scene.kind === "chains") chain.show(picture);
      else plane.picture(picture);
      loss.show(rows, picture.epoch);
      accuracy.show(rows, picture.epoch);
      counts.show(picture.confusion, ready.classes);
      layers.show(picture);
      epoch.textContent = picture.epoch.toLocaleString("en");
      time.max = Math.max(picture.last, 1);
      time.disabled = picture.last === 0;
      if (wanted === null) time.value = picture.epoch;
      section.dataset.epoch = picture.epoch;
      section.dataset.step = picture.step;
      if (picture.playing !== playing) showPlaying(picture.playing);
      pace(picture);
      if (picture.message) {
        status.textContent = picture.message;
        status.className = picture.end === "diverged" ? "say fault" : "say";
      } else if (!status.classList.contains("fault") || playing) {
        status.textContent = "";
        status.className = "say";
      }
    },
    fault({ message, of }) {
      if (of === "settings") unanswered -= 1;
      fault(message);
    },
    full({ message }) { fault(message); },
    lost(reason) {
      showPlaying(false);
      fault(`${reason || "The connection to the server was lost."} `);
      status.append(element("button", { type: "button", onclick: () => begin() }, "Connect again"));
    },
    export({ name, content }) { save(content, name, "text/plain"); },
  };

  function pace(picture) {
    if (!playing) return;
    const now = performance.now();
    times.push([now, picture.step]);
    while (times.length > 2 && now - times[0][0] > 1500) times.shift();
    const [[since, steps]] = times;
    if (now - since < 400) return;
    const seconds = (now - since) / 1000;
    const frames = (times.length - 1) / seconds;
    const done = (picture.step - steps) / seconds;
    rate.textContent = `${Math.round(done).toLocaleString("en")} steps/s, ${Math.round(frames)} pictures/s`;
    section.dataset.frames = frames.toFixed(1);
    section.dataset.steps = done.toFixed(0);
  }

  function begin() {
    session?.close();
    session = connect(on);
    unanswered = 0;
    sendSettings();
    sendSpeed();
  }
  showSettings();
  begin();

  return {
    pause: () => playing && setPlaying(false),
    enter(next) {
      if ([...next].length) {
        settings = fromAddress(next, choices);
        sendSettings();
      } else remember("play", toAddress(settings, choices));
    },
  };
}
