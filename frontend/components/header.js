// The top of a view, and its panels.

import { h } from "../dom.js";

/** Heading, one sentence below it, actions to the right. */
export function pageHeader(title, { about = null, actions = [], back = null } = {}) {
  return h(
    "div",
    { class: "page-header" },
    h(
      "div",
      { class: "page-title" },
      back && h("p", { class: "back" }, h("a", { href: back.href }, `← ${back.text}`)),
      h("h1", { tabindex: "-1" }, title),
      about && h("p", { class: "muted" }, about),
    ),
    h("div", { class: "actions" }, actions),
  );
}

/** A titled part of a view. */
export function panel(title, { actions = null, flush = false, id = null } = {}, ...children) {
  return h(
    "section",
    { class: flush ? "panel flush" : "panel", id },
    title && h("div", { class: "panel-head" }, h("h2", {}, title), actions && h("div", { class: "actions" }, actions)),
    children,
  );
}

/** Pairs of word and value. */
export function facts(pairs) {
  const rows = pairs.filter(Boolean);
  return h("dl", { class: "facts" }, rows.map(([word, value]) => h("div", {}, h("dt", {}, word), h("dd", {}, value))));
}

/** What stands where nothing is: says what to do. */
export function emptyState(title, text, ...actions) {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), h("p", { class: "muted" }, text), h("div", { class: "actions" }, actions));
}

/** Grey lines in place of content that is on its way. */
export function skeleton(lines = 4) {
  const rows = Array.from({ length: lines }, () => h("div", { class: "bone" }));
  return h("div", { class: "skeleton", "aria-busy": "true" }, h("span", { class: "hidden-text" }, "Loading"), rows);
}
