// Predicts in a thread of its own, so that the page stays alive.

import { Model } from "../../networks/model.js";
import { fetched } from "../fetched.js";
import { FORMATS, FORMATS8 } from "../formats.js";
import { likeliest, Prediction } from "./prediction.js";
import { readChains, textOf } from "./reading.js";
import { plausible } from "./smoothing.js";

const page = fetched("page.json").then((answer) => answer.json());
const models = new Map(); // by name, once they are asked for
const kept = new Map(); // probabilities of the chains of the last texts, by model and sequence
const MOST = 300_000; // residues that are kept
const HEARING = 50; // milliseconds
const stopped = new Set(); // numbers of predictions that are no longer wanted

async function load(name) {
  const { alphabet } = await page;
  const [card, weights] = await Promise.all(
    ["model.json", "weights.safetensors"].map((file) => fetched(`models/${encodeURIComponent(name)}/${file}`)),
  );
  return new Model(await card.json(), await weights.arrayBuffer(), alphabet);
}

function modelOf(name) {
  if (!models.has(name)) {
    const loading = load(name).catch((error) => {
      models.delete(name); // it is asked for anew
      throw error;
    });
    models.set(name, loading);
  }
  return models.get(name);
}

// The first model is there before it is needed, also where the network is gone by then.
page.then(({ models: [first] }) => modelOf(first.name)).catch(() => {});

addEventListener("message", async ({ data: { number, stop, content, options } }) => {
  if (stop) {
    stopped.add(number);
    return;
  }
  try {
    for await (const answer of answers(number, content, options)) postMessage({ number, ...answer });
  } catch (error) {
    postMessage({ number, fault: error.message });
  }
});

// What was read, then each chain in the form that is asked for.
async function* answers(number, content, options) {
  const { limits, alphabet, about: made, models: described } = await page;
  const format = (options.states === 8 ? FORMATS8 : FORMATS)[options.format];
  const { chains, warning } = readChains(await textOf(content, limits.bytes), options.on_invalid, limits);
  const residues = chains.reduce((sum, { sequence }) => sum + sequence.length, 0);
  const model = await modelOf(options.model);
  const states = options.states === 8 ? alphabet.eight : alphabet.states;
  if (states.length > model.states.length) throw new Error(`the model ${options.model} knows three states only`);
  yield { chains: chains.length, residues, warning, header: format.header?.(states) ?? "" };
  const smooth = String(options.smooth) === "true";
  if (smooth && options.states === 8) throw new Error("plausible segments are of three states; choose three");
  const about = { version: made.version, model: described.find(({ name }) => name === options.model), options };
  for (const chain of chains) {
    const own = await probabilities(model, options.model, chain.sequence, () => pause(number));
    const asked = options.states === 8 ? own : model.inThree(own);
    const codes = smooth ? plausible(asked, states, alphabet.shortest) : likeliest(asked);
    yield { text: format.record(new Prediction(chain, asked, states, codes, Number(options.min_confidence)), about) };
  }
}

// Of all states that a model knows; what was predicted before need not be again.
async function probabilities(model, name, sequence, pause) {
  const key = `${name} ${sequence}`;
  if (!kept.has(key)) {
    const table = await model.probabilities(sequence, pause);
    if ([...kept.values()].reduce((sum, { rows }) => sum + rows, table.rows) > MOST) kept.clear();
    kept.set(key, table);
  }
  return kept.get(key);
}

let heard = performance.now(); // when messages had their turn

// Hear what else is asked, now and then.
async function pause(number) {
  if (performance.now() - heard > HEARING) {
    await new Promise((resolve) => setTimeout(resolve));
    heard = performance.now();
  }
  if (stopped.delete(number)) throw new Error("stopped");
}
