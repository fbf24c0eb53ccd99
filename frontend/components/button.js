// Buttons that do something which takes a while.

import { h, put } from "../dom.js";
import { icon } from "./icons.js";
import { toastProblem } from "./toast.js";

/** `run` may be async: the button cannot be pressed again meanwhile, and an error becomes a message. */
export function action(label, run, { name = null, kind = "", describes = null, small = false } = {}) {
  const button = h(
    "button",
    { type: "button", class: ["button", kind, small && "small"].filter(Boolean).join(" "), "aria-label": describes },
    name && icon(name),
    label,
  );
  button.addEventListener("click", () => busy(button, run));
  return button;
}

/** Runs `run` while `button` cannot be pressed. */
export async function busy(button, run) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("busy");
  try {
    await run();
  } catch (error) {
    toastProblem(error);
  } finally {
    button.removeAttribute("aria-disabled");
    button.classList.remove("busy");
  }
}

export function setLabel(button, name, label) {
  put(button, name && icon(name), label);
}
