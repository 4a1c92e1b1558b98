// Patterns in a memory, and a state that is recalled from it.

import { element } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { controlsOf } from "./controls.js";
import { memoryCard } from "./memory.js";
import { corrupted, fromHex, generator, letters, toHex } from "./patterns.js";
import { attentionCard, recallCard } from "./recall.js";

const MOST = 8; // patterns

async function posted(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await asked(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

// `shown` is called with the rule when a recall is shown.
export function bench(shown) {
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

  function corrupt(i) {
    from = i;
    state = corrupted(patterns[i], controls.share, random);
    refresh();
  }

  async function refresh() {
    const own = ++turn;
    controls.mark();
    const { rule, update, beta } = controls;
    const body = { patterns, state, rule, update, beta };
    memory.show(patterns);
    try {
      const modern = rule === "modern";
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
      shown(rule);
    } catch (error) {
      if (own === turn) complain(error.message);
    }
  }

  return {
    nodes: { say, memory: memory.node, recall: recall.node, attention: attention.node },
    complain,
    stop: recall.stop,
    // What an address names; of what it leaves out, what there is stays.
    async open(parameters) {
      controls.follow(parameters);
      const given = (parameters.get("patterns") ?? "").split(",").map(fromHex).filter(Boolean).slice(0, MOST);
      const named = letters(parameters.get("letters") ?? "");
      if (given.length || named.length) {
        patterns = given.length ? given : named;
        state = null;
      }
      state = fromHex(parameters.get("state") ?? "") ?? state ?? corrupted(patterns[0], controls.share, random);
      await refresh();
    },
    get address() {
      return { patterns: patterns.map(toHex).join(","), state: toHex(state), ...controls.address };
    },
  };
}
