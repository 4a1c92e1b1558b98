// What the server is asked, and how its answers are read.

// An answer, or an error that says what is wrong.
export async function asked(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("the server does not answer; is ribbonet serve still running?");
  }
  if (answer.ok) return answer;
  const fault = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(fault.detail ?? `the server answers ${answer.status}`), { status: answer.status });
}

// The whole lines of a stream of text, as many at a time as have come.
export async function* linesOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = value.split("\n");
    if (lines.length > 1) {
      lines[0] = rest.join("") + lines[0];
      rest = [lines.pop()];
      yield lines;
    } else {
      rest.push(value);
    }
  }
}
