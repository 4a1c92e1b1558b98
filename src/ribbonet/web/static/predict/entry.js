// What is to be predicted: the field for sequences, and files; with the options.

import { element } from "../shared/dom.js";
import { cleaned } from "./cleaning.js";
import { Options } from "./options.js";
import { example } from "./requests.js";
import { count } from "./wording.js";

const SHOWN = 300_000; // bytes of a dropped text that are put into the field to be edited

export class Entry {
  // `on.predict` and `on.stop` are called when the user wants to, `on.change` when an option is
  // another. The text is kept in the tab's storage under the name `stored`.
  constructor(known, stored, on) {
    this.known = known;
    this.stored = stored;
    this.on = on;
    this.file = null; // what was dropped, if it is not in the field
    this.busy = false;
    this.fields();
    this.how = new Options(known, () => this.on.change());
    this.fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.element = element("div", {}, this.form(), this.fault);
  }

  get content() {
    return this.file ?? this.text.value;
  }

  get options() {
    return this.how.values;
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
      onpaste: (event) => this.paste(event),
      oninput: () => {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this.store(false), 300);
      },
    });
    this.said = element("p", { class: "cleaned note soft", role: "status" });
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
          else this.clean(event.dataTransfer.getData("text"));
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
      this.said,
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
        this.how.element,
      ),
      this.how.about,
    );
    return form;
  }

  // What is pasted is cleaned, if there is something to clean.
  paste(event) {
    const given = event.clipboardData.getData("text");
    const { text, done } = cleaned(given);
    if (done.length === 0) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = this.text;
    const raw = value.slice(0, selectionStart) + given + value.slice(selectionEnd);
    this.text.setRangeText(text, selectionStart, selectionEnd, "end");
    this.tell(done, raw);
  }

  // Take a text that comes from elsewhere.
  clean(given) {
    const { text, done } = cleaned(given);
    this.take(done.length > 0 ? text : given);
    this.tell(done, given);
  }

  // Say what was cleaned, and how to have it back.
  tell(done, raw) {
    const undo = element("button", { type: "button", class: "plain", onclick: () => this.take(raw) }, "Undo");
    this.said.replaceChildren(...(done.length > 0 ? [`Cleaned: ${done.join("; ")}. `, undo] : []));
    this.store(false);
  }

  // Keep the text and the options in the tab, and whether they were predicted.
  store(predicted) {
    clearTimeout(this.waiting);
    if (this.file) return;
    const { options } = this;
    try {
      sessionStorage.setItem(this.stored, JSON.stringify({ text: this.text.value, options, predicted }));
    } catch {
      // no room, or not allowed: then a reload forgets it
    }
  }

  // Put the kept text back; whether it was predicted.
  restore() {
    const { text = "", options = {}, predicted = false } = JSON.parse(sessionStorage.getItem(this.stored) ?? "{}");
    if (text) this.text.value = text;
    this.how.choose(new URLSearchParams(options));
    return predicted && text !== "";
  }

  // What was predicted before: a text, or a file.
  put(content) {
    if (typeof content === "string") this.take(content);
    else this.hold(content, "the file of before");
  }

  // Keep a file aside of the field.
  hold(file, name) {
    this.take("");
    this.file = file;
    this.text.hidden = true;
    this.chip.hidden = false;
    this.chip.firstChild.textContent = `${name} · ${count(Math.ceil(file.size / 1000))} kB`;
  }

  take(text) {
    this.said.replaceChildren();
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
      this.clean(await whole.text());
    } else {
      this.hold(whole, own.map((file) => file.name).join(", "));
    }
    this.on.predict();
  }

  async example() {
    this.take(await example());
    this.on.predict();
  }
}
