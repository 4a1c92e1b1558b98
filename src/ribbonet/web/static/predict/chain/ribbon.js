// Secondary structure as ribbons: helices, arrows and lines. The same shapes and classes as
// ribbonet/prediction/figures/ribbon.py draws, at any width of a residue; a test holds them equal.

export const STEP = 9; // width of a residue
export const HEIGHT = 18; // of a ribbon
const THICKNESS = 2 / 3; // of a helix's band, in residues
const HALF_TURN = 1.8; // residues in half a turn of an alpha helix
const CURVE = 0.3642; // where a cubic curve has its control points to be half a cosine's wave

// Runs of one state: [state, start, length].
export function* runs(states) {
  for (let start = 0, end; start < states.length; start = end) {
    for (end = start + 1; states[end] === states[start]; end++);
    yield [states[start], start, end - start];
  }
}

// Markup of a stretch of states, its upper left corner at x, y; a strand that continues on the
// next line gets its arrow's head there.
export function ribbon(states, { step = STEP, x = 0, y = 0, continues = false } = {}) {
  const shapes = [];
  for (const [state, start, length] of runs(states)) {
    const left = x + start * step;
    const width = length * step;
    const last = start + length === states.length;
    if (state === "H") shapes.push(...helix(left, y, width, length, step));
    else if (state === "E") shapes.push(arrow(left, y, width, continues && last ? 0 : step));
    else {
      const kind = state === "C" ? "coil" : "none";
      shapes.push(`<path class="${kind}" d="M${left} ${y + HEIGHT / 2}H${left + width}"/>`);
    }
  }
  return shapes.join("");
}

// Half turns of a band that waves, every other one at the back; those behind come first.
function* helix(x, y, width, length, step) {
  const thick = THICKNESS * step;
  const count = Math.max(Math.round(length / HALF_TURN), 1);
  const half = (width - thick) / count;
  for (const behind of [1, 0]) {
    for (let n = behind; n < count; n += 2) {
      const [start, end] = behind ? [y, y + HEIGHT] : [y + HEIGHT, y];
      yield `<path class="${behind ? "back" : "helix"}" d="${band(x + n * half, half, thick, start, end)}"/>`;
    }
  }
}

function band(x, half, thick, start, end) {
  const bend = CURVE * half;
  const right = x + half;
  const [far, near] = [right + thick, x + thick];
  return (
    `M${at(x)} ${start}C${at(x + bend)} ${start} ${at(right - bend)} ${end} ${at(right)} ${end}` +
    `H${at(far)}C${at(far - bend)} ${end} ${at(near + bend)} ${start} ${at(near)} ${start}Z`
  );
}

function arrow(x, y, width, step) {
  const head = Math.min(1.6 * step, 0.7 * width);
  const [neck, middle, shaft] = [x + width - head, y + HEIGHT / 2, HEIGHT / 4];
  return (
    `<path class="strand" d="M${at(x)} ${middle - shaft}H${at(neck)}V${head ? y : middle}` +
    `L${at(x + width)} ${middle}L${at(neck)} ${head ? y + HEIGHT : middle}V${middle + shaft}H${at(x)}Z"/>`
  );
}

const at = (place) => place.toFixed(1);
