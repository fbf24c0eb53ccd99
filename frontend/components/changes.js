// Changed fields, old -> new.

import { codeText, h } from "../dom.js";
import { inline } from "../format.js";

const FEW = 6;

/** A list of field, old value, new value; long lists open on request. */
export function changeList(changes) {
  if (!changes || changes.length === 0) return null;
  const fresh = changes.every(({ old }) => old === null || old === undefined);
  const rows = changes.map((change) => changeRow(change, fresh));
  if (rows.length <= FEW) return h("ul", { class: "changes" }, rows);
  return [
    h("ul", { class: "changes" }, rows.slice(0, FEW)),
    h("details", {}, h("summary", {}, `${rows.length - FEW} more fields`), h("ul", { class: "changes" }, rows.slice(FEW))),
  ];
}

/** Where nothing was before, as in a record that is new, "empty" would only be noise. */
function changeRow({ field, old, new: fresh }, onlyNew) {
  return h(
    "li",
    {},
    codeText(field, { class: "change-field" }),
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
