// Records that belong together: what is known about a pair, and letting go of it.

import { get, remove } from "../api.js";
import { codeText, h } from "../dom.js";
import { number } from "../format.js";
import { go, historyLink } from "../page.js";
import { humanise, system } from "../words.js";
import { action } from "./button.js";
import { valueNode } from "./conflict.js";
import { ask } from "./dialog.js";
import { facts } from "./header.js";
import { fullTable } from "./table.js";
import { toast } from "./toast.js";

/** Record types that are elements of others have no time line of their own: theirs is in that of their record. */
export function linkName(link, types) {
  const name = link.label || link.shopify_id;
  const isRecord = types.some((type) => type.name === link.record_type);
  return [
    isRecord ? h("a", { href: historyLink(link.record_type, "shopify", link.shopify_id), class: "strong" }, name) : h("span", { class: "strong" }, name),
    h("span", { class: "sub" }, humanise(link.record_type)),
  ];
}

/** Goes to the record that an element hangs on. */
export function parentButton(link) {
  const open = async () => {
    let parent = link;
    while (parent.parent !== null) parent = await get(`/api/links/${parent.parent}`);
    location.hash = historyLink(parent.record_type, "shopify", parent.shopify_id);
  };
  return action("Its record", open, { small: true, describes: `The record of ${link.label || link.shopify_id}` });
}

/** Asks, then forgets that the two belong together. Answers whether it was done. */
export function unlinkButton(link, done, { small = false } = {}) {
  const name = link.label || link.shopify_id;
  const unlink = async () => {
    const gone = await ask({
      title: `Unlink ${name}?`,
      body: [
        h("p", {}, `Shopify ${link.shopify_id} and Odoo ${link.odoo_id} are forgotten to belong together. Nothing is written to either system.`),
        h("p", { class: "muted" }, "The next run that reads everything looks for their counterparts again and may link them again."),
      ],
      confirm: "Unlink",
      kind: "danger",
      run: () => remove(`/api/links/${link.id}`),
    });
    if (!gone) return;
    toast(`${name} is not linked any more.`);
    await done();
  };
  return action("Unlink", unlink, { small, describes: `Unlink ${name}` });
}

/** What is known about a link: both ids, and what both sides showed when they last agreed. */
export function linkFacts(link) {
  const rules = Object.entries(link.base ?? {});
  const moved = Object.entries(link.moved ?? {});
  return [
    facts([
      ["Shopify", codeText(link.shopify_id)],
      ["Odoo", codeText(link.odoo_id)],
      ["Link", number(link.id)],
      ["Rules as of version", number(link.mapping_version)],
      ["To be looked at again", link.open ? "Yes, by the next run" : "No"],
      moved.length > 0 && ["Taken out of stock", moved.map(([id, sides]) => h("span", { class: "sub" }, `${id}: ${sides.shopify} in Shopify, ${sides.odoo} in Odoo`))],
    ]),
    rules.length > 0 && h("details", {}, h("summary", {}, "What both sides showed when they last agreed"), fullTable(BASE_COLUMNS, rules, { caption: "The base of each rule" })),
  ];
}

const BASE_COLUMNS = [
  { label: "Rule", main: true, cell: ([rule]) => codeText(rule) },
  { label: system("shopify"), kind: "value", cell: ([, base]) => valueNode(base?.shopify, null) },
  { label: system("odoo"), kind: "value", cell: ([, base]) => valueNode(base?.odoo, null) },
];

/** Goes to the time line of a record that somebody names by its id. */
export const openHistory = (type, side, id) => go(historyLink(type, side, id).slice(1));
