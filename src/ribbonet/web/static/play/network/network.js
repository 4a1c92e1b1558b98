// The network drawn: a map in every unit, links as wide as their weights and in their colours.

import { element, rebuilt } from "../../shared/dom.js";
import { boxesOf, fit, placed } from "./boxes.js";
import { drawLinks, incoming, linkAt, overChains, weightsOf } from "./links.js";
import { paintInputs, paintUnits } from "./maps.js";

const rounded = (value) => (Object.is(value, -0) ? 0 : value).toPrecision(3);

// The number of hidden layers, and what adds one or takes one away.
function layerStepper({ change, settings }) {
  const count = element("span", { class: "number" });
  const step = (sign, name, next) =>
    element(
      "button",
      { type: "button", "aria-label": name, onclick: () => change({ layers: next(settings().layers) }) },
      sign,
    );
  const fewer = step("−", "Remove the last hidden layer", (layers) => layers.slice(0, -1));
  const added = (layers) => [...layers, layers.at(-1) ?? 4];
  const more = step("+", "Add a hidden layer", added);
  const node = element("div", { class: "stepper" }, fewer, count, more);
  return {
    node,
    show(layers) {
      count.textContent = layers.length === 1 ? "1 hidden layer" : `${layers.length} hidden layers`;
      rebuilt(node, () => {
        fewer.disabled = layers.length === 0;
        more.disabled = layers.length === 8 || !fit(added(layers));
      });
    },
  };
}

// What the colours and widths of the drawing mean.
function colourKey() {
  return element(
    "p",
    { class: "colour-key soft" },
    element("span", {}, "−"),
    element("i", { class: "range", role: "img", "aria-label": "from orange, below nought, to blue, above" }),
    element("span", {}, "+"),
    " what a unit says at each place; links: the wider, the larger the weight, orange below nought, blue above.",
  );
}

// The drawing. `on` has `change`, which takes settings, `settings`, which returns them, `look`, which
// takes a hidden unit or null, and `choose`, which takes the unit to edit.
export function networkDrawing(on) {
  const links = element("canvas", { class: "links", "aria-hidden": true });
  const stage = element("div", { class: "stage" }, links);
  const tip = element("div", { class: "tip number", hidden: true, "aria-hidden": true });
  const scroll = element("div", { class: "scroll" }, stage);
  const stepper = layerStepper(on);
  const head = element("div", { class: "panel-head" }, element("h2", {}, "Network"), stepper.node);
  const node = element(
    "section",
    { class: "card panel network", "aria-label": "Network", "data-part": "network" },
    head,
    element(
      "p",
      { class: "help" },
      "+ and − add and take away units and layers, an input is taken or not by a click on it, and a unit or a link shows its weights, to be changed.",
    ),
    scroll,
    colourKey(),
    tip,
  );
  const graph = { ready: null, picture: null, columns: [], weights: [] };
  let chosen = null;
  let structure = ""; // boxes stay where it is the same, so that focus and hovering stay

  function begin(ready) {
    graph.ready = ready;
    graph.weights = weightsOf(ready.parameters);
    stepper.show(ready.settings.layers);
    const now = JSON.stringify([ready.sizes, overChains(graph), ready.classes]);
    if (now !== structure) {
      structure = now;
      rebuilt(stage, () => {
        graph.columns = boxesOf(ready, on);
        const buttons = graph.columns.flatMap((column) => column.map((own) => own.button));
        const heads = graph.columns.flatMap((column) => column.head ?? []);
        stage.replaceChildren(links, ...buttons, ...heads);
      });
    }
    if (!overChains(graph)) paintInputs(graph);
    place();
  }

  function place() {
    if (!scroll.clientWidth) return;
    const [width, height] = placed(graph.columns, scroll.clientWidth);
    const ratio = Math.min(devicePixelRatio, 2);
    stage.style.width = `${width}px`;
    stage.style.height = `${height}px`;
    links.width = width * ratio;
    links.height = height * ratio;
    drawLinks(graph, links);
  }

  function show(picture) {
    graph.picture = picture;
    paintUnits(graph);
    drawLinks(graph, links);
  }

  followLinks({ node, stage, links, tip }, graph, on.choose);
  new ResizeObserver(() => graph.ready && place()).observe(scroll);
  addEventListener("recolour", () => {
    if (!graph.ready) return;
    if (!overChains(graph)) paintInputs(graph);
    if (graph.picture) show(graph.picture);
  });

  return {
    node,
    begin,
    show,
    mark(here) {
      if (chosen) chosen.button.removeAttribute("aria-current");
      chosen = here && graph.columns[here.layer + 1]?.[here.unit];
      if (chosen) chosen.button.setAttribute("aria-current", "true");
    },
    // Nothing is chosen any more; the focus goes back to what was.
    leave(focus) {
      if (focus) chosen?.button.focus();
      this.mark(null);
    },
    incoming: (here) => incoming(graph, here),
  };
}

// Tell the weight of the link under the pointer; a click on it chooses it.
function followLinks({ node, stage, links, tip }, graph, choose) {
  const pointed = (event) => {
    const area = stage.getBoundingClientRect();
    if (!graph.picture || event.target !== links) return null;
    return linkAt(graph, event.clientX - area.left, event.clientY - area.top);
  };
  stage.addEventListener("pointermove", (event) => {
    const link = pointed(event);
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
    const link = pointed(event);
    if (!link) return;
    const weight = Math.floor(link.index / graph.columns[link.gap + 1].length);
    choose({ layer: link.b.layer, unit: link.b.unit, number: link.b.number ?? null, weight });
  });
}
