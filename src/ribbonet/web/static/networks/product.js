// Products of matrices: where nearly all of the time goes.

const WIDE = 4; // rows and columns of a block, whose sixteen sums a processor keeps in registers

// Weights, (inputs, outputs), in panels of four outputs: each is read from first to last.
export class Matrix {
  constructor(weights, inputs, outputs) {
    Object.assign(this, { inputs, outputs });
    this.panels = new Float32Array(Math.ceil(outputs / WIDE) * WIDE * inputs);
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        const panel = o - (o % WIDE);
        this.panels[panel * inputs + i * WIDE + (o - panel)] = weights[i * outputs + o];
      }
    }
  }

  // Add to rows of z, from `to` on, the product of as many rows of x, from `from` on.
  addProduct(x, from, z, to, rows) {
    const { inputs, outputs, panels } = this;
    const whole = rows - (rows % WIDE);
    for (let o = 0; o < outputs; o += WIDE) {
      const panel = panels.subarray(o * inputs, (o + WIDE) * inputs);
      const count = Math.min(WIDE, outputs - o);
      for (let n = 0; n < whole; n += WIDE) {
        block(x.values, (from + n) * inputs, panel, inputs, z.values, (to + n) * outputs + o, outputs, count);
      }
      for (let n = whole; n < rows; n++) {
        line(x.values, (from + n) * inputs, panel, inputs, z.values, (to + n) * outputs + o, count);
      }
    }
  }
}

const sums = new Float64Array(WIDE * WIDE);

// Four rows of x, each `inputs` long, times a panel; added to `count` columns of z.
function block(x, at, panel, inputs, z, to, outputs, count) {
  const [second, third, fourth] = [at + inputs, at + 2 * inputs, at + 3 * inputs];
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  let [b0, b1, b2, b3] = [0, 0, 0, 0];
  let [c0, c1, c2, c3] = [0, 0, 0, 0];
  let [d0, d1, d2, d3] = [0, 0, 0, 0];
  for (let i = 0, w = 0; i < inputs; i++, w += WIDE) {
    const w0 = panel[w];
    const w1 = panel[w + 1];
    const w2 = panel[w + 2];
    const w3 = panel[w + 3];
    const a = x[at + i];
    a0 += a * w0;
    a1 += a * w1;
    a2 += a * w2;
    a3 += a * w3;
    const b = x[second + i];
    b0 += b * w0;
    b1 += b * w1;
    b2 += b * w2;
    b3 += b * w3;
    const c = x[third + i];
    c0 += c * w0;
    c1 += c * w1;
    c2 += c * w2;
    c3 += c * w3;
    const d = x[fourth + i];
    d0 += d * w0;
    d1 += d * w1;
    d2 += d * w2;
    d3 += d * w3;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = a3;
  sums[4] = b0;
  sums[5] = b1;
  sums[6] = b2;
  sums[7] = b3;
  sums[8] = c0;
  sums[9] = c1;
  sums[10] = c2;
  sums[11] = c3;
  sums[12] = d0;
  sums[13] = d1;
  sums[14] = d2;
  sums[15] = d3;
  for (let n = 0; n < WIDE; n++) {
    for (let o = 0; o < count; o++) z[to + n * outputs + o] += sums[n * WIDE + o];
  }
}

function line(x, at, panel, inputs, z, to, count) {
  for (let o = 0; o < count; o++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += x[at + i] * panel[i * WIDE + o];
    z[to + o] += sum;
  }
}
