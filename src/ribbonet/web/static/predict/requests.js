// What this room asks: the one module that knows where its predictions come from. In the page that
// needs no server, standalone/requests.js stands in its place.

import { asked, linesOf } from "../shared/server.js";

// Whether there is a server to ask for more of a chain, see analyses.js; and what the page says of it.
export const ANALYSES = true;
export const WHERE =
  "from the sequence and from relatives of known structure: computed where this page comes from, and nowhere else.";

// Models, formats and limits.
export const known = async () => (await asked("api/models")).json();

export const example = async () => (await asked("predict/example.fasta")).text();

// A prediction under way: how many chains and residues there are, a warning, and its lines of JSON.
export async function predictions(content, options, signal) {
  const query = new URLSearchParams({ ...options, format: "jsonl" });
  const answer = await asked(`api/predict?${query}`, { method: "POST", body: content, signal });
  const header = (name) => answer.headers.get(`Ribbonet-${name}`) ?? "";
  return {
    chains: Number(header("Chains")),
    residues: Number(header("Residues")),
    warning: header("Warning"),
    lines: linesOf(answer.body),
  };
}

// Predictions as a file, in any format.
export async function file(content, options) {
  const pairs = Object.entries(options).flatMap(([name, value]) => [value].flat().map((own) => [name, own]));
  const answer = await asked(`api/predict?${new URLSearchParams(pairs)}`, { method: "POST", body: content });
  return answer.blob();
}

export function fastaOf({ id, description, sequence }) {
  return `${`>${id} ${description}`.trimEnd()}\n${sequence}\n`;
}
