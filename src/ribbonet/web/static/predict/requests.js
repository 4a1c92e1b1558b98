// What this room asks: the one module that knows where its answers come from.

import { asked, linesOf } from "../shared/server.js";

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
  const answer = await asked(`api/predict?${new URLSearchParams(options)}`, { method: "POST", body: content });
  return answer.blob();
}

// What is asked of one chain: "mutant" or "scan".
export function ofChain(path, chain, query) {
  return asked(`api/${path}?${new URLSearchParams(query)}`, { method: "POST", body: fastaOf(chain) });
}

// The states of a chain in a file, which has a name and content, and how well layers agree with them.
export async function compared({ id, sequence }, layers, { name, content }) {
  const body = JSON.stringify({ id, sequence, predicted: layers, name, content: await base64(content) });
  const headers = { "Content-Type": "application/json" };
  return (await asked("api/reference", { method: "POST", body, headers })).json();
}

// A file as it is sent: compressed, unless it is already.
async function base64(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = first === 0x1f && second === 0x8b;
  const sent = packed ? file : await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const reader = new FileReader();
  return new Promise((resolve) => {
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(sent);
  });
}

export function fastaOf({ id, description, sequence }) {
  return `${`>${id} ${description}`.trimEnd()}\n${sequence}\n`;
}
