// What a user pastes or drops, FASTA or bare sequences, compressed by gzip or not, as chains: the
// rules of ribbonet.web.predict.reading and ribbonet.chains.fasta.

import { number } from "./counted.js";
import { counter, isEnd, readsAsStates, residuesOf, summary, wrongForm } from "./residues.js";

const WRAPPED = 40; // letters from which lines of one length are taken for one sequence, wrapped

// The text of what was typed (a string) or dropped (a Blob).
export async function textOf(content, most) {
  if (typeof content === "string") return content;
  const [first, second] = new Uint8Array(await content.slice(0, 2).arrayBuffer());
  const packed = first === 0x1f && second === 0x8b;
  const stream = packed ? content.stream().pipeThrough(new DecompressionStream("gzip")) : content.stream();
  const bytes = await bytesOf(stream, most);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is no text; give FASTA, plain or compressed by gzip");
  }
}

async function bytesOf(stream, most) {
  const reader = stream.getReader();
  const pieces = [];
  for (let size = 0; ; ) {
    const { value, done } = await reader.read().catch(() => {
      throw new Error("the file cannot be read; if it is compressed, it is damaged");
    });
    if (done) return new Blob(pieces).arrayBuffer();
    size += value.length;
    if (size > most) throw new Error(`more than ${number.format(most)} bytes; give less at a time`);
    pieces.push(value);
  }
}

// Chains, each with header, id, description and sequence, and what was not taken as it stood.
export function readChains(text, onInvalid, limits) {
  const chains = [];
  const counts = counter();
  let residues = 0;
  let length = 0;
  records(withHeaders(text)).forEach(({ header, lines }, place) => {
    let sequence;
    try {
      sequence = residuesOf(header, lines.join("\n"), onInvalid, counts);
      if (sequence.length === length && readsAsStates(sequence))
        throw wrongForm("reads as labels of the record above", "leave the records of sequences alone");
      length = sequence.length;
    } catch (error) {
      const skipped = onInvalid === "skip" && !error.whole;
      if (skipped || (error.empty && onInvalid === "mask")) {
        counts[skipped ? "skipped" : "empty"] += 1;
        return;
      }
      throw new Error(`record ${place + 1} (${header.slice(0, 200)}): ${error.message}`);
    }
    residues += sequence.length;
    if (residues > limits.residues)
      throw new Error(`more than ${number.format(limits.residues)} residues; give fewer at a time`);
    if (chains.length === limits.chains)
      throw new Error(`more than ${number.format(limits.chains)} chains; give fewer at a time`);
    const [, id, description] = header.match(/^(\S*)\s*([\s\S]*)$/);
    chains.push({ header, id, description, sequence });
  });
  return { chains, warning: summary(counts) };
}

// Give bare sequences headers: each is a line, or a run of lines of one length.
function withHeaders(text) {
  const whole = text.replace(/^\ufeff/, "");
  // as in a file of old Mac OS
  const lines = (whole.includes("\n") ? whole.replaceAll("\r\n", "\n") : whole.replaceAll("\r", "\n")).split("\n");
  const bare = whole.split(/\r\n|\n|\r/).map((line) => line.replace(/\s/g, ""));
  const first = bare.find((line) => line && !line.startsWith("#")) ?? "";
  if (first.startsWith("@")) throw new Error("is FASTQ; convert it to FASTA");
  if (bare.some((line) => line.startsWith(">"))) return lines;
  const sequences = [];
  let run = [];
  for (const line of [...bare, ""]) {
    if (line && !line.startsWith("#")) run.push(line);
    if (line) continue;
    const lengths = new Set(run.slice(0, -1).map((own) => own.length));
    const [length] = lengths;
    const wrapped = lengths.size === 1 && run.at(-1).length <= length && length >= WRAPPED;
    sequences.push(...(wrapped ? [run.join("")] : run));
    run = [];
  }
  const isName = (own) => /^[A-Za-z]{2,24}$/.test(own) && /[a-z]/.test(own) && !isEnd(own);
  const named = sequences.some((own) => /[A-Z]/.test(own) && !/[a-z]/.test(own)) && sequences.find(isName);
  if (named) throw new Error(`'${named}' reads as a name, not as a sequence; begin its line with '>'`);
  while (sequences.length > 1 && isEnd(sequences.at(-1))) {
    const last = sequences.pop();
    sequences.push(`${sequences.pop()}\n${last}`); // which is refused there
  }
  if (sequences.length === 0) throw new Error("there is no sequence; give FASTA, or a sequence a line");
  const name = (n) => (sequences.length === 1 ? ">sequence" : `>sequence-${n + 1}`);
  return sequences.flatMap((own, n) => [name(n), ...own.split("\n")]);
}

function records(lines) {
  const found = [];
  lines.forEach((line, n) => {
    if (line.startsWith(">")) found.push({ header: line.slice(1).trim(), lines: [] });
    else if (found.length) found.at(-1).lines.push(line);
    else if (line.trim() && !/^[#;]/.test(line))
      throw new Error(`is not FASTA: line ${number.format(n + 1)} should be '>' and a name; give a FASTA file`);
  });
  return found;
}
