// The connection to the server: messages out, answers and pictures in.

const TYPES = { float32: Float32Array, int8: Int8Array, uint8: Uint8Array, int64: BigInt64Array };

// A picture's header, with its arrays under their names; see `frames.packed` on the server.
export function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let start = 4 + length;
  for (const [name, type, shape] of header.arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    const array = new TYPES[type](buffer, start, size);
    header[name] = array;
    start += Math.ceil(array.byteLength / 4) * 4;
  }
  return header;
}

// What this page calls its session, also after a reload, so that the server gives it back.
function pageName() {
  const made = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const name = sessionStorage.getItem("ribbonet-page") ?? made();
    sessionStorage.setItem("ribbonet-page", name);
    return name;
  } catch {
    return made(); // storage is switched off
  }
}

// Connect; `on` has a function for each type of answer, for `picture`, and for `lost`. `place` tells the
// sessions of one page apart.
export function connect(on, path = "ws/play", place = "") {
  const address = new URL(path, location.href);
  address.search = new URLSearchParams({ session: pageName() + place });
  address.protocol = address.protocol.replace("http", "ws");
  address.hash = "";
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  const waiting = [];
  const send = (message) => {
    const text = JSON.stringify(message);
    if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
    else if (socket.readyState === WebSocket.OPEN) socket.send(text);
  };
  let full = false;
  socket.addEventListener("open", () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") {
      const answer = JSON.parse(data);
      full ||= answer.type === "full";
      on[answer.type]?.(answer);
      return;
    }
    requestAnimationFrame(() => {
      on.picture(unpacked(data));
      send({ type: "drawn" });
    });
  });
  let left = false; // by this page itself
  socket.addEventListener("close", ({ reason }) => full || left || on.lost(reason));
  return {
    send,
    get closed() {
      return socket.readyState >= WebSocket.CLOSING;
    },
    close() {
      left = true;
      socket.close();
    },
  };
}
