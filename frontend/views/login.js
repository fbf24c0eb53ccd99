// Asking for the token, where the server was given one.

import { post } from "../api.js";
import { busy } from "../components/button.js";
import { field } from "../components/field.js";
import { icon } from "../components/icons.js";
import { h, put } from "../dom.js";
import { duration } from "../format.js";

/** Draws over everything; `done(session)` is called when the token was right. */
export default function login({ root, done }) {
  const input = h("input", { type: "password", class: "input", name: "token", autocomplete: "current-password", required: true });
  const token = field("Token", input, { help: "It is what SYNC_API_TOKEN was set to when the server was started.", wide: true });
  // For password managers, which keep a token only under some name.
  const user = h("input", { type: "text", name: "username", autocomplete: "username", value: "sync", hidden: true });
  const enter = h("button", { type: "submit", class: "button primary" }, "Log in");
  const form = h("form", { class: "panel login" }, h("h1", { tabindex: "-1" }, "Log in"), user, token.node, enter);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(enter, async () => {
      token.setErrors([]);
      try {
        const session = await post("/api/session", { token: input.value.trim() });
        await done(session);
      } catch (error) {
        token.setErrors([refusal(error)]);
        input.focus();
        input.select();
      }
    });
  });
  root.className = "lonely-shell";
  put(root, h("main", { id: "main", class: "lonely" }, h("p", { class: "brand" }, icon("mark"), "Shopify Odoo Sync"), form));
  document.title = "Log in · Shopify Odoo Sync";
  input.focus();
}

function refusal(error) {
  if (error.status === 401) return "This is not the token. Check for a missing or extra character.";
  if (error.status === 429) return `Too many attempts. Try again in ${duration(Number(error.retryAfter ?? 60))}.`;
  return error.detail || error.title || error.message;
}
