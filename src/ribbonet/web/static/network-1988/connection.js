// The connection to the server, found again when it is lost: the server keeps the session.

import { element } from "../shared/dom.js";
import { connect } from "../play/session.js";

const SOONEST = 1000; // milliseconds until the first attempt to connect again
const LATEST = 30_000;

// `on` has `ready`, `followed`, `picture`, `say` (a text and whether it is a fault) and `lost`; `place`
// tells the sessions of one page apart.
export function connection(first, on, place = "") {
  let settings = first;
  let upload; // the text of a file of one's own, for a server that has lost it
  let session = null;
  let again = null;
  let wait = SOONEST;

  function begin() {
    clearTimeout(again);
    session?.close();
    session = connect({
      ready(message) {
        wait = SOONEST;
        settings = message.settings;
        on.say("");
        on.ready(message);
      },
      followed: on.followed,
      picture: on.picture,
      fault: ({ message }) => on.say(message, true),
      full: ({ message }) => on.say(message, true),
      lost(reason) {
        on.lost();
        const anew = element("button", { type: "button", onclick: begin }, "Connect again");
        on.say(`${reason || "The connection to the server was lost; it keeps what is learned."} `, true, anew);
        if (reason) return; // it was the server's wish
        again = setTimeout(begin, wait);
        wait = Math.min(2 * wait, LATEST);
      },
    }, "ws/1988", place);
    sendSettings();
  }

  function sendSettings(more = {}) {
    session.send({ type: "settings", settings, ...more });
  }

  return {
    begin,
    get settings() { return settings; },
    send(message) {
      if (!session || session.closed) begin();
      session.send(message);
    },
    change(some) {
      settings = { ...settings, ...some };
      if (settings.data === "own" && upload === undefined) return; // until there is a file
      if (!session || session.closed) begin();
      else sendSettings();
    },
    end() {
      clearTimeout(again);
      session?.close();
    },
    upload(text) {
      upload = text;
      settings = { ...settings, data: "own" };
      sendSettings({ upload });
    },
  };
}
