// States decoded so that no segment is shorter than DSSP's shortest, as
// ribbonet.prediction.smoothing does it: the algorithm of Viterbi.

const LEAST = Math.fround(1e-6); // probability that stands for less, whose logarithm would be minus infinity

// The likeliest such states, as codes; `shortest` says how many residues a segment of each state has.
export function plausible(table, states, shortest) {
  const steps = Array.from(states).flatMap((state, code) =>
    Array.from({ length: shortest[state] }, (_, n) => ({ code, n, last: n === shortest[state] - 1 })),
  );
  const score = (place, { code }) => Math.fround(Math.log(Math.max(table.row(place)[code], LEAST)));
  const before = steps.map((step) => steps.flatMap((from, i) => (follows(from, step) ? [i] : [])));
  let best = steps.map((step) => (step.n === 0 ? score(0, step) : Number.NEGATIVE_INFINITY));
  const cameFrom = [null];
  for (let place = 1; place < table.rows; place++) {
    const from = before.map((ways) => ways.reduce((a, b) => (best[b] > best[a] ? b : a)));
    best = steps.map((step, j) => best[from[j]] + score(place, step));
    cameFrom.push(from);
  }
  const ends = steps.flatMap(({ last }, i) => (last ? [i] : []));
  let at = ends.reduce((a, b) => (best[b] > best[a] ? b : a));
  const codes = new Uint8Array(table.rows);
  for (let place = table.rows - 1; place >= 0; place--) {
    codes[place] = steps[at].code;
    at = cameFrom[place]?.[at];
  }
  return codes;
}

// Whether a step may follow another: a segment counts its residues up to the shortest length, stays
// there, and only then ends.
function follows(from, to) {
  if (from.code !== to.code) return from.last && to.n === 0;
  return to.n === from.n + 1 || (from.last && to.n === from.n);
}
