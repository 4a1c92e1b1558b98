() => {
  const faults = [];
  const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const name = (node) => {
    const text = (node.getAttribute("aria-label") || node.textContent || node.id || "").trim();
    return `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""} “${text.slice(0, 40)}”`;
  };
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) faults.push(`the page is ${page.scrollWidth} px wide`);

  // the part of a box that no ancestor cuts off
  const visible = (node) => {
    let { left, top, right, bottom } = node.getBoundingClientRect();
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const box = up.getBoundingClientRect();
      left = Math.max(left, box.left); right = Math.min(right, box.right);
      top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom);
    }
    return { left, top, right, bottom };
  };
  const controls = [...document.querySelectorAll(
    "main a, main button, main input:not([type=file].unseen), main select, main textarea, main summary, main output, main label > span",
  )].filter((node) => shown(node) && !node.matches(".unseen"));
  const boxes = controls.map(visible);
  controls.forEach((one, i) => {
    const a = boxes[i];
    if (a.right - a.left < 1 || a.bottom - a.top < 1) return;
    if (a.left < -1 || a.right > innerWidth + 1) faults.push(`${name(one)} lies beyond the edge`);
    controls.slice(i + 1).forEach((other, k) => {
      const b = boxes[i + 1 + k];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1 && !one.contains(other) && !other.contains(one)) {
        faults.push(`${name(one)} and ${name(other)} overlap by ${Math.round(wide)} × ${Math.round(high)} px`);
      }
    });
    if (one.matches("button, select, a, summary")) {
      const box = one.getBoundingClientRect();
      if (Math.min(box.width, box.height) < 23.5) faults.push(`${name(one)} is ${box.width} × ${box.height} px`);
    }
  });

  // text that its own box cuts off, unless an ellipsis says so or it can be scrolled
  for (const node of document.querySelectorAll("main *")) {
    if (!shown(node) || node.matches(".title, .unseen, option") || node.closest("svg")) continue;
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own) continue;
    const style = getComputedStyle(node);
    const cut = /hidden|clip/.test(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
    if (cut && style.textOverflow !== "ellipsis") faults.push(`${name(node)} is cut off`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (let up = node; up && up.id !== "room"; up = up.parentElement) {
      const outer = getComputedStyle(up);
      if (/auto|scroll/.test(outer.overflowX + outer.overflowY) || outer.textOverflow === "ellipsis") break;
      if (!/hidden|clip/.test(outer.overflowX + outer.overflowY) && !up.matches(".card")) continue;
      const text = range.getBoundingClientRect();
      const box = up.getBoundingClientRect();
      if (text.right > box.right + 1 || text.left < box.left - 1) {
        faults.push(`${name(node)} sticks out of ${name(up)}`);
      }
    }
  }
  return faults;
}
