// Controls hidden by the address of the page: `hide=noise,seed,signals`, for a link to give to a class.

import { element } from "../shared/dom.js";

const PARTS = {
  presets: "Presets",
  speed: "Speed",
  data: "Data",
  network: "Network",
  training: "Training settings",
  output: "Output",
  runs: "Kept runs",
  signals: "What runs through the layers",
  experiments: "Experiments",
  exports: "Export",
};

// What hides the parts of a section that have a `data-part`; `changed` is called for another choice.
export function hiding(section, changed) {
  let hidden = new Set();
  const choices = element("div", { class: "hide-choices" });
  const node = element(
    "details",
    { class: "hiding", ontoggle: () => offer() },
    element("summary", {}, "Hide controls in a link"),
    element(
      "p",
      { class: "soft" },
      "Whoever opens the address of this page does not see what is ticked here; the settings stay.",
    ),
    choices,
  );
  const parts = () => [...section.querySelectorAll("[data-part]")];

  function show() {
    for (const part of parts()) part.classList.toggle("left-out", hidden.has(part.dataset.part));
  }

  function begin(parameters) {
    const names = (parameters.get("hide") ?? "").split(",").filter(Boolean);
    hidden = new Set(names.filter((name) => parts().some((part) => part.dataset.part === name)));
    offer();
    show();
  }

  // What can be left out, once it is asked for.
  function offer() {
    const all = node.open ? [...new Set(parts().map((part) => part.dataset.part))] : [];
    choices.replaceChildren(
      ...all.map((name) => {
        const box = element("input", {
          type: "checkbox",
          checked: hidden.has(name),
          onchange: () => {
            if (box.checked) hidden.add(name);
            else hidden.delete(name);
            changed();
          },
        });
        const title = PARTS[name] ?? section.querySelector(`[data-part="${name}"]`).dataset.title;
        return element("label", { class: "check" }, box, title);
      }),
    );
  }

  return { node, begin, parameters: () => (hidden.size ? { hide: [...hidden].join(",") } : {}) };
}
