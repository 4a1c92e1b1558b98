// The links of the network: which boxes they join, where their weights stand, and their curves.
//
// A graph has the server's `ready`, the last `picture`, `columns` of boxes from left to right, each
// {x, y, size, tall, label...}, and `weights`: for each gap between columns the places of its weights
// and biases among all that a picture holds.

import { colours } from "../colours.js";

export const overChains = (graph) => graph.ready.scene.kind === "chains";

// Names and places of the parameters, in the order in which a picture holds them.
export function weightsOf(parameters) {
  let start = 0;
  const places = parameters.map(([name, shape]) => {
    const place = { name, shape, start };
    start += shape.reduce((a, b) => a * b, 1);
    return place;
  });
  return places
    .filter((own) => own.name.endsWith(".weight"))
    .map((place) => ({ place, biases: places.find((own) => own.name === place.name.replace("weight", "bias")) }));
}

// The boxes of a column that the next one gets its signals from.
const from = (graph, c) =>
  c === 0 && !overChains(graph)
    ? graph.columns[0].filter((own) => graph.ready.settings.inputs.includes(own.name))
    : graph.columns[c];

// All links between two columns: from box to box, with the place of the weight.
function* between(graph, gap) {
  const before = from(graph, gap);
  const after = graph.columns[gap + 1];
  const { place } = graph.weights[gap];
  if (overChains(graph) && gap === 0) return;
  for (let i = 0; i < before.length; i += 1) {
    for (let j = 0; j < after.length; j += 1) {
      const index = i * after.length + j;
      yield { a: before[i], b: after[j], index, value: graph.picture.weights[place.start + index] };
    }
  }
}

function curve(a, b) {
  const [x0, y0, x1, y1] = [a.x + a.size, a.y + a.tall / 2, b.x, b.y + b.tall / 2];
  return { x0, y0, x1, y1, middle: (x0 + x1) / 2 };
}

function stroke(context, { x0, y0, x1, y1, middle }) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  context.stroke();
}

// Draw them on a canvas, as wide as their weights and in their colours.
export function drawLinks(graph, canvas) {
  if (!graph.picture || !graph.columns.length || !graph.columns[0][0].tall) return;
  const context = canvas.getContext("2d");
  const ratio = Math.min(devicePixelRatio, 2);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const { low, high, line } = colours();
  context.lineCap = "round";
  for (let gap = 0; gap < graph.weights.length; gap += 1) {
    if (overChains(graph) && gap === 0) {
      context.strokeStyle = line;
      context.globalAlpha = 1;
      context.lineWidth = 2;
      for (const b of graph.columns[1]) stroke(context, curve(graph.columns[0][0], b));
      continue;
    }
    for (const { a, b, value } of between(graph, gap)) {
      if (!Number.isFinite(value)) continue;
      const strength = Math.min(1, Math.abs(value) / 3);
      context.strokeStyle = value < 0 ? low : high;
      context.globalAlpha = 0.22 + 0.7 * strength;
      context.lineWidth = 0.6 + 6 * strength;
      stroke(context, curve(a, b));
    }
  }
  context.globalAlpha = 1;
}

// The link at a place of the drawing, by the height of each curve there; null where there is none.
export function linkAt(graph, x, y) {
  let best = null;
  for (let gap = 0; gap < graph.weights.length; gap += 1) {
    for (const link of between(graph, gap)) {
      const { x0, y0, x1, y1 } = curve(link.a, link.b);
      if (x <= x0 + 2 || x >= x1 - 2) continue;
      const s = (x - x0) / (x1 - x0); // x is 1.5 t (1-t) + t^3 with both handles in the middle
      let t = s;
      for (let i = 0; i < 6; i += 1) t -= (1.5 * t * (1 - t) + t ** 3 - s) / (1.5 - 3 * t + 3 * t * t);
      const height = y0 + (y1 - y0) * t * t * (3 - 2 * t);
      const far = Math.abs(height - y);
      if (far < (best?.far ?? 7)) best = { ...link, far, gap };
    }
  }
  return best;
}

// What leads to a unit: names, and places in the array of weights.
export function incoming(graph, { layer, unit }) {
  const { place, biases } = graph.weights[layer];
  const after = graph.columns[layer + 1].length;
  const before = overChains(graph) && layer === 0 ? [] : from(graph, layer);
  return {
    bias: { name: biases.name, index: unit, at: biases.start + unit },
    links: before.map((own, i) => ({
      label: own.name ?? own.label,
      name: place.name,
      index: i * after + unit,
      at: place.start + i * after + unit,
    })),
    place,
    after,
  };
}
