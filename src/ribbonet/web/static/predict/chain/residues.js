// What is known of the amino acids, as in ribbonet/chains/properties.py; a test holds them equal.

export const NAMES = {
  A: "Ala",
  R: "Arg",
  N: "Asn",
  D: "Asp",
  C: "Cys",
  Q: "Gln",
  E: "Glu",
  G: "Gly",
  H: "His",
  I: "Ile",
  L: "Leu",
  K: "Lys",
  M: "Met",
  F: "Phe",
  P: "Pro",
  S: "Ser",
  T: "Thr",
  W: "Trp",
  Y: "Tyr",
  V: "Val",
  B: "Asx",
  Z: "Glx",
  J: "Xle",
  U: "Sec",
  O: "Pyl",
};

// Of Kyte & Doolittle 1982, high where hydrophobic.
export const HYDROPATHY = {
  A: 1.8,
  R: -4.5,
  N: -3.5,
  D: -3.5,
  C: 2.5,
  Q: -3.5,
  E: -3.5,
  G: -0.4,
  H: -3.2,
  I: 4.5,
  L: 3.8,
  K: -3.9,
  M: 1.9,
  F: 2.8,
  P: -1.6,
  S: -0.8,
  T: -0.7,
  W: -0.9,
  Y: -1.3,
  V: 4.2,
};

// At pH 7.
export const CHARGES = { K: "+", R: "+", D: "−", E: "−" };

const REACH = 3; // residues on either side over which hydropathy is averaged

// Mean hydropathy around each residue of a stretch.
export function hydropathy(sequence, start, end) {
  const means = [];
  for (let n = start; n < end; n++) {
    const around = sequence.slice(Math.max(n - REACH, 0), n + REACH + 1);
    let sum = 0;
    for (const letter of around) sum += HYDROPATHY[letter] ?? 0;
    means.push(sum / around.length);
  }
  return means;
}
