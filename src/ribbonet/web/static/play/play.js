// The room Play: a network that learns before your eyes, as the library on the server trains it.

import { element, remember, save } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { chainView } from "./chains.js";
import { confusion, curves, histograms } from "./charts.js";
import { dataPanel } from "./data.js";
import { experimentsPanel } from "./experiments/panel.js";
import { field } from "./fields.js";
import { hiding } from "./hiding.js";
import { link } from "./link.js";
import { inspector } from "./network/inspector.js";
import { networkDrawing } from "./network/network.js";
import { presets } from "./presets.js";
import { keptRuns } from "./runs.js";
import { CHAINS, fromAddress, toAddress, TRAINING_FIELDS } from "./settings.js";
import { surface } from "./surface.js";
import { button, toolbar } from "./toolbar.js";

const FORMS = { json: "JSON", numpy: "NumPy", pytorch: "PyTorch", "scikit-learn": "scikit-learn" };

let room = null;

export async function mount(section, parameters) {
  const [info, experiments] = await Promise.all(
    ["api/play", "api/experiments"].map(async (path) => (await asked(path)).json()),
  );
  room = new Room(section, info, experiments, parameters);
}

export function show(parameters) {
  room.enter(parameters);
}

export function hide() {
  room.pause();
}

class Room {
  #ready = null; // what the server said of the network
  #rows = []; // of the history
  #hint = ""; // what a preset shows, said until it trains
  #hovered = null; // the hidden unit that is shown large

  constructor(section, info, experiments, parameters) {
    this.section = section;
    this.choices = info.choices;
    this.status = element("p", { class: "say", role: "status", "aria-live": "polite" });
    this.server = this.#link(fromAddress(parameters, this.choices));
    this.bar = toolbar(this.server.send, (pace) => Object.assign(section.dataset, pace), {
      help: (on) => section.classList.toggle("helped", on),
    });
    this.data = this.#dataPanel(info);
    this.presets = presets(this.choices, (settings, sentence) => {
      this.#change(settings);
      this.#hint = sentence;
    });
    this.unit = inspector({
      edit: (name, index, value) => this.server.send({ type: "edit", name, index, value }),
      leave: (focus) => this.network.leave(focus),
    });
    this.network = this.#network();
    this.#views();
    this.fields = TRAINING_FIELDS.map((own) =>
      field(own, this.choices[own[0]], (name, value) => this.#change({ [name]: value })),
    );
    this.laboratory = experimentsPanel(experiments, {
      settings: () => this.server.settings,
      upload: (own) => this.server.uploads.get(own),
      use: (settings) => {
        this.#change(settings);
        this.bar.focus();
      },
    });
    this.hiding = hiding(section, () => this.#remember());
    section.append(...this.#furniture(info.forms));
    this.hiding.begin(parameters);
    this.#showSettings(this.server.settings);
    this.server.begin();
  }

  pause() {
    if (this.bar.playing) this.bar.setPlaying(false);
  }

  enter(parameters) {
    if ([...parameters].length) {
      this.hiding.begin(parameters);
      this.server.follow(fromAddress(parameters, this.choices));
    } else this.#remember();
  }

  #link(first) {
    return link(first, this.choices, {
      ready: (message) => this.#begin(message),
      picture: (picture) => this.#show(picture),
      say: (...words) => this.#say(...words),
      settings: (settings) => this.#showSettings(settings),
      lost: () => this.bar.showPlaying(false),
      linked: () => this.bar.sendSpeed(),
      export: ({ name, content }) => save(content, name, "text/plain"),
    });
  }

  #dataPanel(info) {
    const room = { ...info, settings: () => this.server.settings, uploaded: this.server.uploads };
    return dataPanel(room, {
      change: (some) => this.#change(some),
      upload: (data, text) => {
        const suited = data === "chains" && this.#ready?.scene.kind !== "chains" ? CHAINS : {};
        this.server.upload({ data, columns: null, ...suited }, text);
      },
      fault: (text) => this.#say(text, true),
    });
  }

  #network() {
    return networkDrawing({
      change: (some) => this.#change(some),
      settings: () => this.server.settings,
      look: (here) => {
        if (this.#ready.scene.kind === "chains") return;
        this.#hovered = here;
        this.server.send({ type: "look", unit: here ? here.number : null });
      },
      choose: (here) => {
        const hidden = here.layer < this.#ready.settings.layers.length;
        const name = hidden ? `Unit ${here.unit + 1} of layer ${here.layer + 1}` : "Output";
        this.unit.open(here, `${name}: weights`, this.network.incoming(here), this.#ready);
        this.network.mark(here);
      },
    });
  }

  // What is seen of the outputs.
  #views() {
    this.heading = element("h2", {}, "Output");
    this.plane = surface((x1, x2) =>
      this.#change({ drawn: [...this.server.settings.drawn, [x1, x2, this.data.pen()]] }),
    );
    this.chain = chainView();
    this.loss = curves("Loss", "loss");
    this.accuracy = curves("Accuracy", "accuracy", { top: 1 });
    this.runs = keptRuns(this.choices, () => this.#curves());
    this.counts = confusion();
    this.layers = histograms();
  }

  #furniture(forms) {
    const panel = (kind, title, ...children) =>
      element("section", { class: `card panel ${kind}`, "aria-label": title, "data-part": kind }, ...children);
    const title = (text) => element("h2", {}, text);
    const settings = element("div", { class: "settings" }, ...this.fields.map((own) => own.node));
    const training = panel("training", "Training settings", title("Training"), settings);
    const views = [this.plane, this.chain, this.loss, this.accuracy, this.runs, this.counts];
    const exports = forms.map((form) =>
      button(FORMS[form], `Export as ${FORMS[form]}`, () => this.server.send({ type: "export", form })),
    );
    return [
      element("h1", { class: "title" }, "Play"),
      this.bar.node,
      element("div", { class: "aside" }, this.presets.node, this.bar.helping),
      this.bar.help,
      this.status,
      element(
        "div",
        { class: "bench" },
        this.data.node,
        element("div", { class: "middle" }, this.network.node, this.unit.node, training),
        panel("output", "Output", this.heading, ...views.map((own) => own.node)),
      ),
      panel("signals", "Signals", title("What runs through the layers"), this.layers.node),
      this.laboratory.node,
      panel(
        "exports",
        "Export",
        title("Export"),
        element(
          "p",
          { class: "soft" },
          "The network as it is now: as code that runs and gives the same numbers, or as JSON. The settings stand in the address of this page.",
        ),
        element("div", { class: "line" }, ...exports),
        this.hiding.node,
      ),
    ];
  }

  #say(text, fault = false, ...more) {
    this.status.className = fault ? "say fault" : "say";
    this.status.replaceChildren(text, ...more);
  }

