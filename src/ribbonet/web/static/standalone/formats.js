// Predictions as text: those formats of `ribbonet predict` that hold no pictures, byte for byte as
// ribbonet.prediction.formats writes them.

const COLUMNS = { HEC: ["p_helix", "p_strand", "p_coil"] };
const columns = (states) => COLUMNS[states] ?? Array.from(states, (state) => `p_${state}`);
const quoted = (id) => (/[",]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id);

// One row per residue.
function rows(suffix, sep, named) {
  return {
    suffix,
    header: (states) => `${["id", "position", "residue", "state", ...columns(states)].join(sep)}\n`,
    record: ({ id, sequence, states, decimals }) =>
      Array.from(
        sequence,
        (residue, n) => `${[named(id), n + 1, residue, states[n], ...decimals.map((own) => own[n])].join(sep)}\n`,
      ).join(""),
  };
}

// JSON lines say where they come from, as the command's do.
function jsonl({ id, description, sequence, states, alphabet, decimals }, { version, model, options }) {
  const known = { id, description, length: sequence.length, sequence, states };
  const lists = columns(alphabet).map((name, k) => `"${name}":[${decimals[k].join(",")}]`);
  const told = {
    format: "jsonl",
    states: alphabet.length,
    min_confidence: Number(options.min_confidence),
    ...(String(options.smooth) === "true" ? { smooth: true } : {}),
    on_invalid: options.on_invalid,
    templates: false,
  };
  const provenance = { ribbonet: version, model: model.name, model_sha256: model.sha256, options: told };
  return `${JSON.stringify(known).slice(0, -1)},${lists.join(",")},"provenance":${JSON.stringify(provenance)}}\n`;
}

// PSIPRED's vertical format: the probabilities of coil, helix and strand.
function ss2({ sequence, states, decimals: [h, e, c] }, { version }) {
  const lines = Array.from(
    sequence,
    (residue, n) => `${String(n + 1).padStart(4)} ${residue} ${states[n]}   ${c[n]}  ${h[n]}  ${e[n]}\n`,
  );
  return `# PSIPRED VFORMAT (ribbonet ${version})\n\n${lines.join("")}`;
}

// PSIPRED's horizontal format: blocks of 60, with the lead of the likeliest state as a digit.
function horiz({ sequence, states, table }, { version }) {
  const digits = Array.from(sequence, (_, n) => {
    const [first, second] = Float64Array.from(table.row(n)).sort().reverse();
    return Math.floor(Math.min(10 * (first - second), 9));
  }).join("");
  const blocks = [`# PSIPRED HFORMAT (ribbonet ${version})\n`];
  for (let start = 0; start <= sequence.length; start += 60) {
    const part = (text) => text.slice(start, start + 60);
    const size = part(states).length;
    const tens = Array.from({ length: Math.floor(size / 10) }, (_, n) => String(start + 10 * (n + 1)).padStart(10));
    const ruler = tens.join("") + " ".repeat(Math.max((size % 10) - 4, 0));
    blocks.push(`\nConf: ${part(digits)}\nPred: ${part(states)}\n  AA: ${part(sequence)}\n      ${ruler}\n\n`);
  }
  return blocks.join("");
}

const headed = ({ header }) => `>${header}\n`;

// Of eight states; the others have room for three.
export const FORMATS8 = {
  "three-line": { suffix: ".3line", record: (own) => `${headed(own)}${own.sequence}\n${own.states}\n` },
  fasta: { suffix: ".fasta", record: (own) => `${headed(own)}${own.states}\n` },
  csv: rows(".csv", ",", quoted),
  tsv: rows(".tsv", "\t", String),
  jsonl: { suffix: ".jsonl", record: jsonl },
};

export const FORMATS = {
  ...FORMATS8,
  ss2: { suffix: ".ss2", record: ss2 },
  horiz: { suffix: ".horiz", record: horiz },
};
