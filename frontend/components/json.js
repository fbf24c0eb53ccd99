// A payload as indented text with quiet keys; long ones are cut until asked for.

import { h, put } from "../dom.js";
import { number } from "../format.js";
import { toast } from "./toast.js";

const MOST_LINES = 400;

export function payload(label, value) {
  if (value === null || value === undefined) {
    return h("p", { class: "muted" }, "There is none: the record failed before it was mapped.");
  }
  const text = JSON.stringify(value, null, 2);
  const lines = text.split("\n");
  const pre = h("pre", { class: "payload", tabindex: "0", "aria-label": label });
  const draw = (some) => put(pre, some.map((line, at) => [at > 0 && "\n", colored(line)]));
  draw(lines.slice(0, MOST_LINES));
  const copy = h("button", { type: "button", class: "button small", "aria-label": `Copy: ${label}` }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.");
    } catch {
      toast("The browser did not allow copying. Select the text instead.", { tone: "bad" });
    }
  });
  const all = lines.length > MOST_LINES && h("button", { type: "button", class: "button small" }, `Show all ${number(lines.length)} lines`);
  if (all) {
    all.addEventListener("click", () => {
      draw(lines);
      all.remove();
    });
  }
  return h("div", { class: "payload-box" }, pre, h("div", { class: "row" }, copy, all));
}

const KEY = /^(\s*)("(?:[^"\\]|\\.)*")(: ?)(.*)$/;

function colored(line) {
  const parts = KEY.exec(line);
  return parts ? [parts[1], h("span", { class: "json-key" }, parts[2]), parts[3], parts[4]] : line;
}
