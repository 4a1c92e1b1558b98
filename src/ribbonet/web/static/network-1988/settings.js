// What can be set, with a sentence on each, and how it stands in the address.

import { element, select } from "../shared/dom.js";

const DATA = [
  ["shipped", "Small proteins (shipped)"],
  ["1988", "The proteins of 1988 (fetched)"],
  ["own", "A file of your own"],
];
const NUMBERS = [
  ["units", [2, 5, 10, 20, 40, 60, 80], "Units of the hidden layer: 40 in 1988."],
  ["window", [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21], "Residues that the networks see: 13 in 1988."],
  ["learning_rate", [0.003, 0.01, 0.03, 0.1, 0.3, 1], "How far a step goes down the gradient."],
  ["batch", [16, 32, 64, 128, 256], "Residues in a step."],
  ["cycles", [10, 20, 40, 60, 100, 200], "How often each residue is shown."],
];

export function fromAddress(parameters, choices) {
  const settings = Object.fromEntries(Object.entries(choices).map(([name, own]) => [name, own.default]));
  for (const [name, text] of parameters) {
    const standard = settings[name];
    if (standard === undefined) continue;
    if (typeof standard === "boolean") settings[name] = text === "true";
    else settings[name] = typeof standard === "number" ? Number(text) : text;
  }
  if (settings.data === "own") settings.data = choices.data.default; // the file is not in the address
  return settings;
}

export function toAddress(settings, choices) {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== choices[name].default && value !== "own").map(([name, value]) => [name, String(value)]));
}

// The panel; `change` takes settings, `upload` a file's text, `fault` what is wrong with a file.
export function settingsPanel(choices, { change, upload, fault }) {
  const data = select("data", DATA);
  data.setAttribute("aria-label", "Proteins");
  data.addEventListener("change", () => { file.hidden = data.value !== "own"; change({ data: data.value }); });
  const input = element("input", { type: "file", id: "file-1988", accept: ".3line,.txt,.fasta,text/plain", onchange: async () => {
    const [chosen] = input.files;
    if (!chosen) return;
    if (chosen.size > 900_000) fault(`${chosen.name} is larger than 0.9 MB; give at most 25,000 residues`);
    else upload(await chosen.text());
    input.value = "";
  } });
  const file = element("label", { class: "field", for: "file-1988", hidden: true }, element("span", {}, "Three lines a chain: >id, sequence, states H, E and C. Every fifth chain is to test on."), input);
  const relatives = ["out", "in"].map((label) => {
    const radio = element("input", { type: "radio", name: "relatives-1988", value: label, onchange: () => change({ relatives: label === "in" }) });
    return { radio, node: element("label", { class: "check" }, radio, label) };
  });
  const counts = element("p", { class: "soft" });
  const fields = NUMBERS.map(([name, values, help]) => {
    const chosen = select(name, values.map((value) => [value, String(value)]));
    chosen.addEventListener("change", () => change({ [name]: Number(chosen.value) }));
    const node = element("label", { class: "field", title: help }, element("span", {}, choices[name].title), chosen);
    return { name, chosen, node };
  });
  const seed = element("input", { type: "number", min: 0, max: choices.seed.maximum, step: 1, onchange: () => seed.checkValidity() && seed.value !== "" && change({ seed: Number(seed.value) }) });
  const dice = element("button", { type: "button", "aria-label": "Other first weights", title: "Other first weights", onclick: () => change({ seed: Math.floor(Math.random() * 1000) }) }, "⚄");
  const node = element("section", { class: "card panel settings", "aria-label": "Proteins and settings" },
    element("h2", {}, "Proteins"),
    element("label", { class: "field" }, element("span", {}, "Learn from"), data), file,
    element("fieldset", {}, element("legend", {}, "Relatives of the test chains in training"), ...relatives.map((own) => own.node)),
    counts,
    element("h2", {}, "Network and training"),
    element("div", { class: "fields" }, ...fields.map((own) => own.node),
      element("div", { class: "seed" }, element("label", { class: "field", title: "Draws the first weights and the order of the residues." }, element("span", {}, choices.seed.title), seed), dice)));

  return {
    node,
    show(settings, ready) {
      data.value = settings.data;
      file.hidden = settings.data !== "own";
      relatives[Number(settings.relatives)].radio.checked = true;
      for (const { name, chosen } of fields) {
        const value = String(settings[name]);
        if (![...chosen.options].some((option) => option.value === value)) chosen.append(element("option", { value }, value));
        chosen.value = value;
      }
      if (document.activeElement !== seed) seed.value = settings.seed;
      if (!ready) return;
      const [train, test] = ready.chains;
      const [learned, tested] = ready.residues.map((count) => count.toLocaleString("en"));
      const kin = settings.relatives
        ? `${ready.related} of the former are relatives of the latter: the test is no longer honest`
        : `no chain of the former is a relative of the latter (${ready.left_out} left out)`;
      counts.textContent = `${train} chains to learn from (${learned} residues), ${test} to test on (${tested}); ${kin}.`;
    },
  };
}
