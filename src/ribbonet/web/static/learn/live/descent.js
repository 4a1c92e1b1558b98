// A loss over two weights, and ways down it: the library's optimisers, walked on the server by the
// lesson's own code, from wherever one likes.

import { element, select, svg } from "../../shared/dom.js";
import { asked } from "../../shared/server.js";
import { colours, paint } from "../../play/colours.js";
import { knob, signed } from "./knob.js";

const PACE = 25; // milliseconds between two steps
const KEPT = 4; // walks
const SIDE = 300;

export function descentPart(parameters) {
  let surface = null;
  let walks = []; // the latest last
  let at = 0;
  let timer = 0;
  const ways = select("way", []);
  const rates = select("rate", [0.01, 0.03, 0.1, 0.3, 1, 3, 10].map((rate) => [rate, String(rate)]));
  ways.addEventListener("change", () => {
    rates.value = surface.ways[ways.value];
  });
  const start = ["φ0", "φ1"].map((name, i) =>
    knob(name, { ...[{ min: -6, max: 8 }, { min: 0, max: 24 }][i], value: [1, 6][i] }, () => draw()),
  );
  const field = element("canvas", {});
  const lines = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}` });
  const plane = element("div", { class: "plane", role: "img", "aria-label": "The loss over two weights" }, field, lines);
  const told = element("output", { class: "number" });
  const slider = element("input", { type: "range", min: 0, max: 0, value: 0, oninput: () => go(slider.valueAsNumber) });
  const legend = element("ul", { class: "walks number" });
  const button = (text, onclick, kind = "") =>
    element("button", { type: "button", class: kind, disabled: true, onclick }, text);
  const buttons = [button("Walk", walk, "primary"), button("Clear", clear)];

  lines.addEventListener("click", (event) => {
    if (!surface) return;
    const box = lines.getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    shares.forEach((share, i) => {
      const [low, high] = surface.ranges[i];
      start[i].value = low + share * (high - low);
    });
    walk();
  });

  async function walk() {
    const query = { way: ways.value, rate: rates.value, phi0: start[0].value, phi1: start[1].value };
    let found;
    try {
      found = await (await asked(`api/learn/descent/walk?${new URLSearchParams(query)}`)).json();
    } catch (error) {
      told.textContent = error.message;
      return;
    }
    walks = [...walks, { ...query, ...found }].slice(-KEPT);
    slider.max = found.losses.length - 1;
    clearInterval(timer);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return go(found.losses.length - 1);
    go(0);
    timer = setInterval(() => {
      if (at < slider.max) go(at + 1);
      else clearInterval(timer);
    }, PACE);
  }

  function go(to) {
    at = to;
    slider.value = at;
    draw();
  }

  const x = (value) => ((value - surface.ranges[0][0]) / (surface.ranges[0][1] - surface.ranges[0][0])) * SIDE;
  const y = (value) => SIDE - ((value - surface.ranges[1][0]) / (surface.ranges[1][1] - surface.ranges[1][0])) * SIDE;
  const dot = ([u, v], kind, r) => svg("circle", { class: kind, cx: x(u), cy: y(v), r });
  const line = (path, kind) =>
    svg("path", { class: kind, d: path.map(([u, v], i) => `${i ? "L" : "M"}${x(u).toFixed(1)} ${y(v).toFixed(1)}`).join("") });

  function draw() {
    if (!surface) return;
    const last = walks.at(-1);
    const former = walks.slice(0, -1).map((own, i) => line(own.path, `walk n${i + 1}`));
    const now = last ? [line(last.path.slice(0, at + 1), "walk now"), dot(last.path[at], "dot", 5.5)] : [];
    lines.replaceChildren(...former, ...now, dot(start.map((own) => own.value), "here", 6));
    told.textContent = last ? `step ${at} of ${slider.max}, loss ${last.losses[at].toFixed(4)}` : "";
    plane.setAttribute("aria-label", `The loss over two weights, blue where it is low. ${told.textContent}`);
    const named = (own) => surface.names[own.way];
    const ends = ({ path, losses }) => `ends at ${path.at(-1).map((value) => signed(value, 1)).join(", ")}, loss ${losses.at(-1).toFixed(4)}`;
    legend.replaceChildren(
      ...walks.map((own, i) =>
        element(
          "li",
          { class: i === walks.length - 1 ? "now" : `n${i + 1}` },
          `${named(own)}, rate ${own.rate}, from ${signed(own.phi0, 1)}, ${signed(own.phi1, 1)}: ${ends(own)}`,
        ),
      ),
    );
  }

  function ground() {
    field.width = field.height = surface.side;
    paint(field, Int8Array.from(surface.depths), surface.side, colours().pale, 128);
  }

  function clear() {
    clearInterval(timer);
    walks = [];
    slider.max = 0;
    go(0);
  }

  const label = (text, control) => element("label", { class: "field" }, element("span", {}, text), control);
  return {
    nodes: [
      element(
        "div",
        { class: "pair" },
        plane,
        element(
          "div",
          { class: "way" },
          element("div", { class: "buttons" }, label("Way down", ways), label("Rate", rates)),
          ...start.map((own) => own.node),
          element("div", { class: "buttons" }, ...buttons),
          label("Step", slider),
          told,
        ),
      ),
      legend,
    ],
    async open() {
      surface = await (await asked("api/learn/descent/surface")).json();
      ways.append(...Object.entries(surface.names).map(([value, text]) => element("option", { value }, text)));
      ways.value = parameters.get("way") ?? "descent";
      rates.value = surface.ways[ways.value];
      ground();
      draw();
      for (const own of buttons) own.disabled = false;
      addEventListener("recolour", ground);
    },
    rest: () => clearInterval(timer),
    end() {
      clearInterval(timer);
      removeEventListener("recolour", ground);
    },
  };
}
