// What people paste, made FASTA: numbered and gapped sequences, entries of databases, tables,
// three-letter codes. What was done is said.

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g;
const CODES = {
  ALA: "A",
  ARG: "R",
  ASN: "N",
  ASP: "D",
  CYS: "C",
  GLN: "Q",
  GLU: "E",
  GLY: "G",
  HIS: "H",
  ILE: "I",
  LEU: "L",
  LYS: "K",
  MET: "M",
  PHE: "F",
  PRO: "P",
  SER: "S",
  THR: "T",
  TRP: "W",
  TYR: "Y",
  VAL: "V",
};

// The text cleaned, and what was done to it.
export function cleaned(text) {
  const plain = text.replace(INVISIBLE, "").replaceAll("\u00a0", " ").replace(/\r\n?/g, "\n");
  const done = text.search(INVISIBLE) < 0 ? [] : ["invisible characters taken out"];
  for (const read of [entries, table, codes]) {
    const found = read(plain);
    if (found) return { text: found[0], done: [...done, found[1]] };
  }
  const lines = plain.split("\n").map((line) => (/^\s*[>#;@]/.test(line) ? line : tidied(line, done)));
  return { text: lines.join("\n"), done: [...new Set(done)] };
}

// A line of a sequence without numbers that stand alone, gaps and quotes.
function tidied(line, done) {
  const steps = [
    [/(?<=^|\s)\d+(?=\s|$)/g, "numbers of positions taken out"],
    [/[-.~\u2010-\u2015\u2212]/g, "gaps taken out"],
    [/^[\s"'`\u2018-\u201d]+(?=\w)|(?<=[\w*])["'`\u2018-\u201d,;]+\s*$/g, "quotes and commas taken out"],
  ];
  let rest = line;
  for (const [pattern, said] of steps) {
    const next = rest.replace(pattern, "");
    if (next.trim() !== rest.trim()) done.push(said);
    rest = next;
  }
  return rest.trim();
}

// Entries of UniProt, GenBank or EMBL.
function entries(text) {
  if (!/^(LOCUS|ID)\s+\S+/m.test(text) || !/^(ORIGIN|SQ)\b/m.test(text)) return null;
  const records = [];
  for (const entry of text.split(/^\/\/\s*$/m)) {
    const name = /^(?:LOCUS|ID)\s+(\S+)/m.exec(entry)?.[1];
    const sequence = /^(?:ORIGIN|SQ)\b.*\n([\s\S]*)/m.exec(entry)?.[1].replace(/[^A-Za-z*]/g, "");
    if (name && sequence) records.push(`>${name}\n${sequence.toUpperCase()}\n`);
  }
  return records.length > 0 ? [records.join(""), "sequences taken out of database entries"] : null;
}

// Lines of a name and a sequence, which tabs, commas or semicolons part.
function table(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const rows = lines.map((line) => /^\s*"?([^\s,;"]+)"?\s*[\t,;]\s*"?([A-Za-z*-]{2,})"?\s*$/.exec(line));
  if (/sequence/i.test(lines[0] ?? "")) rows.shift();
  if (rows.length === 0 || rows.includes(null)) return null;
  return [rows.map(([, name, sequence]) => `>${name}\n${sequence}\n`).join(""), "a table of names and sequences read"];
}

// One chain in three-letter codes.
function codes(text) {
  const words = text
    .toUpperCase()
    .split(/[\s,-]+/)
    .filter(Boolean);
  if (words.length < 3 || !words.every((word) => word in CODES)) return null;
  return [words.map((word) => CODES[word]).join(""), "three-letter codes read"];
}
