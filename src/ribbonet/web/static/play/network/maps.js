// What stands in the boxes of the network: a map of the plane or of the weights, or a colour.

import { classColour, colours, paint, paintClasses, signedColour } from "../colours.js";
import { overChains } from "./links.js";

export const MAP = 32; // points of a map along a side

// The weights of a unit of the first layer as a map of residues by positions, -127 to 127.
export function weightMap(values, place, units, unit, window) {
  const map = new Int8Array(21 * window);
  let most = 0.01;
  for (let i = 0; i < map.length; i += 1) most = Math.max(most, Math.abs(values[place.start + i * units + unit]));
  for (let position = 0; position < window; position += 1) {
    for (let code = 0; code < 21; code += 1) {
      const value = values[place.start + (position * 21 + code) * units + unit];
      map[code * window + position] = Math.round((value / most) * 127);
    }
  }
  return map;
}

// Of the inputs, what they are at each place of the plane.
export function paintInputs({ ready, columns }) {
  for (const own of columns[0]) {
    own.button.setAttribute("aria-pressed", ready.settings.inputs.includes(own.name));
    const i = ready.scene.inputs.indexOf(own.name);
    paint(own.canvas, Int8Array.from(ready.scene.maps[i].flat()), MAP, colours().signed, 128);
  }
}

// Of all units, what the last picture says.
export function paintUnits(graph) {
  if (overChains(graph)) return firstWeights(graph);
  let number = 0;
  for (const column of graph.columns.slice(1, -1)) {
    for (const { canvas } of column) {
      const map = graph.picture.units.subarray(number * MAP * MAP, (number + 1) * MAP * MAP);
      paint(canvas, map, MAP, colours().signed, 128);
      number += 1;
    }
  }
  return outputs(graph);
}

// Of the units over chains, the weights of each: residues down, positions across.
function firstWeights({ ready, picture, columns, weights }) {
  const { window } = ready.scene;
  const units = columns[1].length;
  for (const [c, column] of columns.slice(1).entries()) {
    for (const [unit, own] of column.entries()) {
      if (c === 0) {
        const map = weightMap(picture.weights, weights[0].place, units, unit, window);
        paint(own.canvas, map, window, colours().signed, 128);
      } else if (c === columns.length - 2) own.button.style.background = classColour(unit, true);
      else own.button.style.background = signedColour(picture.weights[weights[c].biases.start + unit] / 2);
    }
  }
}

function outputs({ picture, columns }) {
  const column = columns.at(-1);
  const thin = (values) =>
    Uint8Array.from({ length: MAP * MAP }, (_, i) => values[(Math.floor(i / MAP) * 3 + 1) * 96 + (i % MAP) * 3 + 1]);
  if (column.length === 1) return paint(column[0].canvas, thin(picture.surface), MAP, colours().signed, 0);
  const chosenClass = thin(picture.surface);
  const sure = thin(picture.sure);
  return column.forEach(({ canvas }, k) => {
    const own = sure.map((value, i) => (chosenClass[i] === k ? value : 0));
    paintClasses(canvas, new Uint8Array(own.length).fill(k), own, MAP, column.length);
  });
}
