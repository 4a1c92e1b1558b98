// How much fits in: the curves of the three rules, and what one update can do.

import { element, field } from "../shared/dom.js";
import { asked } from "../shared/server.js";
import { drawing } from "./recall.js";

export function capacityCard(fault) {
  const units = element("input", { type: "number", name: "units", min: 10, max: 100, step: 10, value: 100 });
  const flipped = element("input", { type: "number", name: "flipped", min: 0, max: 40, step: 5, value: 10 });
  const chart = element("div", { class: "sketch" });
  const table = element("div", { class: "table" });
  const form = element(
    "form",
    { class: "buttons" },
    field("Units", units),
    field("Flipped, per cent", flipped),
    element("button", { class: "primary" }, "Count"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    count();
  });
  const node = element(
    "section",
    { class: "card panel", "aria-label": "Capacity" },
    element("h2", {}, "4. How much fits in"),
    element(
      "p",
      { class: "soft" },
      "Random patterns are stored, a share of the units of each is flipped, and those recalled without a wrong unit are counted. Hebb's rule breaks down near 0.14 patterns a unit.",
    ),
    form,
    element("div", { class: "halves" }, chart, table),
  );

  async function count() {
    try {
      const wanted = new URLSearchParams({ units: units.value, flipped: flipped.valueAsNumber / 100 });
      const [curves, rows] = await Promise.all(
        [`api/hopfield/capacity?${wanted}`, "api/hopfield/one-update"].map(async (path) => (await asked(path)).json()),
      );
      chart.replaceChildren(drawing(curves.chart, "Share of patterns recalled, by how many are stored"));
      const row = (tag, cells) => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
      table.replaceChildren(
        element(
          "table",
          { class: "number" },
          element("caption", {}, "Patterns that fit: nine of ten recalled by one update"),
          element("thead", {}, row("th", ["units", "modern, one update", "Hebb, about 0.14 N"])),
          element(
            "tbody",
            {},
            ...rows.map((own) =>
              row("td", [String(own.units), own.modern.toLocaleString("en"), own.classic.toFixed(1)]),
            ),
          ),
        ),
        element(
          "p",
          { class: "soft" },
          "Ten units more multiply what the modern network holds: exponentially many patterns. It keeps all of them; the classic one keeps N² weights, whatever was stored.",
        ),
      );
    } catch (error) {
      fault(error.message);
    }
  }
  return { node, count };
}
