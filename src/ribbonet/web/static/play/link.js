// What the page and the server agree on: the settings, and the connection, which may be lost and
// found again. The page keeps what it needs to go on from the last picture it was sent.

import { element } from "../shared/dom.js";
import { connect } from "./session.js";
import { repaired } from "./settings.js";

const SOONEST = 1000; // milliseconds until the first attempt to connect again
const LATEST = 30_000;

// The link; `on` has `ready`, `picture`, `export`, `settings` (they were changed), `say` (a text
// and whether it is a fault), `lost` and `linked`.
export function link(first, choices, on) {
  let settings = first;
  let session = null;
  let timer = null; // of settings that wait a moment for more changes
  let unanswered = 0; // settings sent; what the server says of older ones is out of date
  let followed = true; // the settings are those of an address, which may be bad
  let complaint = ""; // of such an address
  let held = null; // epoch, weights and buffers of the last picture
  let resuming = false;
  let again = null; // timer of the next attempt to connect
  let wait = SOONEST;
  const uploads = new Map(); // texts of data sets of one's own

  function send(message) {
    if (!session || session.closed) begin();
    if (timer !== null && message.type !== "settings") sendSettings();
    session.send(message);
  }

  function sendSettings(more = {}) {
    clearTimeout(timer);
    timer = null;
    unanswered += 1;
    send({ type: "settings", settings, ...more });
  }

  // Connect, with what the server no longer knows.
  function begin() {
    clearTimeout(again);
    session?.close();
    session = connect(answers);
    unanswered = 0;
    resuming = held !== null;
    const text = uploads.get(settings.data);
    sendSettings({ ...(text === undefined ? {} : { upload: text }), ...(resuming ? { resume: held } : {}) });
    on.linked();
  }

  const answers = {
    ...on,
    ready(message) {
      wait = SOONEST;
      unanswered -= 1;
      if (unanswered === 0 && timer === null) settings = message.settings;
      followed = resuming = false;
      on.ready(message);
      on.say(complaint, complaint !== "");
      complaint = "";
    },
    picture(picture) {
      held = { epoch: picture.epoch, weights: [...picture.weights], buffers: [...(picture.buffers ?? [])] };
      on.picture(picture);
    },
    fault({ message, of, names = [] }) {
      if (of !== "settings") return on.say(message, true);
      unanswered -= 1;
      if (resuming) {
        held = null; // it cannot go on with these weights
        resuming = false;
        return sendSettings();
      }
      if (followed) {
        complaint ||= `${message}. The usual values were taken instead of those in the address.`;
        settings = repaired(settings, names, choices);
        followed = names.length > 0; // the usual values cannot be at fault
        on.settings(settings);
        return sendSettings();
      }
      return on.say(message, true);
    },
    full({ message }) {
      on.say(message, true);
    },
    lost(reason) {
      on.lost();
      const anew = element(
        "button",
        {
          type: "button",
          onclick: () => {
            begin();
            document.querySelector("#play .play").focus();
          },
        },
        "Connect again",
      );
      on.say(`${reason || "The connection to the server was lost; the weights are kept."} `, true, anew);
      if (reason) return; // it was the server's wish
      again = setTimeout(begin, wait);
      wait = Math.min(2 * wait, LATEST);
    },
  };

  return {
    send,
    begin,
    uploads,
    get settings() {
      return settings;
    },
    // Whether the server has answered all that was sent.
    get settled() {
      return unanswered === 0 && timer === null;
    },
    change(some) {
      settings = { ...settings, ...some };
      on.settings(settings);
      clearTimeout(timer);
      timer = setTimeout(() => sendSettings(), 80);
    },
    upload(some, text) {
      settings = { ...settings, ...some };
      uploads.set(settings.data, text);
      sendSettings({ upload: text });
    },
    follow(next) {
      settings = next;
      followed = true;
      sendSettings();
    },
  };
}
