import { element } from "./dom.js";

export function mount(section) {
  section.append(element("h1", {}, "Predict"));
}
