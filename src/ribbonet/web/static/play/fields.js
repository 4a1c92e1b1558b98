// Fields of settings: a label, a control, and the value beside it.

import { element } from "../shared/dom.js";

const tidy = (value) => String(Number(value.toPrecision(6)));

// A field and the sentence that says what it is for, with show(value) to set it, and enable(whether
// it can be used).
export function field(description, bounds, changed) {
  const made = control(description, bounds, changed);
  const input = made.node.querySelector("input, select");
  const help = element("p", { class: "help", id: `${input.id}-help` }, bounds.description);
  input.setAttribute("aria-describedby", help.id);
  made.node.title = bounds.description;
  made.node = element("div", { class: "control", "data-part": made.name, "data-title": bounds.title }, made.node, help);
  made.enable = (can) => {
    input.disabled = !can;
    made.node.classList.toggle("idle", !can);
  };
  return made;
}

// The same without enable; `changed` is called with what is chosen.
function control([name, kind, more], bounds, changed) {
  const id = `play-${name}`;
  const { percent = false, step = 1, names = {} } = more;
  const written = (value) => (percent ? `${Math.round(100 * value)} %` : tidy(value));
  const text = element("span", {}, bounds.title);
  if (kind === "check") {
    const box = element("input", { type: "checkbox", id, onchange: () => changed(name, box.checked) });
    const node = element("label", { class: "check", for: id }, box, text);
    return {
      name,
      node,
      show: (value) => {
        box.checked = value;
      },
    };
  }
  if (kind === "choice") {
    const select = element("select", { id, onchange: () => changed(name, read(select.value)) });
    const read = (value) => (more.values ? Number(value) : value);
    const add = (value) => {
      const shown = names[value] ?? (more.values ? tidy(value) : value);
      select.append(element("option", { value }, value === 0 ? "none" : shown));
    };
    (more.values ?? bounds.enum).forEach(add);
    const show = (value) => {
      if (![...select.options].some((option) => option.value === String(value))) add(value);
      select.value = value;
    };
    return { name, node: element("label", { class: "field", for: id }, text, select), show };
  }
  const limits = { min: more.min ?? bounds.minimum, max: more.max ?? bounds.maximum, step };
  if (kind === "number") {
    const input = element("input", {
      type: "number",
      id,
      ...limits,
      onchange: () => {
        const value = Number(input.value);
        if (input.value === "" || (!input.checkValidity() && !input.validity.stepMismatch)) input.reportValidity();
        else changed(name, value);
      },
    });
    const node = element("label", { class: "field", for: id }, text, input);
    return {
      name,
      node,
      show: (value) => {
        if (document.activeElement !== input) input.value = value;
      },
    };
  }
  const output = element("output", { class: "number", for: id });
  const range = element("input", {
    type: "range",
    id,
    ...limits,
    oninput: () => {
      output.textContent = written(Number(range.value));
      changed(name, Number(range.value));
    },
  });
  const node = element("label", { class: "slide", for: id }, text, output, range);
  return {
    name,
    node,
    show: (value) => {
      if (value > Number(range.max)) range.max = value;
      if (value < Number(range.min)) range.min = value;
      if (document.activeElement !== range) range.value = value;
      output.textContent = written(value);
    },
  };
}
