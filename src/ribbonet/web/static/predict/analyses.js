// What the server is asked for of one chain, besides predictions.

import { asked } from "../shared/server.js";
import { fastaOf } from "./requests.js";

// What is asked of one chain: "mutant" or "scan".
export function ofChain(path, chain, query) {
  return asked(`api/${path}?${new URLSearchParams(query)}`, { method: "POST", body: fastaOf(chain) });
}

// The states of a chain in a file, which has a name and content, and how well layers agree with them.
export const compared = (chain, layers, file) => withFile("reference", chain, file, { predicted: layers });

// The states of a chain by the model that reads an alignment, which has a name and content.
export const aligned = (chain, { smooth = false, min_confidence }, file) =>
  withFile("alignment", chain, file, { smooth, min_confidence });

async function withFile(path, { id, sequence }, { name, content }, more) {
  const body = JSON.stringify({ id, sequence, name, content: await base64(content), ...more });
  const headers = { "Content-Type": "application/json" };
  return (await asked(`api/${path}`, { method: "POST", body, headers })).json();
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
