// One product in both simulated systems, side by side. Every value is a field: leaving it, or Enter, edits that system.

import { post } from "../api.js";
import { h } from "../dom.js";
import { historyLink } from "../page.js";
import { system } from "../words.js";
import { toned } from "./badge.js";
import { textInput } from "./field.js";
import { fullTable } from "./table.js";
import { toast, toastProblem } from "./toast.js";

/** Field of either system behind a row. */
const FIELDS = {
  title: { record_type: "product", shopify: "title", odoo: "name" },
  price: { record_type: "variant", shopify: "price", odoo: "lst_price" },
  stock: { record_type: "inventory", shopify: "on_hand", odoo: "quantity" },
};

/** `edited()` is called after each edit. */
export function twinTable(twin, edited) {
  const columns = [
    { label: "What", main: true, kind: "record", cell: (row) => [h("span", { class: "strong" }, row.what), row.of && h("span", { class: "sub" }, row.of)] },
    ...["shopify", "odoo"].map((side) => ({ label: system(side), kind: "value", cell: (row) => sideInput(row, side, edited) })),
    { label: "State", cell: (row) => (row.differs ? toned("Differs", "warn") : h("span", { class: "muted" }, "Same")) },
  ];
  return h("div", { class: "twin" }, fullTable(columns, rowsOf(twin), { caption: `${twin.label} in both systems` }));
}

/** Title, status, then price, code and stock of each variant. Pure. */
export function rowsOf(twin) {
  const ids = ({ shopify_id: shopify, odoo_id: odoo }) => ({ shopify, odoo });
  const rows = [
    { what: "Title", kind: "title", ids: ids(twin), ...twin.title },
    { what: "Status", ids: ids(twin), ...twin.status },
  ];
  for (const variant of twin.variants) {
    const of = [variant.label, variant.sku.shopify ?? variant.sku.odoo].filter(Boolean).join(" · ");
    if (variant.sku.differs) rows.push({ what: "SKU", of, ids: ids(variant), ...variant.sku });
    rows.push({ what: "Price", of, kind: "price", ids: ids(variant), ...variant.price });
    for (const stock of variant.stock) {
      rows.push({ what: "Stock", of: `${of} · ${stock.location}`, kind: "stock", ids: ids(stock), shopify: stock.shopify, odoo: stock.odoo, differs: stock.differs });
    }
  }
  return rows;
}

function sideInput(row, side, edited) {
  const value = row[side];
  const id = row.ids[side];
  const kind = FIELDS[row.kind];
  if (!kind || !id || (value === null && row.kind !== "stock")) return value === null ? h("span", { class: "muted" }, "not there") : h("span", {}, value);
  const name = [row.what, row.of, `in ${system(side)}`].filter(Boolean).join(", ");
  const input = textInput(value ?? "", {
    class: "input small twin-input",
    "aria-label": name,
    "data-key": `${row.kind} ${side} ${id}`,
    inputmode: row.kind === "title" ? null : "decimal",
  });
  let sent = value ?? "";
  input.addEventListener("keydown", (event) => event.key === "Escape" && (input.value = sent));
  input.addEventListener("change", async () => {
    const wanted = input.value.trim();
    if (wanted === sent) return;
    try {
      await post("/api/sim/edit", { system: side, record_type: kind.record_type, id, fields: { [kind[side]]: wanted } });
      sent = wanted;
      toast(`${name}: now ${wanted}.`);
      await edited();
    } catch (error) {
      input.value = sent;
      toastProblem(error);
    }
  });
  return input;
}

/** The conflicts about a product, as links. */
export function twinConflicts(twin) {
  if (twin.open_conflicts.length === 0) return null;
  return h("a", { href: historyLink("product", "shopify", twin.shopify_id) }, toned(`${twin.open_conflicts.length} open ${twin.open_conflicts.length === 1 ? "conflict" : "conflicts"}`, "warn"));
}
