// What was predicted: how far it is, the list of chains, what can be done with all of them.

import { element, field, optionsOf, save, select } from "../shared/dom.js";
import { CHOICES, DEFAULTS, GENERAL } from "./chain/tracks.js";
import { Chains, chainOf, nameOf } from "./chains.js";
import { file } from "./requests.js";
import { count, plural } from "./wording.js";

const FORMULA = /^[=+@-]/; // how a cell begins that a spreadsheet computes

export class Results {
  // `onfault` is told what goes wrong in a download, and told "" when one begins.
  constructor(known, onfault) {
    this.known = known;
    this.onfault = onfault;
    this.done = null; // what is on the screen: content and options
    this.status = element("p", { role: "status", class: "status" });
    this.progress = element("progress", { max: 1, value: 0, hidden: true, "aria-label": "Residues predicted" });
    this.related = element("p", { class: "related soft", role: "status" });
    this.warning = element("p", { class: "note soft", hidden: true });
    this.key = element(
      "div",
      { class: "key", "aria-hidden": "true" },
      ...["helix", "strand", "coil"].map((name) => element("span", { class: name }, name)),
    );
    this.legend = element("div", { class: "labels soft" });
    this.shown = element("span", { class: "soft number", role: "status" });
    this.settings = {
      pitch: 11,
      tracks: new Set(DEFAULTS),
      compare: new Map(),
      options: {},
      model: null, // what the server says of it
      known,
    };
    this.chains = new Chains(this.settings, (shown) => this.tell(shown));
    this.element = element(
      "section",
      { class: "results", "aria-label": "Predictions", hidden: true },
      element("div", { class: "summary" }, this.status, this.key),
      this.legend,
      this.progress,
      this.related,
      this.warning,
      element("div", { class: "tools" }, this.many(), this.shown, this.zoom(), this.downloads()),
      this.tracks(),
      this.compare(),
      this.chains.element,
    );
  }

  // What finds chains among many.
  many() {
    this.filter = element("input", {
      type: "search",
      placeholder: "name or motif",
      "aria-label": "Filter by name or motif",
      oninput: () => {
        this.chains.filter = this.filter.value;
        this.chains.arrange();
      },
    });
    this.sort = select("sort", []);
    this.sort.addEventListener("change", () => {
      this.chains.sort = this.sort.value;
      this.chains.arrange();
    });
    return element(
      "div",
      { class: "many" },
      field("Filter", this.filter),
      field("Sort", this.sort),
      element("button", { type: "button", onclick: () => this.chains.toggleAll(true) }, "Open all"),
      element("button", { type: "button", onclick: () => this.chains.toggleAll(false) }, "Close all"),
    );
  }

  zoom() {
    const zoom = element("input", {
      type: "range",
      min: 3,
      max: 22,
      step: 0.5,
      value: this.settings.pitch,
      oninput: () => {
        this.settings.pitch = Number(zoom.value);
        this.chains.layout();
      },
    });
    return field("Zoom", zoom);
  }

  // What stands on the ruler.
  tracks() {
    this.boxes = Object.entries(CHOICES).map(([name, label]) => {
      const box = element("input", {
        type: "checkbox",
        checked: this.settings.tracks.has(name),
        onchange: () => {
          if (box.checked) this.settings.tracks.add(name);
          else this.settings.tracks.delete(name);
          this.chains.layout();
        },
      });
      return element("label", { "data-track": name }, box, label);
    });
    return element("details", { class: "choice" }, element("summary", {}, "Tracks"), element("div", {}, ...this.boxes));
  }

  // Other predictions, to be shown on the same ruler.
  compare() {
    this.others = element("div", {});
    const summary = element("summary", {}, "Compare with other models");
    this.comparison = element("details", { class: "choice" }, summary, this.others);
    return this.comparison;
  }

  // What suits the task of the model that predicts.
  suit() {
    const { model } = this.settings;
    const { kind, states } = model.task;
    const suits = (name) => (name === "eight" ? states === 8 : kind === "structure" || GENERAL.includes(name));
    for (const label of this.boxes) label.hidden = !suits(label.dataset.track);
    this.key.hidden = kind !== "structure";
    this.sort.replaceChildren(...optionsOf(this.chains.sorts(model.task)));
    this.sort.value = this.chains.sort;
    const chosen = this.format.value;
    const formats = Object.entries(model.formats).flatMap(([number, own]) =>
      Object.keys(own).map((name) => `${number} ${name}`),
    );
    this.format.replaceChildren(...optionsOf(formats.map((value) => [value, ""])));
    if (formats.includes(chosen)) this.format.value = chosen;
  }

