// Numbers in rows and columns, one row per residue.

export class Table {
  constructor(rows, columns, values = new Float32Array(rows * columns)) {
    Object.assign(this, { rows, columns, values });
  }

  row(n) {
    return this.values.subarray(n * this.columns, (n + 1) * this.columns);
  }

  // What a window around each residue sees, one window a row; `fill` stands beyond the ends.
  windows(width, fill) {
    const { rows, columns, values } = this;
    const reach = (width - 1) / 2;
    const padded = new values.constructor((rows + 2 * reach) * columns).fill(fill);
    padded.set(values, reach * columns);
    const size = width * columns;
    const seen = new Table(rows, size, new values.constructor(rows * size));
    for (let n = 0; n < rows; n++) seen.row(n).set(padded.subarray(n * columns, n * columns + size));
    return seen;
  }
}
