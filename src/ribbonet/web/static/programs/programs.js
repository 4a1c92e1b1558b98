// The interface for programs, from the server's own description of it.

import { element } from "../shared/dom.js";
import { asked } from "../shared/server.js";

const here = new URL("..", location.href).href;

document.getElementById("curl").textContent =
  `curl --data-binary @proteins.fasta '${here}api/predict?format=csv' > predictions.csv\n` +
  `curl --data-binary @proteins.fasta '${here}api/predict?format=svg&width=85' > figure.svg`;
document.getElementById("python").textContent = `import json
from urllib.request import urlopen

sequences = b">one\\nMKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ\\n"
with urlopen("${here}api/predict", data=sequences) as answer:
    for line in answer:
        prediction = json.loads(line)
        print(prediction["id"], prediction["states"])`;

try {
  const { paths } = await (await asked("../openapi.json")).json();
  const predict = Object.entries(paths).filter(([, { post, get }]) => (post ?? get).tags?.includes("predict"));
  document.getElementById("operations").append(...predict.flatMap(([path, methods]) => [...described(path, methods)]));
} catch (error) {
  document.getElementById("operations").append(element("p", { class: "fault", role: "alert" }, error.message));
}

function* described(path, methods) {
  for (const [method, { description, parameters = [] }] of Object.entries(methods)) {
    yield element("h3", {}, `${method.toUpperCase()} ${path}`);
    for (const text of description.split("\n\n")) yield element("p", {}, text);
    const rows = parameters.flatMap(({ name, schema, description: said }) => [
      element("dt", {}, name),
      element("dd", {}, [said, valuesOf(schema), usualOf(schema)].filter(Boolean).join("; ")),
    ]);
    if (rows.length > 0) yield element("dl", {}, ...rows);
  }
}

// What a parameter takes, in words.
function valuesOf(schema) {
  if (schema.items?.enum) return `some of ${schema.items.enum.join(", ")}`;
  const kinds = (schema.anyOf ?? [schema]).filter(({ type }) => type !== "null");
  return kinds.map(kindOf).filter(Boolean).join(" or ");
}

function kindOf({ enum: names, type, minimum, maximum }) {
  if (names) return `one of ${names.join(", ")}`;
  if (minimum !== undefined && maximum !== undefined) return `${type} from ${minimum} to ${maximum}`;
  return type ?? "";
}

function usualOf(schema) {
  return schema.default === undefined ? "" : `by default ${schema.default}`;
}
