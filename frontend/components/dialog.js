// Questions before something that cannot be taken back. The browser's own dialog keeps the focus inside, and Escape
// closes it.

import { append, freshId, h } from "../dom.js";
import { icon } from "./icons.js";
import { problemPanel } from "./problem.js";

/**
 * Asks; answers what `run` answered, or null when it was closed. `run` gets the form and is called when the reader
 * agrees: while it runs the dialog stays, and an error is shown in it.
 */
export function ask({ title, body = [], confirm, kind = "primary", run }) {
  const id = freshId("dialog");
  const problems = h("div", {});
  const yes = h("button", { type: "submit", class: `button ${kind}` }, confirm);
  const no = h("button", { type: "button", class: "button" }, "Cancel");
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close" }, icon("close"));
  const form = h("form", {}, body, problems, h("div", { class: "dialog-actions" }, no, yes));
  const head = h("div", { class: "dialog-head" }, h("h2", { id }, title), close);
  const dialog = h("dialog", { "aria-labelledby": id, class: "dialog" }, head, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = null;
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    for (const button of [no, close]) button.addEventListener("click", () => dialog.close());
    window.addEventListener("hashchange", () => dialog.close(), { once: true });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (yes.getAttribute("aria-disabled") === "true") return;
      yes.setAttribute("aria-disabled", "true");
      yes.classList.add("busy");
      problems.replaceChildren();
      try {
        answer = (await run(form)) ?? true;
        dialog.close();
      } catch (error) {
        append(problems, [problemPanel(error)]);
      } finally {
        yes.removeAttribute("aria-disabled");
        yes.classList.remove("busy");
      }
    });
    dialog.showModal();
    // Whoever is asked for something can type at once; else the browser chooses.
    form.querySelector("input[type=text], input[type=file], select, textarea")?.focus();
  });
}
