// What is to be predicted, and how: the field for sequences, files, and the options.

import { element, field, select } from "../shared/dom.js";
import { example } from "./requests.js";
import { count } from "./wording.js";

const SHOWN = 300_000; // bytes of a dropped text that are put into the field to be edited

export class Entry {
  // `on.predict`, `on.stop` and `on.fault` (with a text) say what the user wants, and what is wrong;
  // `on.change` that an option is another.
  constructor(known, on) {
    this.known = known;
    this.on = on;
    this.file = null; // what was dropped, if it is not in the field
    this.busy = false;
    this.fields();
    this.choices();
    this.fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.element = element("div", {}, this.form(), this.fault);
    this.describe();
  }

  get content() {
    return this.file ?? this.text.value;
  }

  get options() {
    return {
      model: this.model.value,
      on_invalid: this.invalid.value,
      min_confidence: this.least.value,
      ...this.templates,
    };
  }

  // Whether relatives are used; what is usual with the model is not said.
  get templates() {
    const usual = this.model.value === this.known.relatives;
    return this.relatives.checked === usual ? {} : { templates: this.relatives.checked };
  }

  // Take what a link holds, as far as it is known here.
  choose(parameters) {
    const model = parameters.get("model");
    if (this.known.models.some(({ name }) => name === model)) this.model.value = model;
    this.describe();
    const relatives = parameters.get("templates");
    if (relatives !== null && this.known.relatives) this.relatives.checked = relatives === "true";
  }

  set running(is) {
    this.busy = is;
    this.go.textContent = is ? "Stop" : "Predict";
  }

  say(fault) {
    this.fault.textContent = fault;
    this.fault.hidden = !fault;
  }

  fields() {
    this.text = element("textarea", {
      id: "sequences",
      rows: 6,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      placeholder: ">name\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYN…",
      "aria-describedby": "sequences-hint",
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.on.predict();
      },
    });
    const remove = () => {
      this.take("");
      this.text.focus();
    };
    this.chip = element(
      "p",
      { class: "chip", hidden: true },
      element("span", {}),
      element("button", { class: "plain", type: "button", onclick: remove }, "Remove"),
    );
    this.picker = element("input", {
      type: "file",
      class: "unseen",
      multiple: true,
      tabindex: -1,
      "aria-label": "File of sequences",
      onchange: () => this.takeFiles(this.picker.files),
    });
    this.go = element("button", { class: "primary", type: "submit" }, "Predict");
  }

  choices() {
    this.model = select(
      "model",
      this.known.models.map(({ name }, n) => [name, n ? name : `${name} (default)`]),
    );
    this.invalid = select("invalid", [
      ["error", "error"],
      ["mask", "mask: read it as X"],
      ["skip", "skip the chain"],
    ]);
    this.least = select("least", [
      ["0", "all"],
      ...["0.5", "0.6", "0.7", "0.8", "0.9"].map((least) => [least, `likelier than ${least}`]),
    ]);
    this.about = element("p", { class: "about soft" });
    this.model.addEventListener("change", () => this.describe());
    this.relatives = element("input", { type: "checkbox" });
    for (const choice of [this.model, this.invalid, this.least, this.relatives]) {
      choice.addEventListener("change", () => this.on.change());
    }
  }

  form() {
    const { bytes, chains, residues } = this.known.limits;
    const hint = `FASTA, or bare sequences one a line; drop a file, gzip too; up to ${count(chains)} chains, ${count(residues)} residues, ${bytes / 1e6} MB`;
    const form = element(
      "form",
      {
        class: "card entry",
        onsubmit: (event) => {
          event.preventDefault();
          if (this.busy) this.on.stop();
          else this.on.predict();
        },
        ondragover: (event) => {
          event.preventDefault();
          form.classList.add("over");
        },
        ondragleave: () => form.classList.remove("over"),
        ondrop: (event) => {
          event.preventDefault();
          form.classList.remove("over");
          if (event.dataTransfer.files.length) this.takeFiles(event.dataTransfer.files);
          else this.take(event.dataTransfer.getData("text"));
        },
      },
      element(
        "div",
        { class: "above" },
        element("label", { for: "sequences" }, "Sequences"),
        element("span", { id: "sequences-hint", class: "soft" }, hint),
      ),
      this.text,
      this.chip,
      element(
        "div",
        { class: "below" },
        element(
          "div",
          { class: "acts" },
          this.go,
          element("button", { type: "button", onclick: () => this.example() }, "Example"),
          element("button", { type: "button", onclick: () => this.picker.click() }, "Open file…"),
          this.picker,
        ),
        element(
          "div",
          { class: "choices" },
          field("Model", this.model),
          field("On invalid symbol", this.invalid),
          field("States shown", this.least),
          element(
            "label",
            {
              class: "switch",
              title: "Off for designed proteins, mutants and benchmarks",
              hidden: !this.known.relatives,
            },
            this.relatives,
            "Relatives of known structure",
          ),
        ),
      ),
      this.about,
    );
    return form;
  }

  // What is known of the chosen model.
  describe() {
    this.relatives.checked = this.model.value === this.known.relatives;
    const { name, summary, weights, scores } = this.known.models.find((model) => model.name === this.model.value);
    const tests = Object.entries(scores).map(([data, q3]) => `${q3.toFixed(1)} % on ${data}`);
    const what = [name, summary].filter(Boolean).join(": ");
    const right = tests.length ? ` Residues in the right state of three: ${tests.join(", ")}.` : "";
    this.about.textContent = `${what}; ${(weights / 1e6).toFixed(1)} million weights.${right}`;
  }

  take(text) {
    this.file = null;
    this.text.value = text;
    this.text.hidden = false;
    this.chip.hidden = true;
    this.picker.value = "";
  }

  async takeFiles(files) {
    const own = [...files];
    if (own.length === 0) return;
    const heads = await Promise.all(own.map((file) => file.slice(0, 4).arrayBuffer()));
    const packed = heads.some((head) => new Uint8Array(head).some((byte) => byte > 0x7f || byte < 9));
    if (packed && own.length > 1) {
      this.say("a compressed file comes alone; drop one at a time");
      return;
    }
    const whole = packed ? own[0] : new Blob(own.flatMap((file) => [file, "\n"]));
    if (!packed && whole.size <= SHOWN) {
      this.take(await whole.text());
      this.on.predict();
      return;
    }
    this.take("");
    this.file = whole;
    this.text.hidden = true;
    this.chip.hidden = false;
    const names = own.map((file) => file.name).join(", ");
    this.chip.firstChild.textContent = `${names} · ${count(Math.ceil(whole.size / 1000))} kB`;
    this.on.predict();
  }

  async example() {
    this.take(await example());
    this.on.predict();
  }
}
