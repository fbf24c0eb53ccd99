// Changed fields, old -> new.

import { h } from "../dom.js";
import { inline } from "../format.js";

const FEW = 6;

/** A list of field, old value, new value; long lists open on request. */
export function changeList(changes) {
  if (!changes || changes.length === 0) return null;
  const rows = changes.map(changeRow);
  if (rows.length <= FEW) return h("ul", { class: "changes" }, rows);
  return [
    h("ul", { class: "changes" }, rows.slice(0, FEW)),
    h("details", {}, h("summary", {}, `${rows.length - FEW} more fields`), h("ul", { class: "changes" }, rows.slice(FEW))),
  ];
}

function changeRow({ field, old, new: fresh }) {
  return h(
    "li",
    {},
    h("code", { class: "change-field" }, field),
    h(
      "span",
      { class: "change-values" },
      old === null || old === undefined ? h("span", { class: "muted" }, "empty") : h("del", {}, inline(old)),
      h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
      h("span", { class: "hidden-text" }, "becomes"),
      fresh === null || fresh === undefined ? h("span", { class: "muted" }, "empty") : h("ins", {}, inline(fresh)),
    ),
  );
}
