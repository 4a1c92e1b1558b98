// Patterns stored, corrupted and recalled: the bench of the room Hopfield.

import { bench } from "../../hopfield/bench.js";

export function hopfieldPart(parameters) {
  const own = bench(() => {});
  return {
    nodes: Object.values(own.nodes),
    open: () => own.open(parameters),
    rest: own.stop,
    end: own.stop,
  };
}
