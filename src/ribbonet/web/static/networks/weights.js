// Arrays in a file of safetensors, as ribbonet.models.folder keeps them: float32, float16, or
// int8 with a scale for each output. All come back as float32.

const SCALE = ".scale";

// The arrays by name; each is only its numbers, in the order of the file.
export function readWeights(buffer) {
  const view = new DataView(buffer);
  const size = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, size)));
  const stored = (name) => {
    const { dtype, data_offsets: place } = header[name];
    return KINDS[dtype](buffer.slice(8 + size + place[0], 8 + size + place[1]));
  };
  const arrays = {};
  for (const [name, { dtype }] of Object.entries(header)) {
    if (name.endsWith(SCALE) || name === "__metadata__") continue;
    arrays[name] = dtype === "I8" ? scaled(stored(name), stored(name + SCALE)) : stored(name);
  }
  return arrays;
}

const KINDS = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), half),
  I8: (bytes) => new Int8Array(bytes),
};

// The number that sixteen bits stand for (IEEE 754 binary16).
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent ? sign * 2 ** (exponent - 25) * (1024 + fraction) : sign * 2 ** -24 * fraction;
}

// The outputs are the last axis, and so each scale's weights lie as far apart as there are scales.
function scaled(integers, scales) {
  return Float32Array.from(integers, (integer, n) => integer * scales[n % scales.length]);
}