  // Other models of secondary structure, with relatives and without.
  offer({ model, templates, tracks, ...options }) {
    const { relatives } = this.known;
    const models = this.known.models.filter(({ task }) => task.kind === "structure");
    const own = nameOf(model, templates ?? model === relatives);
    this.settings.compare.delete(own);
    const choices = models.flatMap(({ name }) =>
      (relatives ? [true, false] : [false]).map((used) => [
        nameOf(name, used),
        { ...options, model: name, templates: used },
      ]),
    );
    const chosen = this.settings.compare;
    this.comparison.hidden = choices.length === 1 || this.settings.model.task.kind !== "structure";
    for (const [name, asked] of choices) if (chosen.has(name)) chosen.set(name, asked);
    this.others.replaceChildren(
      ...choices
        .filter(([name]) => name !== own)
        .map(([name, asked]) => {
          const box = element("input", {
            type: "checkbox",
            checked: chosen.has(name),
            onchange: () => {
              if (box.checked) chosen.set(name, asked);
              else chosen.delete(name);
              this.chains.layout();
            },
          });
          return element("label", {}, box, name);
        }),
    );
  }

  // The model's formats, those of eight states where it knows them; and the link.
  downloads() {
    this.format = select("format", []);
    this.link = element("button", { type: "button", onclick: () => this.copy() }, "Copy link");
    return element(
      "div",
      { class: "download" },
      field("Format", this.format),
      element("button", { type: "button", onclick: () => this.download() }, "Download"),
      this.link,
    );
  }

  // Say which formats have no room for the tracks beside the states.
  sayHeld(tracks) {
    for (const option of this.format.options) {
      const [states, format] = option.value.split(" ");
      const without = tracks && !this.known.hold_tracks.includes(format) ? ", without tracks" : "";
      option.textContent = `${format}${states === "8" ? ", eight states" : ""}${without}`;
    }
  }

  // How many of the chains a filter shows.
  tell(shown) {
    const all = this.chains.rows.length;
    this.shown.textContent =
      shown < all ? `${count(shown)} of ${plural(all, "chain")}${shown ? "" : ": clear the filter to see them"}` : "";
  }

  note(text) {
    this.warning.textContent = text;
    this.warning.hidden = !text;
  }

  // What is shown is of before.
  wait() {
    this.element.setAttribute("aria-busy", "true");
  }

  end() {
    this.progress.hidden = true;
    this.element.removeAttribute("aria-busy");
  }

  // Show a prediction as it comes.
  async show(content, options, prediction, signal, started) {
    const { chains: expected, residues, warning, lines } = prediction;
    if (content !== this.done?.content) this.filter.value = this.chains.filter = ""; // it was for others
    this.done = { content, options };
    const { tracks, ...alone } = options;
    this.settings.options = alone; // with which more is asked of a chain
    this.settings.model = this.known.models.find(({ name }) => name === options.model);
    this.suit();
    this.sayHeld(tracks);
    this.legend.replaceChildren();
    this.offer(options);
    this.chains.clear();
    this.element.removeAttribute("aria-busy");
    this.element.hidden = false;
    this.element.classList.toggle("one", expected === 1);
    this.note(warning);
    this.progress.max = residues || 1;
    this.progress.value = 0;
    this.progress.hidden = false;
    let [number, finished, related] = [0, 0, 0];
    for await (const some of lines) {
      if (signal.aborted) return;
      const chains = some.map((line) => chainOf(line, number++, this.settings.model.task, this.known.tracks));
      if (number === chains.length) this.explain(chains[0]);
      for (const chain of chains) {
        finished += chain.length;
        related += chain.relatives?.length ? 1 : 0;
      }
      this.chains.add(chains, expected);
      this.progress.value = finished;
      const seconds = ((performance.now() - started) / 1000).toFixed(2);
      const progress = number < expected ? `${count(number)} of ` : "";
      this.status.textContent = `${progress}${plural(expected, "chain")}, ${plural(finished, "residue")} in ${seconds} s by ${options.model}`;
      const known = chains[0]?.relatives ?? null;
      this.related.textContent =
        known && `${count(related)} of ${plural(number, "chain")} with relatives of known structure`;
    }
    if (number < expected) throw new Error("the answer broke off; predict again");
    if (expected === 0) this.status.textContent = "No chain is left to predict";
  }

  // What the charts of a chain show, and so those of all.
  explain({ layer, further }) {
    this.legend.replaceChildren(...[layer, ...further].flatMap((own) => own.legend ?? []));
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.link.textContent = "Copied";
    } catch {
      this.link.textContent = "It is in the address bar";
    }
    setTimeout(() => {
      this.link.textContent = "Copy link";
    }, 2000);
  }

  async download() {
    const [states, format] = this.format.value.split(" ");
    const { content, options: all } = this.done;
    const { tracks, ...options } = all;
    const held = tracks && this.known.hold_tracks.includes(format) ? { tracks } : {};
    this.onfault("");
    try {
      const suffix = this.settings.model.formats[states][format];
      const smooth = states === "3" && (options.smooth ?? false);
      save(await file(content, { ...options, ...held, smooth, states, format }), `prediction${suffix}`);
      const formulas = /^[ct]sv$/.test(format) && this.chains.rows.some(({ chain }) => FORMULA.test(chain.id));
      this.note(
        formulas
          ? "Some names begin with =, +, - or @. The file has them as they are, and a spreadsheet takes them for formulas: import its columns as text."
          : "",
      );
    } catch (error) {
      this.onfault(error.message);
    }
  }
}
