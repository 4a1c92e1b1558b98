// Files of the page.

// An answer, or an error that says what is wrong; `path` is relative to the page's own folder.
export async function fetched(path) {
  const answer = await fetch(new URL(`../${path}`, import.meta.url));
  if (!answer.ok) throw new Error(`${path}: the web server answers ${answer.status}`);
  return answer;
}
