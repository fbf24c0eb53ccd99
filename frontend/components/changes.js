// Changed fields, old -> new.

import { codeText, h } from "../dom.js";
import { inline } from "../format.js";
import { system } from "../words.js";

/** A list of field, old value, new value; those past the first few open on request. */
export function changeList(changes, few) {
  if (!changes || changes.length === 0) return null;
  const fresh = changes.every(({ old }) => old === null || old === undefined);
  const rows = changes.map((change) => changeRow(change, fresh));
  if (rows.length <= few + 1) return h("ul", { class: "changes" }, rows);
  return [
    h("ul", { class: "changes" }, rows.slice(0, few)),
    h("details", {}, h("summary", {}, `${rows.length - few} more fields`), h("ul", { class: "changes" }, rows.slice(few))),
  ];
}

/** With the side that is written, where the line says so. Where nothing was before, as in a record that is new, "empty" would only be noise. */
function changeRow({ field, side, old, new: fresh }, onlyNew) {
  return h(
    "li",
    {},
    h("span", { class: "change-field" }, side && h("span", { class: "side-tag" }, `${system(side)} `), codeText(field)),
    h(
      "span",
      { class: "change-values" },
      !onlyNew && [
        old === null || old === undefined ? h("span", { class: "muted" }, "empty") : h("del", {}, inline(old)),
        h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
        h("span", { class: "hidden-text" }, "becomes"),
      ],
      fresh === null || fresh === undefined ? h("span", { class: "muted" }, "empty") : h("ins", {}, inline(fresh)),
    ),
  );
}
