// The page without a server: the room Predict alone.

import * as predict from "../predict/predict.js";
import { element } from "../shared/dom.js";

const section = document.getElementById("predict");

// What the address holds behind "#predict?".
const parameters = () => new URLSearchParams(location.hash.split(/\?(.*)/s)[1]);

try {
  await predict.mount(section, parameters());
  addEventListener("hashchange", () => location.hash !== "#room" && predict.show(parameters()));
} catch (error) {
  console.error(error);
  section.replaceChildren(
    element("p", { class: "fault", role: "alert" }, `This page cannot be shown: ${error.message}`),
  );
}
