// The rules of one record type, in their order.

import { get, getRecordTypes, patch, remove, request, withQuery } from "../api.js";
import { ask } from "../components/dialog.js";
import { action } from "../components/button.js";
import { emptyState, pageHeader, skeleton } from "../components/header.js";
import { icon } from "../components/icons.js";
import { problemPanel } from "../components/problem.js";
import { fullTable } from "../components/table.js";
import { toast, toastProblem } from "../components/toast.js";
import { codeText, h, put } from "../dom.js";
import { number, plural } from "../format.js";
import { link } from "../page.js";
import { direction, onMissing, recordTypes, strategy, system } from "../words.js";

export default async function mappings(page) {
  const types = await getRecordTypes();
  const type = page.query.get("type") ?? types[0].name;
  const list = h("div", { class: "list" }, skeleton(6));
  const tabs = h("nav", { class: "tabs", "aria-label": "Record types" }, types.map(({ name }) => tab(name, type)));
  page.show(
    pageHeader("Mappings", {
      about: "Each rule names a field of either system and what happens to the value on its way.",
      actions: [
        h("a", { class: "button primary", href: link("/mappings/new", { type }) }, icon("plus"), "Add rule"),
        action("Import", () => importFile(page)),
        h("a", { class: "button", href: withQuery("/api/mappings/export", { record_type: type }), download: `mappings-${type}.json` }, "Export"),
        h("a", { class: "button", href: "/api/mappings/export", download: "mappings.json" }, "Export all"),
      ],
    }),
    h("div", { class: "panel flush" }, tabs, list),
  );
  const read = async () => {
    try {
      const { items } = await get("/api/mappings", { record_type: type }, page.signal);
      put(list, items.length === 0 ? noRules(type) : fullTable(columns(page, items, read), items, { caption: `Rules of ${recordTypes(type)}` }));
    } catch (error) {
      if (error.name !== "AbortError") put(list, problemPanel(error, read));
    }
  };
  await read();
}

function tab(name, current) {
  return h("a", { href: link("/mappings", { type: name }), class: "tab", "aria-current": name === current ? "page" : null }, recordTypes(name));
}

function noRules(type) {
  return emptyState(
    "There are no rules",
    `Without rules nothing of ${recordTypes(type).toLowerCase()} is carried over.`,
    h("a", { class: "button primary", href: link("/mappings/new", { type }) }, "Add a rule"),
  );
}

function columns(page, items, read) {
  return [
    { label: "Order", kind: "number", cell: (rule) => number(rule.position) },
    { label: "Shopify field", main: true, cell: (rule) => [codeText(rule.shopify_field), rule.note && h("span", { class: "sub note" }, rule.note)] },
    { label: "Transform", cell: (rule) => codeText(rule.transform, { class: rule.transform === "direct" ? "muted" : null }) },
    { label: "Odoo field", cell: (rule) => codeText(rule.odoo_field) },
    { label: "Direction", cell: wayOf },
    { label: "Enabled", cell: (rule) => enabledSwitch(rule) },
    {
      label: "Actions",
      hideLabel: true,
      kind: "actions",
      cell: (rule) => [
        h("a", { class: "button small", href: `#/mappings/${rule.id}`, "aria-label": `Edit the rule for ${rule.odoo_field}` }, "Edit"),
        action("Delete", () => confirmDelete(rule, read), { small: true, describes: `Delete the rule for ${rule.odoo_field}` }),
      ],
    },
  ];
}

/** Which way a rule goes, and what else was chosen for it; what is automatic needs no words. */
function wayOf(rule) {
  const chosen = [
    rule.owner && `${system(rule.owner)} owns it`,
    rule.strategy && `Both change it: ${strategy(rule.strategy)}`,
    rule.on_missing !== "auto" && `If missing: ${onMissing(rule.on_missing)}`,
  ];
  return [
    rule.direction === "auto" ? h("span", { class: "muted" }, "Automatic") : h("span", { class: "nowrap" }, direction(rule.direction)),
    chosen.filter(Boolean).map((text) => h("span", { class: "sub" }, text)),
  ];
}

function enabledSwitch(rule) {
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    class: "switch",
    checked: rule.enabled,
    "aria-label": `The rule for ${rule.odoo_field} is enabled`,
  });
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    try {
      await patch(`/api/mappings/${rule.id}`, { enabled: wanted });
      toast(`The rule for ${rule.odoo_field} is ${wanted ? "enabled" : "off"}.`);
    } catch (error) {
      box.checked = !wanted;
      toastProblem(error);
    }
  });
  return box;
}

async function confirmDelete(rule, read) {
  const done = await ask({
    title: "Delete the rule?",
    body: [h("p", {}, h("code", {}, rule.shopify_field), " to ", h("code", {}, rule.odoo_field)), h("p", { class: "muted" }, "What it wrote so far stays. It can also be turned off instead.")],
    confirm: "Delete",
    kind: "danger",
    run: () => remove(`/api/mappings/${rule.id}`),
  });
  if (!done) return;
  toast(`The rule for ${rule.odoo_field} is deleted.`);
  await read();
}

/** Reads a file, says what it would replace, and imports it whole or not at all. */
async function importFile(page) {
  const input = h("input", { type: "file", accept: "application/json,.json", class: "input", id: "import-file", required: true });
  const report = await ask({
    title: "Import rules",
    body: [
      h("p", {}, "The rules of every record type in the file take the place of those that are here now. If one rule is not valid, nothing changes."),
      h("div", { class: "field wide" }, h("label", { for: "import-file" }, "File that was exported here"), input),
    ],
    confirm: "Import",
    run: async () => request("POST", "/api/mappings/import", { text: await input.files[0].text() }),
  });
  if (!report) return;
  const warnings = report.warnings ?? [];
  toast(`${plural(report.imported, "rule")} imported, ${number(report.removed)} replaced.${warnings.length > 0 ? ` ${warnings.join(" ")}` : ""}`, {
    tone: warnings.length > 0 ? "warn" : "good",
    stays: warnings.length > 0,
  });
  page.again();
}
