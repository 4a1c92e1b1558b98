// The residues of a record: the rules and the words of ribbonet.chains.sequences. What that reads
// and this does not (PIR, names of three letters, numbered lines) is refused, never misread.

import { number, plural } from "./counted.js";

const UNKNOWN = "BJOUXZ";
const NAMES =
  "ALA CYS ASP GLU PHE GLY HIS ILE LYS LEU MET ASN PRO GLN ARG SER THR VAL TRP TYR SEC PYL ASX GLX XLE XAA UNK";
const NAME = NAMES.replaceAll(" ", "|");
const TWO_NAMES = new RegExp(`^\\s*(${NAME})[\\s-]*(${NAME})`, "i");
const ALL_NAMES = new RegExp(`^(?:${NAME})+$`, "i");
const EXTENSION =
  /\.(fa|fas|faa|fasta|fna|pep|seq|txt|csv|tsv|jsonl?|xlsx?|docx?|pdf|xml|html?|pdb|ent|cif|mmcif|a3m|a2m|sto|aln|hhm|pssm|gbk?|embl|npz|npy|h5|parquet|FASTA|PDB|TXT)(\.(gz|bz2|xz|zst|zip))?$/;
const MISSING = ["nan", "NaN", "None", "null"]; // what programs write for none
const ENDS = ["END", "TER", "ENDMDL", "STOP", "EOF"]; // below the last residue, in letters of residues
const WIDTHS = [50, 60, 70, 80, 100]; // residues on a line of a sequence that is wrapped
const STATES = /^[HGIEBTSCP]{24,}$/;
const LABELS = [
  ["C", "HGIEBTSCP-"],
  ["L", "HGIEBTSL-"],
  [" ", "HGIEBTSP- "],
  ["M", "MIOS-"],
  ["M", "Mios-"],
];
const NO_LETTER = /[^A-Za-z]/;
const NO_SYMBOLS =
  /(?<!\S)[0-9]+(?!\S)|[0-9]{2,}|\([^()\s]+\)|\[[^[\]\s]+\]|\{[^{}\s]+\}|[=:,;/|<'"]|(?!\s)\p{Cc}|[\u0300-\u036f]|[\u00ad\u200b-\u200f\u2060\ufeff]/u;
const MODIFIED = /^(Ac)?([A-Z*]|p(?=[STY]))+$/; // "Ac" and "p" stand for an acetyl and for phosphates
const PIR = /^(?:P1|F1|XX|D[1LC]|R[LC]|N[13]);\s*\S/;
const RCSB_STATES = /^\S+:\S*:(secstr|disorder)$/;
const WHITE = /[^\S\ufeff]+/g;
const COMMAND = "the command ribbonet predict reads it, this page does not";
const TAKE_OUT = "take out what is not the sequence, or choose “On invalid symbol: skip” (leave the record out)";

const unfit = (fault, remedy, kind = {}) => Object.assign(new Error(`${fault}; ${remedy}`), kind);
// More than this record is misread, so that it is not skipped.
export const wrongForm = (fault, remedy) => unfit(fault, remedy, { whole: true });
const wordsOf = (text) => text.split(WHITE).filter(Boolean);
const isWithin = (letters, alphabet) => [...letters].every((letter) => alphabet.includes(letter));

// Residues in upper case; what was changed, or may be no sequence, is added to the counts.
export function residuesOf(header, body, onInvalid, counts) {
  refuseHeader(header, body);
  const sequence = cleaned(body, onInvalid, counts);
  checkLines(stripped(body).split("\n"), counts);
  counts.states += readsAsStates(sequence) || areFewStates(sequence);
  counts.words += sequence.split("O").length > 2; // no natural sequence has two pyrrolysines
  counts.nucleotides += readsAsNucleotides(sequence);
  return sequence;
}

export function readsAsStates(text) {
  if (text.length < 24) return false;
  const letters = [...new Set(text)].sort().join("");
  if (isWithin(letters, "HEC") || letters === "EHL" || letters === "HP") return true;
  if (!STATES.test(text)) return false;
  if (letters.includes("C")) return /[HE]/.test(letters) && 2 * ends(text) < text.length;
  return /E.*H/.test(letters) && 3 * ends(text) < text.length; // without C, runs are longer
}

function areFewStates(text) {
  const few = text.length >= 10 && text.length < 24 && isWithin(text, "HEC");
  return few && ends(text) >= 2 && 2 * ends(text) < text.length;
}

const ends = (text) => [...text].filter((state, n) => n && state !== text[n - 1]).length;

// A line of words in small letters, and not of a sequence in blocks.
const isPhrase = (line) => /^[a-z ]+$/.test(line) && line.split(" ").filter(Boolean).length > 2 && !isInBlocks(line, 0);

export const isEnd = (line) => ENDS.includes(line.toUpperCase());

function readsAsNucleotides(sequence) {
  if (sequence.length < 30)
    return /^[ACGTUN]{12,}$/.test(sequence) && [/A/, /C/, /G/, /[TU]/].every((base) => base.test(sequence));
  if (!/^[ACGTUNRYKMSWBDHV]+$/.test(sequence)) return false;
  return sequence.match(/[ACGTUN]/g)?.length >= 0.9 * sequence.length;
}

const stripped = (text) => text.replace(/^\n+|\n+$/g, "");

function refuseHeader(header, body) {
  if (RCSB_STATES.test(header))
    throw wrongForm(
      "is of RCSB's ss.txt, in which states follow each sequence",
      "read it with ribbonet data convert, or leave the records of sequences alone",
    );
  if (header.includes("\r")) throw unfit("a carriage return stands in its header", "end each line alike");
  if (!PIR.test(header)) return;
  const [, ...below] = body.split("\n");
  const [, ...after] = below.join("\n").split("*");
  if (!below.join("").trim()) return; // no second line: plain FASTA
  const annotated = after
    .join("*")
    .split("\n")
    .every((line) => /^\s*([A-Z];.*)?$/.test(line));
  if (after.length && annotated) throw wrongForm("this is a record of PIR", COMMAND);
  throw unfit(
    "starts as a record of PIR (a line of description, the sequence, *) and does not end as one",
    "correct it, or write it as FASTA",
  );
}

function cleaned(body, onInvalid, counts) {
  if (halfIsLabels(body))
    throw wrongForm(
      "half of the sequence reads as labels",
      "give FASTA, not three lines a chain; a sequence of few letters may stand on one line",
    );
  if (isNamed(body)) throw wrongForm("these are names of three letters", COMMAND);
  const lines = body.split("\n").filter((line) => !/^[#;]/.test(line));
  refuseFiles(lines);
  refuseNames(lines.join("\n"));
  refuseWords(
    lines.map((line) => line.trim()),
    counts,
  );
  const text = lines.join("\n");
  const letters = text.replace(WHITE, "");
  let residues = letters.replace(/\*$/, "");
  if (!residues || MISSING.includes(residues))
    throw unfit(
      residues ? `no sequence, but '${residues}'` : "no sequence",
      "add it, or choose “On invalid symbol: skip” (leave the record out)",
      { empty: true },
    );
  refuseSymbols(residues, text, onInvalid);
  if (/^([A-Z#][a-z#]){12,}$/.test(residues))
    throw unfit(
      "capitals and small letters stand in turn, as SaProt writes residues and structure",
      "give the residues alone, which are every other letter",
    );
  residues = withCystines(residues, counts);
  const masked = residues.replace(/[^A-Za-z]/gu, "X");
  const odd = residues.match(/[^A-Za-z]/gu)?.length ?? 0;
  const length = [...residues].length;
  if (2 * odd > length)
    throw unfit(
      `most of its symbols (${number.format(odd)} of ${number.format(length)}) are no residues`,
      "give the sequence in plain letters, or choose “On invalid symbol: skip” (leave the record out)",
    );
  const sequence = masked.toUpperCase();
  const unknown = [...residues.toUpperCase()].filter((letter) => UNKNOWN.includes(letter));
  for (const letter of unknown) counts.letters.add(letter);
  counts.final += letters !== letters.replace(/\*$/, "");
  counts.lower += masked !== sequence;
  counts.masked += odd;
  counts.maskedRecords += odd > 0;
  counts.unknown += unknown.length;
  counts.unknownRecords += unknown.length > 0;
  return sequence;
}

function refuseSymbols(residues, text, onInvalid) {
  const place = (at) => [...residues.slice(0, at)].length + 1;
  const wrong = residues.search(/[>\0]/);
  if (wrong >= 0)
    throw residues[wrong] === ">"
      ? wrongForm(
          `'>' stands at position ${place(wrong)}, within the sequence`,
          "start each record on a line of its own, without blanks before its '>'",
        )
      : wrongForm(
          `a NUL byte stands at position ${place(wrong)}`,
          "save the file as text in UTF-8 (it may be UTF-16), or its records as FASTA",
        );
  const invalid = residues.search(NO_LETTER);
  if (invalid >= 0 && onInvalid !== "mask") {
    const symbol = String.fromCodePoint(residues.codePointAt(invalid));
    throw "-.".includes(symbol)
      ? unfit(
          `symbol '${symbol}' at position ${place(invalid)} is a gap, so this is a row of an alignment`,
          "take the gaps out, as the command ribbonet predict does by --on-invalid degap",
        )
      : unfit(
          `symbol '${symbol}' at position ${place(invalid)} is not a residue`,
          "correct it, or choose “On invalid symbol: mask” (read it as X) or skip (leave the record out)",
        );
  }
  const remark = text.match(NO_SYMBOLS);
  if (remark) throw unfit(`'${visible(remark[0])}' stands for no residue, so it cannot be masked`, TAKE_OUT);
  if (/[a-z]/.test(residues) && MODIFIED.test(residues))
    throw unfit(
      "'Ac' and 'p' stand here for modifications, not for residues",
      "take them out, or write the sequence in letters of one case",
    );
}

// Write characters that are not seen by their codes.
function visible(text) {
  const code = (letter) => letter.codePointAt(0).toString(16);
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (letter) =>
    letter < "\u0100" ? `\\x${code(letter).padStart(2, "0")}` : `\\u${code(letter).padStart(4, "0")}`,
  );
}

function isFileName(line) {
  const end = line.search(EXTENSION);
  if (end < 0 || /\s/.test(line)) return false;
  const name = line.slice(0, end);
  return /[/\\]/.test(name) || (name !== "" && !name.includes("."));
}

function refuseFiles(lines) {
  const file = lines.map((line) => line.trim()).find(isFileName);
  if (file) throw unfit(`'${file.slice(-40)}' is the name of a file, not a sequence`, "give the file itself");
}

// Refuse names of three letters among which are others than those of amino acids.
function refuseNames(text) {
  const isTitles = /^\s*([A-Z][a-z]{2}){3,}\*?\s*$/.test(text);
  const bare = text.trim().replace(/\*$/, "");
  const words = isTitles ? text.match(/[A-Z][a-z]{2}/g) : bare.split(/[\s-]+/);
  const unknown = words.filter((word) => !NAMES.split(" ").includes(word.toUpperCase()));
  const alike = words.every((word) => /^[\p{L}\p{N}]{3}$/u.test(word));
  if (words.length > 2 && alike && unknown.length && 2 * unknown.length <= words.length)
    throw unfit(
      `'${unknown[0]}', among names of three letters, is no amino acid's`,
      "write the residues in single letters, X for one that is not standard",
    );
}

// Refuse a line of words among lines of residues, and count one that is a word.
function refuseWords(lines, counts) {
  const small = lines.filter((line) => line && 2 * (line.match(/\p{Ll}/gu)?.length ?? 0) >= line.length);
  const phrases = small.filter((line) => wordsOf(line).length > 1);
  const rest = lines.filter((line) => line && !phrases.includes(line));
  const longest = Math.max(0, ...rest.flatMap(wordsOf).map((word) => word.length));
  const wrong = phrases.find((phrase) => !isInBlocks(phrase, longest));
  if (rest.length && wrong !== undefined)
    throw unfit(`'${wrong.slice(0, 40)}' reads as text, not as residues`, TAKE_OUT);
  const isTitle = /^(?:[^A-Za-z]|(?<![A-Za-z])[A-Z]|(?<=[A-Za-z])[a-z])+$/.test(small[0] ?? "");
  counts.words += small.length === 1 && rest.length > 1 && small[0].length >= 4 && isTitle;
}

// Refuse states and the end of another format below a sequence; count lines that may be no residues.
function checkLines(raw, counts) {
  if (raw.length === 1) {
    counts.words += isPhrase(raw[0]);
    return;
  }
  const lines = raw.map((line) => line.trim());
  const filled = lines.filter((line) => line && !/^[#;]/.test(line));
  const states = filled.map(readsAsStates);
  if (states.includes(true) && states.includes(false))
    throw wrongForm(
      `line ${states.indexOf(true) + 1} of the sequence reads as labels`,
      "give sequences alone; ribbonet data convert reads labelled chains",
    );
  if (filled.length && isEnd(filled.at(-1))) counts.words += mayEnd(filled);
  const lengths = (filled.length ? filled : lines).map((line) => line.length);
  const last = lengths.pop();
  const isLonger = lengths.length > 0 && last > Math.max(...lengths);
  counts.parted += lines.includes("") && (new Set(lengths).size > 1 || isLonger);
  const lacking = Math.abs(lengths[0] - last);
  if (lengths.length === 1 && last >= 24 && 0 < lacking && lacking <= 3)
    counts.labels += areLabels(filled[1], filled[0]);
  const phrases = filled.filter((line) => /[ \t]/.test(line));
  if (phrases.length === 0 || phrases.length === filled.length) return;
  const longest = Math.max(...filled.filter((line) => !/[ \t]/.test(line)).map((line) => line.length));
  counts.words += phrases.filter((line) => /^[A-Z\s]+$/.test(line) && !isInBlocks(line, longest)).length;
}

// Whether a last line such as END may be residues, since the lines above it are wrapped.
function mayEnd(lines) {
  const above = lines.slice(0, -1);
  const last = lines.at(-1);
  if (above.length === 0) return false;
  const alike = above.every((line) => line.length === above[0].length);
  const wrapped = alike && (above.length > 1 || WIDTHS.includes(above[0].length));
  if (wrapped && last === last.toUpperCase()) return true;
  throw unfit(
    `the last line, ${last}, reads as the end of another format, not as residues`,
    "take it out, or join it to the line above if it is residues",
  );
}

// Whether a line's words are blocks of one length, at least that, the last perhaps shorter.
function isInBlocks(line, least) {
  const blocks = wordsOf(line).map((word) => word.length);
  const last = blocks.pop();
  return new Set(blocks).size === 1 && Math.max(last, least) <= blocks[0];
}

function halfIsLabels(body) {
  const text = stripped(body);
  const half = text.length >> 1;
  if (text.length % 2 === 0 || text[half] !== "\n" || text.length < 24) return false;
  const [first, second] = [text.slice(0, half), text.slice(half + 1)];
  return areLabels(first, second) || areLabels(second, first);
}

function areLabels(text, beside) {
  const [labels, residues] = [text, beside].map((part) => new Set(part.replace(/[\r\n]/g, "")));
  const few = text.length >= 24 && labels.size <= 3 && residues.size >= 10;
  const isAlphabet = ([needed, alphabet]) =>
    labels.has(needed) && isWithin(labels, alphabet) && !isWithin(residues, alphabet);
  return few || LABELS.some(isAlphabet);
}

// Write C for the lower-case letters by which DSSP marks bonded half-cystines.
function withCystines(residues, counts) {
  const small = new Map();
  for (const letter of residues.match(/[a-z]/g) ?? []) small.set(letter, (small.get(letter) ?? 0) + 1);
  if (small.size === 0 || residues.length < 24 || Math.max(...small.values()) !== 2) return residues;
  const codes = [...small.keys()].map((letter) => letter.charCodeAt(0));
  const first = Math.min(...codes);
  const inOrder = codes.every((code, n) => code === first + n);
  if (!inOrder || first > "h".charCodeAt(0) || /[a-z]{2}/.test(residues)) return residues;
  counts.cystines += residues.match(/[a-z]/g).length;
  return residues.replace(/[a-z]/g, "C");
}

// Whether a text is names of residues such as "Met Ala Gly", and hardly a sequence by chance.
function isNamed(text) {
  if (!TWO_NAMES.test(text)) return false;
  const words = text
    .trim()
    .replace(/\*$/, "")
    .split(/[\s-]+/)
    .filter(Boolean);
  const joined = words.join("");
  if (!ALL_NAMES.test(joined)) return false;
  const names = joined.match(/.{3}/g);
  const parted = words.length > 1 && words.every((word) => word.length === 3);
  const capitals = names.every((name) => /^[A-Z][a-z]{2}$/.test(name));
  return parted || capitals || new Set(names).size >= 4;
}

export const counter = () => ({
  lower: 0,
  unknown: 0,
  unknownRecords: 0,
  letters: new Set(),
  cystines: 0,
  final: 0,
  masked: 0,
  maskedRecords: 0,
  skipped: 0,
  empty: 0,
  states: 0,
  labels: 0,
  words: 0,
  parted: 0,
  nucleotides: 0,
});

// What was not taken as it stood, in a line; empty if there is nothing of the kind.
export function summary(counts) {
  const { lower, unknown, cystines, final, masked, skipped, empty, states, labels, words, parted, nucleotides } =
    counts;
  const records = (count) => `in ${plural(count, "record", "records")}`;
  const letters = [...UNKNOWN].filter((letter) => counts.letters.has(letter)).join(", ");
  return [
    lower && `${plural(lower, "lower-case record", "lower-case records")} read as upper case`,
    unknown &&
      `${plural(unknown, "unknown residue", "unknown residues")} (${letters}) ${records(counts.unknownRecords)}`,
    cystines && `${plural(cystines, "half-cystine", "half-cystines")} in DSSP's lower-case letters read as C`,
    final && `${plural(final, "final asterisk", "final asterisks")} dropped`,
    masked && `${plural(masked, "invalid symbol", "invalid symbols")} read as X ${records(counts.maskedRecords)}`,
    skipped && `${plural(skipped, "record", "records")} skipped`,
    empty && `${plural(empty, "record", "records")} without a sequence left out`,
    states && `${plural(states, "record looks", "records look")} like states, read as residues`,
    labels && `${plural(labels, "line looks", "lines look")} like labels, read as residues`,
    words && `${plural(words, "line looks", "lines look")} like text, read as residues`,
    parted && `${plural(parted, "record", "records")} read on below a blank line`,
    nucleotides &&
      `${plural(nucleotides, "record looks", "records look")} like nucleotides, read as residues; give proteins`,
  ]
    .filter(Boolean)
    .join("; ");
}
