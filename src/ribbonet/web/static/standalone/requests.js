// What the room Predict asks, answered in the browser; `ribbonet page` puts this module in the place
// of predict/requests.js, which asks a server, and it exports the same.

import { FORMATS, FORMATS8 } from "../standalone/formats.js";
import { fetched } from "../standalone/fetched.js";

export const ANALYSES = false;
export const WHERE =
  "from the sequence alone: computed in this browser, and what you enter does not leave it. " +
  "Relatives of known structure, disorder and membrane topology are for ribbonet predict and ribbonet serve.";

export async function known() {
  const page = await (await fetched("page.json")).json();
  const suffixes = (formats) => Object.fromEntries(Object.entries(formats).map(([name, { suffix }]) => [name, suffix]));
  const three = suffixes(FORMATS);
  const formats = ({ states }) => (states === 8 ? { 3: three, 8: suffixes(FORMATS8) } : { 3: three });
  const models = page.models.map((model) => ({ ...model, formats: formats(model.task) }));
  return { ...page, models, relatives: null, tracks: {} };
}

export const example = async () => (await fetched("predict/example.fasta")).text();

export async function predictions(content, options, signal) {
  const job = new Job(content, { ...options, format: "jsonl" });
  signal?.addEventListener("abort", () => job.stop());
  const { chains, residues, warning } = await job.next();
  return { chains, residues, warning, lines: job.parts(chains) };
}

export async function file(content, options) {
  const job = new Job(content, options);
  const { chains, header } = await job.next();
  const parts = [header];
  for await (const own of job.parts(chains)) parts.push(...own);
  return new Blob(parts);
}

export function fastaOf({ id, description, sequence }) {
  return `${`>${id} ${description}`.trimEnd()}\n${sequence}\n`;
}

// The worker that predicts, and the jobs that it has, by their numbers.
const worker = new Worker(new URL("../standalone/worker/worker.js", import.meta.url), { type: "module" });
const jobs = new Map();
worker.addEventListener("message", ({ data: { number, ...answer } }) => jobs.get(number)?.take(answer));
let broken = null; // why it cannot predict at all
worker.addEventListener("error", ({ message }) => {
  broken = { fault: message ?? "this browser cannot run the networks" };
  for (const job of jobs.values()) job.take(broken);
});

class Job {
  static last = 0;

  constructor(content, options) {
    this.number = ++Job.last;
    this.answers = broken ? [broken] : [];
    this.wake = () => {};
    jobs.set(this.number, this);
    worker.postMessage({ number: this.number, content, options: { ...options, states: Number(options.states ?? 3) } });
  }

  take(answer) {
    this.answers.push(answer);
    this.wake();
  }

  // The next answer: first what was read, then a text for each chain.
  async next() {
    while (this.answers.length === 0) {
      await new Promise((resolve) => {
        this.wake = resolve;
      });
    }
    const answer = this.answers.shift();
    if (answer.fault) {
      jobs.delete(this.number);
      throw new Error(answer.fault);
    }
    return answer;
  }

  async *parts(chains) {
    for (let n = 0; n < chains; n++) yield [(await this.next()).text];
    jobs.delete(this.number);
  }

  stop() {
    if (!jobs.has(this.number)) return;
    worker.postMessage({ number: this.number, stop: true });
    this.take({ fault: "stopped" });
  }
}
