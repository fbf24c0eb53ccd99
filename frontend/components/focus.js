// Keeping the focus where it was while a part is drawn again.

/** Runs `draw`; whatever had the focus gets it back if it is there again (by link, key or id). */
export function keepFocus(root, draw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const keys = ["href", "data-key", "id", "name"];
  const found = active && keys.map((name) => [name, active.getAttribute(name)]).find(([, value]) => value);
  draw();
  if (!found) return;
  const [name, value] = found;
  root.querySelector(`[${name}="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
}
