// Which room is shown: the fragment's name says it, and what stands behind "?" is the room's own.
// A room is a module with mount(section, parameters), called once, and, if it wants to know,
// show(parameters) and hide(). What it adds to its section before it fails is taken away again.

import { element } from "./shared/dom.js";
import * as network1988 from "./network-1988/room.js";
import * as hopfield from "./hopfield/room.js";
import * as inside from "./inside/inside.js";
import * as learn from "./learn/learn.js";
import * as play from "./play/play.js";
import * as predict from "./predict/predict.js";

// All are loaded at once: a room that is opened while the server is away needs only its answers.
const ROOMS = { predict, play, 1988: network1988, inside, hopfield, learn };
const SOONEST = 2000; // milliseconds until a room that could not be shown is tried again
const LATEST = 15_000;

const mounted = new Map();
let current = null;

function fragment() {
  const [name, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  return { name: name in ROOMS ? name : "predict", parameters: new URLSearchParams(query) };
}

async function enter() {
  const { name, parameters } = fragment();
  for (const room of Object.keys(ROOMS)) document.getElementById(room).hidden = room !== name;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${name[0].toUpperCase()}${name.slice(1)} · ribbonet`;
  if (current !== null && current !== name) (await mounted.get(current))?.hide?.();
  current = name;
  if (mounted.has(name)) {
    (await mounted.get(name))?.show?.(parameters);
    return;
  }
  mounted.set(name, mount(name, parameters));
  await mounted.get(name);
}

// Show a room for the first time; where that fails, say so, and try again by and by.
async function mount(name, parameters, wait = SOONEST) {
  const section = document.getElementById(name);
  try {
    await ROOMS[name].mount(section, parameters);
    return ROOMS[name];
  } catch (error) {
    console.error(error);
    const focused = section.contains(document.activeElement);
    const again = () => {
      clearTimeout(timer);
      if (!section.contains(fault)) return;
      section.replaceChildren();
      mounted.set(
        name,
        mount(name, fragment().name === name ? fragment().parameters : parameters, Math.min(2 * wait, LATEST)),
      );
    };
    const button = element("button", { type: "button", onclick: again }, "Try again");
    const fault = element(
      "p",
      { class: "fault", role: "alert" },
      `This room cannot be shown: ${error.message}. `,
      button,
    );
    section.replaceChildren(fault);
    if (focused) button.focus();
    const timer = setTimeout(again, wait);
    return null;
  }
}

// "#room" is the skip link's
addEventListener("hashchange", () => location.hash !== "#room" && enter());
enter();
