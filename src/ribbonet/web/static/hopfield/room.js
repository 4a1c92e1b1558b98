// The room Hopfield: patterns stored, corrupted and recalled, and how much fits in.

import { element, field, remember, select } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { capacityCard } from "./capacity.js";
import { memoryCard } from "./memory.js";
import { corrupted, fromHex, generator, letters, toHex } from "./patterns.js";
import { attentionCard, recallCard } from "./recall.js";

const RULES = [
  ["hebbian", "Hebb's rule"],
  ["pseudo-inverse", "pseudo-inverse"],
  ["modern", "modern: softmax"],
];
const UPDATES = [
  ["asynchronous", "one unit at a time"],
  ["synchronous", "all at once"],
];

let room = null;

export async function mount(section, parameters) {
  room = makeRoom(section);
  await room.enter(parameters);
}

export function show(parameters) {
  return room.enter(parameters);
}

export function hide() {
  room.stop();
}

async function posted(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await asked(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

// β on a slider of its logarithm.
const betaOf = (value) => 10 ** value;

function controlsOf(changed, again) {
  const rule = select("rule", RULES);
  const update = select("update", UPDATES);
  const flips = element("input", { type: "range", name: "flips", min: 0, max: 50, value: 15 });
  const beta = element("input", { type: "range", name: "beta", min: -2.5, max: 0.3, step: 0.02, value: -0.84 });
  const told = element("output", { class: "number" });
  const flipped = element("output", { class: "number" });
  for (const control of [rule, update, beta]) control.addEventListener("input", () => changed());
  flips.addEventListener("input", () => again());
  const both = [
    element("label", { class: "field" }, element("span", {}, "Flipped units: ", flipped), flips),
    element("label", { class: "field" }, element("span", {}, "β = ", told), beta),
  ];
  const node = element("div", { class: "buttons" }, field("Rule", rule), field("Update", update), ...both);
  return {
    node,
    rule,
    update,
    flips,
    beta,
    mark() {
      const modern = rule.value === "modern";
      update.disabled = modern;
      beta.disabled = !modern;
      told.textContent = betaOf(beta.valueAsNumber).toPrecision(2);
      flipped.textContent = `${flips.value} %`;
    },
  };
}

function makeRoom(section) {
  const random = generator(1);
  let patterns = letters("ACT");
  let from = 0; // the pattern that was corrupted
  let state = null;
  let turn = 0;
  const say = element("p", { class: "say", role: "status", "aria-live": "polite" });
  const complain = (text) => {
    say.className = "say fault";
    say.textContent = text;
  };
  const controls = controlsOf(
    () => refresh(),
    () => corrupt(from),
  );
  const memory = memoryCard(
    random,
    (next) => {
      patterns = next;
      corrupt(Math.min(from, patterns.length - 1));
    },
    (i) => corrupt(i),
  );
  const recall = recallCard(controls.node, (own) => {
    state = own;
    refresh();
  });
  const attention = attentionCard();
  const capacity = capacityCard(complain);
  section.append(
    element("h1", { class: "title" }, "Hopfield networks"),
    say,
    memory.node,
    recall.node,
    attention.node,
    capacity.node,
  );

  function corrupt(i) {
    from = i;
    state = corrupted(patterns[i], controls.flips.value / 100, random);
    refresh();
  }

  async function refresh() {
    const own = ++turn;
    controls.mark();
    const body = {
      patterns,
      state,
      rule: controls.rule.value,
      update: controls.update.value,
      beta: betaOf(controls.beta.valueAsNumber),
    };
    memory.show(patterns);
    try {
      const modern = body.rule === "modern";
      const [answer, points] = await Promise.all([
        posted("api/hopfield/recall", body),
        modern ? posted("api/hopfield/fixed-points", body) : null,
      ]);
      if (own !== turn) return;
      say.textContent = "";
      say.className = "say";
      recall.show(state, answer);
      attention.node.hidden = !modern;
      if (modern) attention.show(answer, points);
      section.dataset.shown = body.rule;
      keep();
    } catch (error) {
      if (own === turn) complain(error.message);
    }
  }

  function keep() {
    remember("hopfield", {
      patterns: patterns.map(toHex).join(","),
      state: toHex(state),
      rule: controls.rule.value,
      ...(controls.update.value !== "asynchronous" && { update: controls.update.value }),
      ...(controls.rule.value === "modern" && { beta: betaOf(controls.beta.valueAsNumber).toPrecision(3) }),
    });
  }

  // What an address names; of what it leaves out, what there is stays.
  async function enter(parameters) {
    const known = (name, options) => options.some(([value]) => value === parameters.get(name));
    if (known("rule", RULES)) controls.rule.value = parameters.get("rule");
    if (known("update", UPDATES)) controls.update.value = parameters.get("update");
    const beta = Number(parameters.get("beta"));
    if (beta > 0) controls.beta.value = Math.log10(beta);
    const given = (parameters.get("patterns") ?? "").split(",").map(fromHex).filter(Boolean).slice(0, 8);
    const named = letters(parameters.get("letters") ?? "");
    if (given.length || named.length) {
      patterns = given.length ? given : named;
      state = null;
    }
    state =
      fromHex(parameters.get("state") ?? "") ?? state ?? corrupted(patterns[0], controls.flips.value / 100, random);
    await refresh();
    if (!section.dataset.counted) {
      section.dataset.counted = "yes";
      await capacity.count();
    }
  }

  return { enter, stop: recall.stop };
}
