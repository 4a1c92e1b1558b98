// Numbers and nouns.

const number = new Intl.NumberFormat("en");

export const count = (n) => number.format(n);
export const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
