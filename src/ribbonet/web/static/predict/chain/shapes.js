// Shapes of which tracks are drawn. A stretch of a chain lies on a line; y grows downwards.

export const BARS = 22; // height of bars, in pixels

// A stretch of a chain on a line: where its residues are.
export class Stretch {
  constructor(start, end, pitch) {
    this.start = start;
    this.end = end;
    this.pitch = pitch;
    this.width = (end - start) * pitch;
  }

  left(n) {
    return (n - this.start) * this.pitch;
  }

  centre(n) {
    return (this.left(n) + this.pitch / 2).toFixed(1);
  }

  of(values) {
    return values.slice(this.start, this.end);
  }
}

export const escaped = (text) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);

export const ground = (stretch, y, height = BARS) =>
  `<rect class="rest" x="0" y="${y}" width="${stretch.width.toFixed(1)}" height="${height}"/>`;

// A box as a part of a path.
export const box = (x, y, width, height) => `M${x.toFixed(1)} ${y}h${width.toFixed(1)}v${height}h-${width.toFixed(1)}z`;

export function bars(kind, values, stretch, y) {
  return (
    ground(stretch, y) +
    steps(
      kind,
      values.map((own) => (own ?? 0) * BARS),
      y + BARS,
      stretch,
    )
  );
}

// A step for each residue, up from a base.
export function steps(kind, heights, base, { pitch }) {
  const path = heights.map((height, n) => `V${(base - height).toFixed(1)}H${((n + 1) * pitch).toFixed(1)}`).join("");
  return `<path class="area ${kind}" d="M0 ${base}${path}V${base}Z"/>`;
}

// What lies between heights, one for each residue, joined by curves, and a base.
export function curve(heights, base, pitch) {
  const y = heights.map((height) => height.toFixed(1));
  let path = `M0 ${base}V${y[0]}H${(pitch / 2).toFixed(1)}`;
  for (let n = 1; n < y.length; n++) {
    const middle = (n * pitch).toFixed(1);
    path += `C${middle} ${y[n - 1]} ${middle} ${y[n]} ${((n + 0.5) * pitch).toFixed(1)} ${y[n]}`;
  }
  return `${path}H${(y.length * pitch).toFixed(1)}V${base}Z`;
}
