// Short messages about what just happened, and a voice for screen readers.

import { h } from "../dom.js";
import { icon } from "./icons.js";

const STAYS_MS = 8000;

/** Says `text` to screen readers without showing it. */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}

/** Shows a message; errors and those that `stays` are there until they are closed. */
export function toast(text, { tone = "good", stays = false, link = null } = {}) {
  const region = document.getElementById("toasts");
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the message" }, icon("close"));
  const box = h(
    "div",
    { class: "toast", "data-tone": tone, role: tone === "bad" ? "alert" : "status" },
    h("p", {}, text, link && [" ", h("a", { href: link.href }, link.text)]),
    close,
  );
  close.addEventListener("click", () => box.remove());
  region.append(box);
  while (region.children.length > 4) region.firstElementChild.remove();
  if (!stays && tone !== "bad") setTimeout(() => box.remove(), STAYS_MS);
  return box;
}

/** Tells about an error of an action. */
export function toastProblem(error) {
  if (error.name === "AbortError" || error.status === 401) return;
  if (error.status === undefined) console.error(error);
  const detail = error.detail && error.detail !== error.title ? `: ${error.detail}` : "";
  const link = error.job ? { href: `#/jobs/${error.job.id}`, text: `Job ${error.job.id}` } : null;
  toast(`${error.title ?? error.message}${detail}`, { tone: "bad", link });
}
