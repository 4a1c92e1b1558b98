// What was predicted as an address holds it: short texts as they are, longer ones compressed.

const PLAIN = 2000; // characters of a text that stands in an address as it is
const MOST = 60_000; // characters of one that is compressed; browsers and mail programs cut long addresses
const OPTIONS = ["model", "templates", "smooth", "tracks"];

// The parameters of an address for a content and its options; null where it has no room.
export async function parametersOf(content, options) {
  if (typeof content !== "string" || !content.trim()) return null;
  const chosen = Object.fromEntries(OPTIONS.filter((name) => name in options).map((name) => [name, options[name]]));
  if (content.length <= PLAIN) return { s: content, ...chosen };
  const z = await compressed(content);
  return z.length <= MOST ? { z, ...chosen } : null;
}

// The content that parameters hold; null where they hold none.
export async function contentOf(parameters) {
  if (parameters.has("s")) return parameters.get("s");
  if (!parameters.has("z")) return null;
  try {
    return await expanded(parameters.get("z"));
  } catch {
    throw new Error("the link is damaged: its sequences cannot be read; copy it whole");
  }
}

async function compressed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function expanded(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}
