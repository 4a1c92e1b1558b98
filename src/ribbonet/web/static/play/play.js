// The room Play: a network that learns before your eyes, as the library on the server trains it.

import { element, remember, save } from "../shared/dom.js";
import { chainView } from "./chains.js";
import { confusion, curves, histograms } from "./charts.js";
import { dataPanel } from "./data.js";
import { experimentsPanel } from "./experiments/panel.js";
import { field } from "./fields.js";
import { link } from "./link.js";
import { inspector } from "./network/inspector.js";
import { networkDrawing } from "./network/network.js";
import { CHAINS, fromAddress, toAddress, TRAINING_FIELDS } from "./settings.js";
import { surface } from "./surface.js";
import { button, toolbar } from "./toolbar.js";
import { asked } from "../shared/server.js";

const FORMS = { json: "JSON", numpy: "NumPy", pytorch: "PyTorch", "scikit-learn": "scikit-learn" };

let room = null;

export async function mount(section, parameters) {
  const [info, experiments] = await Promise.all(
    ["api/play", "api/experiments"].map(async (path) => (await asked(path)).json()),
  );
  room = makeRoom(section, info, experiments, parameters);
}

export function show(parameters) {
  room.enter(parameters);
}

export function hide() {
  room.pause();
}

function makeRoom(section, info, experiments, parameters) {
  const { choices } = info;
  let ready = null;
  let rows = []; // of the history
  let hovered = null;

  const status = element("p", { class: "say", role: "status", "aria-live": "polite" });
  function say(text, fault = false, ...more) {
    status.className = fault ? "say fault" : "say";
    status.replaceChildren(text, ...more);
  }

  const server = link(fromAddress(parameters, choices), choices, {
    ready: begin,
    picture: show,
    say,
    settings(settings) {
      showSettings(settings);
    },
    lost() {
      bar.showPlaying(false);
    },
    linked() {
      bar.sendSpeed();
    },
    export({ name, content }) {
      save(content, name, "text/plain");
    },
  });
  const change = (some) => {
    server.change(some);
    if (server.settings.data === "drawn") plane.draft(server.settings.drawn);
  };
  function upload(data, text) {
    const suited = data === "chains" && ready?.scene.kind !== "chains" ? CHAINS : {};
    server.upload({ data, columns: null, ...suited }, text);
  }

  const bar = toolbar(server.send, (pace) => Object.assign(section.dataset, pace));
  const data = dataPanel(
    { ...info, settings: () => server.settings, uploaded: server.uploads },
    { change, upload, fault: (text) => say(text, true) },
  );
  const unit = inspector({
    edit: (name, index, value) => server.send({ type: "edit", name, index, value }),
    leave: (focus) => network.leave(focus),
  });
  const heading = element("h2", {}, "Output");
  const network = networkDrawing({
    change,
    settings: () => server.settings,
    look(here) {
      if (ready.scene.kind === "chains") return;
      hovered = here;
      server.send({ type: "look", unit: here ? here.number : null });
    },
    choose(here) {
      unit.open(
        here,
        `${here.layer < ready.settings.layers.length ? `Unit ${here.unit + 1} of layer ${here.layer + 1}` : "Output"}: weights`,
        network.incoming(here),
        ready,
      );
      network.mark(here);
    },
  });
  const plane = surface((x1, x2) => change({ drawn: [...server.settings.drawn, [x1, x2, data.pen()]] }));
  const chain = chainView();
  const loss = curves("Loss", "loss");
  const accuracy = curves("Accuracy", "accuracy", { top: 1 });
  const counts = confusion();
  const layers = histograms();
  const laboratory = experimentsPanel(experiments, {
    settings: () => server.settings,
    upload: (own) => server.uploads.get(own),
    use(settings) {
      server.change(settings);
      bar.focus();
    },
  });
  const fields = TRAINING_FIELDS.map((own) => field(own, choices[own[0]], (name, value) => change({ [name]: value })));
  furnish();

  function furnish() {
    const training = element(
      "section",
      { class: "card panel training", "aria-label": "Training settings" },
      element("h2", {}, "Training"),
      element("div", { class: "settings" }, ...fields.map((own) => own.node)),
    );
    const exports = element(
      "div",
      { class: "line" },
      ...info.forms.map((form) =>
        button(FORMS[form], `Export as ${FORMS[form]}`, () => server.send({ type: "export", form })),
      ),
    );
    section.append(
      element("h1", { class: "title" }, "Play"),
      bar.node,
      status,
      element(
        "div",
        { class: "bench" },
        data.node,
        element("div", { class: "middle" }, network.node, unit.node, training),
        element(
          "section",
          { class: "card panel output", "aria-label": "Output" },
          heading,
          plane.node,
          chain.node,
          loss.node,
          accuracy.node,
          counts.node,
        ),
      ),
      element(
        "section",
        { class: "card panel signals", "aria-label": "Signals" },
        element("h2", {}, "What runs through the layers"),
        layers.node,
      ),
      laboratory.node,
      element(
        "section",
        { class: "card panel exports", "aria-label": "Export" },
        element("h2", {}, "Export"),
        element(
          "p",
          { class: "soft" },
          "The network as it is now: as code that runs and gives the same numbers, or as JSON. The settings stand in the address of this page.",
        ),
        exports,
      ),
    );
  }

  function showSettings(settings) {
    data.show(settings);
    const chains = settings.data === "chains";
    const numbers = ready && server.settled ? !ready.classes.length : ["plane", "hills"].includes(settings.data);
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

  // What the network is, after each change of the settings.
  function begin(message) {
    ready = { ...message, scene: message.scene ?? ready.scene };
    if (server.settled) {
      remember("play", toAddress(server.settings, choices));
      showSettings(server.settings);
    }
    if (message.anew) {
      if (!message.resumed) rows = [];
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
  }

  function show(picture) {
    for (const row of picture.rows) {
      while (rows.length && rows.at(-1).epoch >= row.epoch) rows.pop();
      rows.push(row);
    }
    if (
      picture.weights.length !== ready.parameters.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0)
    )
      return;
    if (picture.large && hovered) picture.largeScale = picture.scales[hovered.number];
    else delete picture.large;
    heading.textContent =
      ready.scene.kind === "chains"
        ? "A chain"
        : picture.large
          ? `Layer ${hovered.layer + 1}, unit ${hovered.unit + 1}`
          : "Output";
    network.show(picture);
    unit.show(picture.weights);
    if (ready.scene.kind === "chains") chain.show(picture);
    else plane.picture(picture);
    loss.show(rows, picture.epoch);
    accuracy.show(rows, picture.epoch);
    counts.show(picture.confusion, ready.classes);
    layers.show(picture);
    section.dataset.epoch = picture.epoch;
    section.dataset.step = picture.step;
    bar.show(picture);
    if (picture.message) say(picture.message, picture.end === "diverged");
    else if (!status.classList.contains("fault") || bar.playing) say("");
  }

  showSettings(server.settings);
  server.begin();

  return {
    pause: () => bar.playing && bar.setPlaying(false),
    enter(next) {
      if ([...next].length) server.follow(fromAddress(next, choices));
      else remember("play", toAddress(server.settings, choices));
    },
  };
}
