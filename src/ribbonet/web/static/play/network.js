// The network drawn: a map in every unit, links as wide as their weights and in their colours.

import { element, rebuilt } from "../shared/dom.js";
import { classColour, colours, paint, paintClasses, signedColour } from "./colours.js";
import { INPUTS } from "./settings.js";

const MAP = 32;
const NARROWEST = 54; // pixels from column to column
const HEAD = 72;

const rounded = (value) => (Object.is(value, -0) ? 0 : value).toPrecision(3);

// Names and places of the parameters, in the order in which a picture holds them.
function laid(parameters) {
  let start = 0;
  return parameters.map(([name, shape]) => {
    const place = { name, shape, start };
    start += shape.reduce((a, b) => a * b, 1);
    return place;
  });
}

// The drawing. `change` takes settings, `look` a hidden unit or null, `choose` the unit to edit.
export function networkDrawing({ change, look, choose, settings }) {
  const links = element("canvas", { class: "links", "aria-hidden": true });
  const stage = element("div", { class: "stage" }, links);
  const tip = element("div", { class: "tip number", hidden: true, "aria-hidden": true });
  const scroll = element("div", { class: "scroll" }, stage);
  const count = element("span", { class: "number" });
  const fewer = element(
    "button",
    {
      type: "button",
      "aria-label": "Remove the last hidden layer",
      onclick: () => change({ layers: settings().layers.slice(0, -1) }),
    },
    "−",
  );
  const more = element(
    "button",
    {
      type: "button",
      "aria-label": "Add a hidden layer",
      onclick: () => change({ layers: [...settings().layers, settings().layers.at(-1) ?? 4] }),
    },
    "+",
  );
  const stepper = element("div", { class: "stepper" }, fewer, count, more);
  const node = element(
    "section",
    { class: "card panel network", "aria-label": "Network" },
    element("div", { class: "panel-head" }, element("h2", {}, "Network"), stepper),
    scroll,
    tip,
  );
  let ready = null;
  let picture = null;
  let columns = []; // from left to right, of boxes {x, y, size, canvas, button}
  let weights = []; // for each gap between columns: {place, biases}
  let chosen = null;

  const isChains = () => ready.scene.kind === "chains";

  function begin(answer) {
    ready = answer;
    const { layers } = ready.settings;
    count.textContent = layers.length === 1 ? "1 hidden layer" : `${layers.length} hidden layers`;
    rebuilt(stepper, () => {
      fewer.disabled = layers.length === 0;
      more.disabled = layers.length === 8;
    });
    const places = laid(ready.parameters);
    weights = places
      .filter((own) => own.name.endsWith(".weight"))
      .map((place) => ({ place, biases: places.find((own) => own.name === place.name.replace("weight", "bias")) }));
    build();
  }

  // Keep the boxes where the structure is the same, so that focus and hovering stay.
  let structure = "";
  function build() {
    const now = JSON.stringify([ready.sizes, isChains(), ready.classes]);
    if (now !== structure) {
      structure = now;
      rebuilt(stage, boxes);
    }
    if (!isChains()) inputs();
    place();
  }

  function boxes() {
    stage.replaceChildren(links);
    columns = [];
    if (isChains()) columns.push([windowBox()]);
    else columns.push(INPUTS.map(inputBox));
    let number = 0;
    ready.sizes.slice(0, -1).forEach((units, layer) => {
      columns.push(Array.from({ length: units }, (_, unit) => unitBox(layer, unit, number++)));
    });
    columns.push(Array.from({ length: ready.sizes.at(-1) }, (_, unit) => outputBox(unit)));
    heads();
  }

  const box = (kind, label, more = {}) => {
    const canvas = element("canvas", { width: MAP, height: MAP, "aria-hidden": true });
    const button = element("button", { type: "button", class: `unit ${kind}`, "aria-label": label, ...more }, canvas);
    stage.append(button);
    return { canvas, button, label, kind };
  };

  function inputBox(name) {
    const own = box("input", `Input ${name}`, {
      onclick: () => {
        const taken = settings().inputs;
        const next = taken.includes(name)
          ? taken.filter((other) => other !== name)
          : INPUTS.filter((other) => other === name || taken.includes(other));
        if (next.length) change({ inputs: next });
      },
    });
    own.button.append(element("span", { class: "name" }, name.replace("x1x2", "x1 · x2")));
    own.name = name;
    return own;
  }

  function windowBox() {
    const own = box("window", `Window of ${ready.scene.window} residues`, { disabled: true });
    own.canvas.remove();
    own.button.append(element("span", {}, `${ready.scene.window} × 21`));
    return own;
  }

  function unitBox(layer, unit, number) {
    const here = { layer, unit, number };
    const own = box("hidden", `Unit ${unit + 1} of layer ${layer + 1}`, {
      onclick: () => choose(here),
      onpointerenter: () => look(here),
      onpointerleave: () => look(null),
      onfocus: () => look(here),
      onblur: () => look(null),
    });
    return { ...own, layer, unit, number };
  }

  function outputBox(unit) {
    const layer = ready.sizes.length - 1;
    const named = ready.sizes.at(-1) > 1 ? ready.classes[unit] : "Output";
    const own = box("last", named === "Output" ? "Output" : `Output ${named}`, {
      onclick: () => choose({ layer, unit, number: null }),
    });
    if (ready.sizes.at(-1) > 1) own.button.append(element("span", { class: "name" }, named));
    return { ...own, layer, unit };
  }

  function heads() {
    ready.sizes.slice(0, -1).forEach((units, layer) => {
      const set = (next) => change({ layers: settings().layers.map((old, i) => (i === layer ? next : old)) });
      const head = element(
        "div",
        { class: "layer-head" },
        element(
          "button",
          {
            type: "button",
            "aria-label": `Add a unit to layer ${layer + 1}`,
            disabled: units === 16,
            onclick: () => set(settings().layers[layer] + 1),
          },
          "+",
        ),
        element("span", { class: "number" }, String(units)),
        element(
          "button",
          {
            type: "button",
            "aria-label": `Remove a unit of layer ${layer + 1}`,
            disabled: units === 1,
            onclick: () => set(settings().layers[layer] - 1),
          },
          "−",
        ),
      );
      columns[layer + 1].head = head;
      stage.append(head);
    });
  }

  function inputs() {
    for (const own of columns[0]) {
      const taken = ready.settings.inputs.includes(own.name);
      own.button.setAttribute("aria-pressed", taken);
      const i = ready.scene.inputs.indexOf(own.name);
      paint(own.canvas, Int8Array.from(ready.scene.maps[i].flat()), MAP, colours().signed, 128);
    }
  }

  function place() {
    const most = Math.max(...columns.map((column) => column.length));
    const named = isChains() ? 0 : 46;
    const outer = ready.sizes.at(-1) > 1 ? 64 : 8;
    const available = scroll.clientWidth;
    if (!available) return;
    const width = Math.max(available, named + outer + (columns.length - 1) * NARROWEST + 40);
    const unit = most > 8 ? 26 : 38;
    const gap = most > 8 ? 7 : 12;
    const height = HEAD + most * (unit + gap) + 6;
    stage.style.width = `${width}px`;
    stage.style.height = `${height}px`;
    const ratio = Math.min(devicePixelRatio, 2);
    links.width = width * ratio;
    links.height = height * ratio;
    const pitch = (width - named - outer - unit - 8) / (columns.length - 1);
    columns.forEach((column, c) => {
      const size = c === 0 && !isChains() ? Math.min(unit, 34) : unit;
      const left = named + 4 + c * pitch;
      const top = HEAD + ((most - column.length) * (unit + gap)) / 2;
      column.forEach((own, i) => {
        const wide = own.kind === "window" ? 52 : size;
        Object.assign(own, { x: left, y: top + i * (unit + gap), size: wide, tall: size });
        own.button.style.transform = `translate(${left}px, ${own.y}px)`;
        own.button.style.width = `${wide}px`;
        own.button.style.height = `${size}px`;
      });
      if (column.head) column.head.style.transform = `translate(${left + unit / 2}px, 0) translateX(-50%)`;
    });
    draw();
  }

  const from = (c) =>
    c === 0 && !isChains() ? columns[0].filter((own) => ready.settings.inputs.includes(own.name)) : columns[c];

  // All links between two columns: from box to box, with the place of the weight.
  function* between(gap) {
    const before = from(gap);
    const after = columns[gap + 1];
    const { place } = weights[gap];
    if (isChains() && gap === 0) return;
    for (let i = 0; i < before.length; i += 1) {
      for (let j = 0; j < after.length; j += 1) {
        const index = i * after.length + j;
        yield { a: before[i], b: after[j], index, value: picture.weights[place.start + index] };
      }
    }
  }

  const curve = (a, b) => {
    const x0 = a.x + a.size,
      y0 = a.y + a.tall / 2,
      x1 = b.x,
      y1 = b.y + b.tall / 2;
    return { x0, y0, x1, y1, middle: (x0 + x1) / 2 };
  };

  function draw() {
    if (!picture || !columns.length || !columns[0][0].tall) return;
    const context = links.getContext("2d");
    const ratio = Math.min(devicePixelRatio, 2);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, links.width, links.height);
    const { low, high, line } = colours();
    context.lineCap = "round";
    for (let gap = 0; gap < weights.length; gap += 1) {
      if (isChains() && gap === 0) {
        context.strokeStyle = line;
        context.globalAlpha = 1;
        context.lineWidth = 2;
        for (const b of columns[1]) stroke(context, curve(columns[0][0], b));
        continue;
      }
      for (const { a, b, value } of between(gap)) {
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

  function stroke(context, { x0, y0, x1, y1, middle }) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
    context.stroke();
  }

  // The link at a place of the stage, by the height of each curve there.
  function linkAt(x, y) {
    let best = null;
    for (let gap = 0; gap < weights.length; gap += 1) {
      for (const link of between(gap)) {
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
  const spot = (event) => {
    const area = stage.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  stage.addEventListener("pointermove", (event) => {
    const link = picture && event.target === links ? linkAt(...spot(event)) : null;
    tip.hidden = !link;
    stage.classList.toggle("on-link", Boolean(link));
    if (!link) return;
    tip.textContent = `${link.a.name ?? link.a.label} → ${link.b.label}: ${rounded(link.value)}`;
    const area = node.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX - area.left + 12, area.width - 190)}px`;
    tip.style.top = `${event.clientY - area.top + 14}px`;
  });
  stage.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  stage.addEventListener("click", (event) => {
    const link = picture && event.target === links ? linkAt(...spot(event)) : null;
    if (link)
      choose({
        layer: link.b.layer,
        unit: link.b.unit,
        number: link.b.number ?? null,
        weight: Math.floor(link.index / columns[link.gap + 1].length),
      });
  });
  new ResizeObserver(() => ready && place()).observe(scroll);
  addEventListener("recolour", () => {
    if (ready) {
      if (!isChains()) inputs();
      if (picture) show(picture);
    }
  });

  function show(own) {
    picture = own;
    if (isChains()) firstWeights();
    else {
      let number = 0;
      for (const column of columns.slice(1, -1)) {
        for (const { canvas } of column) {
          paint(canvas, own.units.subarray(number * MAP * MAP, (number + 1) * MAP * MAP), MAP, colours().signed, 128);
          number += 1;
        }
      }
      outputs();
    }
    draw();
  }

  // Of the units over chains, the weights of each: residues down, positions across.
  function firstWeights() {
    const { window } = ready.scene;
    const { place } = weights[0];
    const units = columns[1].length;
    for (const [c, column] of columns.slice(1).entries()) {
      for (const [unit, own] of column.entries()) {
        if (c === 0) {
          const map = weightMap(picture.weights, place, units, unit, window);
          paint(own.canvas, map, window, colours().signed, 128);
        } else if (c === columns.length - 2) own.button.style.background = classColour(unit, true);
        else own.button.style.background = signedColour(picture.weights[weights[c].biases.start + unit] / 2);
      }
    }
  }

  function outputs() {
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

  return {
    node,
    begin,
    show,
    mark(here) {
      if (chosen) chosen.button.removeAttribute("aria-current");
      chosen = here && columns[here.layer + 1]?.[here.unit];
      if (chosen) chosen.button.setAttribute("aria-current", "true");
    },
    // Nothing is chosen any more; the focus goes back to what was.
    leave(focus) {
      if (focus) chosen?.button.focus();
      this.mark(null);
    },
    // What leads to a unit: names, and places in the array of weights.
    incoming({ layer, unit }) {
      const { place, biases } = weights[layer];
      const after = columns[layer + 1].length;
      const before = isChains() && layer === 0 ? [] : from(layer);
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
    },
  };
}

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
