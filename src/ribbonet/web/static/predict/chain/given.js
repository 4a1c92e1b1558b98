// A part of a chain's panel that is given a file, dropped on it or opened, and says what it found.

import { element } from "../../shared/dom.js";

export class Given {
  // `words` are its title, a note, what opens a file and what that file is called; `above` stands between.
  constructor(words, above = [], buttons = []) {
    this.given = null; // name and content
    this.picker = element("input", {
      type: "file",
      class: "unseen",
      tabindex: -1,
      "aria-label": words.file,
      onchange: () => this.take(this.picker.files[0]),
    });
    this.remove = this.button("Remove", () => this.clear(), { hidden: true });
    this.said = element("p", { class: "note soft", role: "status" });
    this.element = element(
      "details",
      {
        class: "reference",
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => {
          event.preventDefault();
          event.stopPropagation();
          if (event.dataTransfer.files.length) this.take(event.dataTransfer.files[0]);
        },
      },
      element("summary", {}, words.title),
      element("p", { class: "note soft" }, words.note),
      ...above,
      element(
        "div",
        { class: "acts" },
        ...buttons,
        this.button(words.open, () => this.picker.click()),
        this.picker,
        this.remove,
      ),
      this.said,
    );
  }

  button(label, onclick, attributes = {}) {
    return element("button", { type: "button", onclick, ...attributes }, label);
  }

  take(file) {
    if (!file) return;
    const name = file.name.replace(/[^\w.-]/g, "_").slice(-100).replace(/^[_.-]+/, "");
    this.given = { name: name || "file", content: file };
    this.compare();
  }

  clear() {
    this.given = null;
    this.picker.value = "";
    this.remove.hidden = true;
    this.said.textContent = "";
    this.show(null);
  }

  // Ask of what was given: `find` gives what `tell` says and `show` shows, unless another was given since.
  async compare() {
    const { given } = this;
    if (!given) return;
    this.said.textContent = "Comparing…";
    try {
      const found = await this.find(given);
      if (given !== this.given) return;
      this.said.textContent = this.tell(found);
      this.remove.hidden = false;
      this.show(found);
    } catch (error) {
      if (given === this.given) this.said.textContent = error.message;
    }
  }
}
