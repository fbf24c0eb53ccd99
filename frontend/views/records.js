// Records that belong together, to be found by name or id; each leads to its time line.

import { get, getRecordTypes } from "../api.js";
import { busy } from "../components/button.js";
import { field, select, textInput } from "../components/field.js";
import { filterBar } from "../components/filters.js";
import { emptyState, pageHeader, panel } from "../components/header.js";
import { linkName, openHistory, parentButton, unlinkButton } from "../components/links.js";
import { pagedList } from "../components/list.js";
import { toned } from "../components/badge.js";
import { codeText, h } from "../dom.js";
import { choices, humanise, recordTypes, SIDES, system } from "../words.js";

export default async function records(page) {
  const types = await getRecordTypes();
  const names = types.flatMap((type) => [type.name, ...type.children.map((child) => child.record_type)]);
  const filters = filterBar(
    page,
    [
      { name: "text", label: "Find a record", placeholder: "Name or id on either side" },
      { name: "record_type", label: "Type", choices: choices([...new Set(names)], recordTypes), initial: types[0].name },
    ],
    () => list.reload(),
  );
  const list = pagedList(page, {
    columns: columns(types, () => list.reload()),
    caption: "Linked records",
    noun: ["record", "records"],
    load: (query, signal) => get("/api/links", { ...filters.values(), ...query }, signal),
    empty: () =>
      filters.values().text !== "" || filters.values().record_type !== types[0].name
        ? emptyState("No linked record matches", "Try fewer letters. A record that is on one side only can be opened by its id below.")
        : emptyState("Nothing is linked yet", "A run links what belongs together. Where both systems have data already, look at the first match before.", h("a", { class: "button primary", href: "#/match" }, "First match")),
  });
  page.show(
    pageHeader("Records", { about: "Records of both systems that belong together. Each has a time line of what happened to it." }),
    panel(null, { flush: true }, filters.node, list.node),
    panel("Open by id", {}, byId(types)),
  );
  await list.reload();
}

function columns(types, done) {
  const isRecord = (link) => types.some((type) => type.name === link.record_type);
  return [
    { label: "Record", main: true, cell: (link) => linkName(link, types) },
    { label: "Shopify", cell: (link) => codeText(link.shopify_id) },
    { label: "Odoo", cell: (link) => codeText(link.odoo_id) },
    { label: "State", cell: (link) => (link.open ? toned("To be looked at", "info") : h("span", { class: "muted" }, "In step")) },
    {
      label: "Actions",
      hideLabel: true,
      kind: "actions",
      cell: (link) => [!isRecord(link) && link.parent !== null && parentButton(link), unlinkButton(link, done, { small: true })],
    },
  ];
}

/** A record that is not linked has a time line too: of its failures, and of why it was skipped. */
function byId(types) {
  const type = field("Type", select(choices(types.map(({ name }) => name), humanise), null, { name: "id-type" }));
  const side = field("System", select(choices(SIDES, system), null, { name: "id-side" }));
  const id = field("Id there", textInput("", { name: "id", required: true }), { wide: true });
  const submit = h("button", { type: "submit", class: "button" }, "Open the time line");
  const open = (event) => {
    event.preventDefault();
    busy(submit, async () => openHistory(type.control.value, side.control.value, id.control.value.trim()));
  };
  return h("form", { class: "by-id", on: { submit: open } }, type.node, side.node, id.node, submit);
}
