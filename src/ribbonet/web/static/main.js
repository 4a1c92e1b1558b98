// Which room is shown: the fragment's name says it, and what stands behind "?" is the room's own.
// A room is a module with mount(section, parameters), called once, and, if it wants to know,
// show(parameters) and hide(); its style sheet has its name too.

import { element } from "./dom.js";

const ROOMS = ["predict", "play", "inside"];
const mounted = new Map();
let current = null;

function fragment() {
  const [name, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  return { name: ROOMS.includes(name) ? name : ROOMS[0], parameters: new URLSearchParams(query) };
}

function styled(name) {
  const href = `${name}.css`;
  if (document.head.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    document.head.append(
      element("link", { rel: "stylesheet", href, onload: resolve, onerror: reject }),
    );
  });
}

async function enter() {
  const { name, parameters } = fragment();
  for (const room of ROOMS) document.getElementById(room).hidden = room !== name;
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
  const section = document.getElementById(name);
  mounted.set(
    name,
    Promise.all([import(`./${name}.js`), styled(name)])
      .then(async ([room]) => {
        await room.mount(section, parameters);
        return room;
      })
      .catch((error) => {
        section.replaceChildren(
          element("p", { class: "fault", role: "alert" }, `This room cannot be shown: ${error.message}`),
        );
        console.error(error);
        return null;
      }),
  );
  await mounted.get(name);
}

// "#room" is the skip link's
addEventListener("hashchange", () => location.hash !== "#room" && enter());
enter();
