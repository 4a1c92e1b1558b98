// What a user pastes or drops, FASTA or bare sequences, compressed by gzip or not, as chains: the
// rules of ribbonet.web.predict.reading and ribbonet.chains.fasta. What those read and this does not (PIR,
// names of three letters, numbered lines, states below a sequence) is refused, never misread.

const WRAPPED = 40; // letters from which lines of one length are taken for one sequence, wrapped
const UNKNOWN = /[BJOUXZ]/g;
const NAMES = "ALA CYS ASP GLU PHE GLY HIS ILE LYS LEU MET ASN PRO GLN ARG SER THR VAL TRP TYR".split(" ");
const NUCLEOTIDES = /^[ACGTUN]{30,}$/;
const WRONG_FORM = /[>\0]/; // within a sequence: more than this record is misread
const NO_SYMBOLS = /(?<!\S)[0-9]+(?!\S)|\([^()\s]+\)|\[[^[\]\s]+\]|\{[^{}\s]+\}/;
const PIR = /^(P1|F1|XX|D[1LC]|R[LC]|N[13]);/;
const COMMAND = "the command ribbonet predict reads it, this page does not";

const number = new Intl.NumberFormat("en");
const plural = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;

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
  const counts = { lower: 0, unknown: 0, final: 0, masked: 0, skipped: 0, empty: 0, nucleotides: 0 };
  let residues = 0;
  records(withHeaders(text)).forEach(({ header, lines }, place) => {
    let sequence;
    try {
      sequence = residuesOf(header, lines, onInvalid, counts);
    } catch (error) {
      const skipped = onInvalid === "skip" && !error.whole;
      if (skipped || (error.empty && onInvalid === "mask")) {
        counts[error.empty ? "empty" : "skipped"] += 1;
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
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const bare = lines.map((line) => line.replace(/\s/g, ""));
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
  if (sequences.length === 0) throw new Error("there is no sequence; give FASTA, or a sequence a line");
  return sequences.flatMap((own, n) => [sequences.length === 1 ? ">sequence" : `>sequence-${n + 1}`, own]);
}

function records(lines) {
  const found = [];
  lines.forEach((line, n) => {
    if (line.startsWith(">")) found.push({ header: line.slice(1).trim(), lines: [] });
    else if (found.length) found.at(-1).lines.push(line);
    else if (line.trim() && !/^[#;]/.test(line))
      throw new Error(`this is not FASTA: line ${n + 1} should be ">" and a name`);
  });
  return found;
}

function residuesOf(header, lines, onInvalid, counts) {
  const raw = lines.filter((line) => !/^[#;]/.test(line));
  refuseOtherForms(header, raw);
  const own = raw.map((line) => line.replace(/\s/g, ""));
  const letters = own.join("");
  const residues = letters.replace(/\*$/, "");
  if (!residues)
    throw Object.assign(new Error("no sequence; add it, or choose “On invalid symbol: skip”"), { empty: true });
  const invalid = residues.search(/[^A-Za-z]/);
  if (invalid >= 0 && onInvalid !== "mask") {
    const symbol = String.fromCodePoint(residues.codePointAt(invalid));
    throw new Error(
      `symbol '${symbol}' at position ${invalid + 1} is not a residue; correct it, or choose ` +
        "“On invalid symbol: mask” (read it as X) or skip (leave the record out)",
    );
  }
  const remark = raw.join("\n").match(NO_SYMBOLS);
  if (remark)
    throw new Error(`'${remark[0]}' stands for no residue, so it cannot be masked; take out what is not the sequence`);
  const masked = residues.replace(/[^A-Za-z]/gu, "X");
  const sequence = masked.toUpperCase();
  counts.final += letters !== residues;
  counts.lower += masked !== sequence;
  counts.masked += residues.match(/[^A-Za-z]/gu)?.length ?? 0;
  counts.unknown += residues.toUpperCase().match(UNKNOWN)?.length ?? 0;
  counts.nucleotides += NUCLEOTIDES.test(sequence);
  return sequence;
}

// Refuse what would be read as another sequence than it is.
function refuseOtherForms(header, raw) {
  const lines = raw.map((line) => line.trim()).filter(Boolean);
  const half = lines.length / 2;
  const alike =
    Number.isInteger(half) &&
    half > 0 &&
    lines.slice(0, half).every((line, n) => line.length === lines[half + n].length);
  const [upper, lower] = [lines.slice(0, half).join(""), lines.slice(half).join("")];
  const states = /^[HGIEBTSCL-]+$/;
  const [few, many] = [lower, upper].map((text) => new Set(text).size);
  const labelled =
    alike &&
    ((states.test(lower) && !states.test(upper) && lower.length >= 12) ||
      (few <= 3 && many >= 10 && lower.length >= 24));
  const form =
    (labelled && "the second half of the sequence reads as labels") ||
    (PIR.test(header) && "this is a record of PIR") ||
    (isNamed(raw.join(" ")) && "these are names of three letters");
  const fault = WRONG_FORM.test(raw.join(""))
    ? "'>' or a NUL byte stands within the sequence; start each record on a line of its own"
    : form && `${form}; ${COMMAND}`;
  // the whole file is of another form: no record of it is skipped
  if (fault) throw Object.assign(new Error(fault), { whole: true });
}

// Whether a text is names of residues such as "Met Ala Gly", and hardly a sequence by chance.
function isNamed(text) {
  const words = text.trim().split(/[\s-]+/);
  const names = words.join("").match(/.{1,3}/g) ?? [];
  if (names.length < 2 || !names.every((name) => NAMES.includes(name.toUpperCase()))) return false;
  const parted = words.length > 1 && words.every((word) => word.length === 3);
  const capitals = names.every((name) => /^[A-Z][a-z]{2}$/.test(name));
  return parted || capitals || new Set(names).size >= 4;
}

function summary({ lower, unknown, final, masked, skipped, empty, nucleotides }) {
  return [
    lower && `${plural(lower, "lower-case record", "lower-case records")} read as upper case`,
    unknown && plural(unknown, "unknown residue", "unknown residues"),
    final && `${plural(final, "final asterisk", "final asterisks")} dropped`,
    masked && `${plural(masked, "invalid symbol", "invalid symbols")} read as X`,
    skipped && `${plural(skipped, "record", "records")} skipped`,
    empty && `${plural(empty, "record", "records")} without a sequence left out`,
    nucleotides &&
      `${plural(nucleotides, "record looks", "records look")} like nucleotides, read as residues; give proteins`,
  ]
    .filter(Boolean)
    .join("; ");
}
