// Numbers in texts.

export const number = new Intl.NumberFormat("en");
export const plural = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;
