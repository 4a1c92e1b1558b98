// Elements and the address, in a few words.

// An element with attributes and children; what is named on... listens, true is an empty
// attribute, and what is false, null or undefined is left out. Strings are text, never markup.
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnished(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// A choice between options, each a value and its label.
export function select(name, options) {
  return element("select", { name }, ...optionsOf(options));
}

export const optionsOf = (options) => options.map(([value, label]) => element("option", { value }, label));

// A control under its label.
export function field(label, control) {
  return element("label", { class: "field" }, element("span", {}, label), control);
}

// Rebuild a part of the page; the focus stays on the control of the same name, or near to it.
export function rebuilt(part, build) {
  const controls = () => [...part.querySelectorAll("button, input, select, [tabindex]")].filter((one) => !one.disabled);
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const place = controls().indexOf(focused);
  build();
  if (!focused || (focused.isConnected && !focused.disabled)) return;
  const name = focused.getAttribute("aria-label");
  const now = controls();
  (now.find((one) => one.getAttribute("aria-label") === name) ?? now[Math.min(place, now.length - 1)])?.focus();
}

// Keep a room's state in the address; with an entry of its own in the history, if it is to be gone
// back to, and with what else the entry is to know.
export function remember(room, parameters, { entry = false, known = null } = {}) {
  const named = document.getElementById(location.hash.slice(1).split("?")[0]);
  const elsewhere = named?.matches("#room > section") && named.id !== room;
  if (elsewhere || document.getElementById(room).hidden) return; // the address is another room's by now
  const query = new URLSearchParams(parameters).toString();
  const change = entry ? "pushState" : "replaceState";
  history[change](known, "", query ? `#${room}?${query}` : `#${room}`);
}

// Save bytes or text as a file.
export function save(content, name, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
