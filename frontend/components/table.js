// Tables that become cards on a narrow screen. The roles are written out because a table whose display is changed
// loses them.

import { append, h } from "../dom.js";

/** `columns`: [{label, kind?: "number"|"wide"|"check"|"actions", cell(item), hideLabel?}]. */
export function table(columns, { caption, cards = true }) {
  const heads = columns.map(({ label, kind, hideLabel, head }) =>
    h("th", { scope: "col", role: "columnheader", "data-kind": kind }, head ?? (hideLabel ? h("span", { class: "hidden-text" }, label) : label)),
  );
  const body = h("tbody", { role: "rowgroup" });
  const node = h(
    "table",
    { role: "table", class: cards ? "table cards" : "table" },
    h("caption", { class: "hidden-text" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)),
    body,
  );
  return { node, body };
}

/** One row; the first column that is `main` names it. */
export function tableRow(columns, item, attrs = {}) {
  const cells = columns.map((column) => {
    // One box per cell: on a narrow screen the label stands beside it, whatever is in it.
    const content = h("div", { class: "cell" }, column.cell(item));
    const shared = { "data-label": column.hideLabel ? "" : column.label, "data-kind": column.kind };
    return column.main
      ? h("th", { scope: "row", role: "rowheader", ...shared }, content)
      : h("td", { role: "cell", ...shared }, content);
  });
  return h("tr", { role: "row", ...attrs }, cells);
}

/** A whole table at once. */
export function fullTable(columns, items, options) {
  const { node, body } = table(columns, options);
  append(body, items.map((item) => tableRow(columns, item)));
  return scroller(node, options.caption);
}

/** Around what may be wider than the screen: can be scrolled with the keyboard too. */
export function scroller(node, label) {
  return h("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": label }, node);
}