  #change(some) {
    this.#hint = "";
    this.server.change(some);
    const { settings } = this.server;
    if (settings.data === "drawn") this.plane.draft(settings.drawn);
  }

  #remember() {
    remember("play", { ...toAddress(this.server.settings, this.choices), ...this.hiding.parameters() });
  }

  #showSettings(settings) {
    this.data.show(settings);
    const ready = this.#ready;
    const chains = settings.data === "chains";
    const numbers = ready && this.server.settled ? !ready.classes.length : ["plane", "hills"].includes(settings.data);
    const idle = {
      input_noise: chains, // there is nothing between two residues
      loss: numbers,
      label_smoothing: numbers || settings.loss === "squared error",
    };
    for (const own of this.fields) {
      own.show(settings[own.name]);
      own.enable(!idle[own.name]);
    }
  }

  // What the network is, after each change of the settings.
  #begin(message) {
    const ready = { ...message, scene: message.scene ?? this.#ready.scene };
    this.#ready = ready;
    if (this.server.settled) {
      this.#remember();
      this.#showSettings(this.server.settings);
    }
    if (message.anew) {
      if (!message.resumed) this.#rows = [];
      this.unit.close();
      const chains = ready.scene.kind === "chains";
      this.plane.node.hidden = chains;
      this.chain.node.hidden = !chains;
      if (chains) this.chain.begin(ready);
      else this.plane.begin(ready, ready.settings.data === "drawn");
      this.data.scene(ready);
      this.layers.begin(ready.sizes);
    }
    this.network.begin(ready);
  }

  #show(picture) {
    const ready = this.#ready;
    for (const row of picture.rows) {
      while (this.#rows.length && this.#rows.at(-1).epoch >= row.epoch) this.#rows.pop();
      this.#rows.push(row);
    }
    const sizes = ready.parameters.map(([, shape]) => shape.reduce((a, b) => a * b, 1));
    if (picture.weights.length !== sizes.reduce((a, b) => a + b, 0)) return; // of the network before
    this.#showOutput(picture);
    this.network.show(picture);
    this.unit.show(picture.weights);
    this.runs.offer(this.#rows, ready.settings);
    this.#curves(picture.epoch);
    this.counts.show(picture.confusion, ready.classes);
    this.layers.show(picture);
    Object.assign(this.section.dataset, { epoch: picture.epoch, step: picture.step });
    this.bar.show(picture);
    if (picture.message) this.#say(picture.message, picture.end === "diverged");
    else if (!this.status.classList.contains("fault") || this.bar.playing) {
      this.#say(picture.epoch || this.bar.playing ? "" : this.#hint);
    }
  }

  // The output, or the hidden unit that the pointer is over.
  #showOutput(picture) {
    const chains = this.#ready.scene.kind === "chains";
    const hovered = this.#hovered;
    if (picture.large && hovered) picture.largeScale = picture.scales[hovered.number];
    else delete picture.large;
    const unit = picture.large ? `Layer ${hovered.layer + 1}, unit ${hovered.unit + 1}` : "Output";
    this.heading.textContent = chains ? "A chain" : unit;
    if (chains) this.chain.show(picture);
    else this.plane.picture(picture);
  }

  #curves(epoch = this.epoch) {
    this.epoch = epoch;
    if (!this.#rows.length) return;
    for (const chart of [this.loss, this.accuracy]) chart.show(this.#rows, epoch, this.runs.list);
  }
}
