// One conflict as cells of a table: what each side shows, what both showed before, and who won.

import { changedParts } from "../diff.js";
import { codeText, h } from "../dom.js";
import { inline } from "../format.js";
import { historyLink, link } from "../page.js";
import { SIDES, humanise, otherSide, strategy, system } from "../words.js";
import { badge, toned } from "./badge.js";
import { when } from "./time.js";

const has = (value) => value !== null && value !== undefined;

/** Which record and which field it is about. */
export function conflictName(conflict) {
  return [
    h("a", { href: historyLink(conflict.record_type, "shopify", conflict.shopify_id), class: "strong" }, conflict.label || conflict.shopify_id),
    h("span", { class: "sub" }, aboutElement(conflict)),
    conflict.kind === "deleted" ? toned("Deleted", "warn") : h("a", { class: "conflict-rule", href: link("/conflicts", { rule: conflict.rule }) }, codeText(conflict.rule), h("span", { class: "hidden-text" }, ": only this rule")),
    h("span", { class: "sub" }, "Found ", when(conflict.found_at), " in ", h("a", { href: `#/jobs/${conflict.job_id}` }, `job ${conflict.job_id}`)),
  ];
}

function aboutElement({ record_type: type, shopify_id: shopify, odoo_id: odoo, element }) {
  const one = element ?? { record_type: type, shopify_id: shopify, odoo_id: odoo };
  return `${humanise(one.record_type)} ${one.shopify_id} · ${one.odoo_id}`;
}

/** What a side shows, with the parts marked that it changed, and when it was changed there. */
export function sideCell(side) {
  return (conflict) => {
    const value = conflict[side];
    return [
      conflict.kind === "deleted" && !has(value) ? h("span", { class: "muted" }, "The record is gone here") : valueNode(value, conflict.base?.[side]),
      h("span", { class: "sub" }, `${system(side)}, `, has(conflict[`${side}_at`]) ? when(conflict[`${side}_at`]) : "time not known"),
      wonHere(conflict, side) && toned("Won", "good"),
    ];
  };
}

const wonHere = (conflict, side) => conflict.winner?.winner === side;

/** The text with its changed parts marked; without a base there is nothing to compare with. */
export function valueNode(value, base) {
  if (!has(value) || value === "") return h("span", { class: "muted" }, inline(value));
  const text = inline(value);
  if (!has(base)) return h("span", { class: "value" }, text);
  const parts = changedParts(base === "" ? "" : inline(base), text);
  return h("span", { class: "value" }, parts.map((part) => (part.changed ? h("mark", {}, part.text) : part.text)));
}

/** What both showed when they last agreed; both ways of writing it where these are two. */
export function baseCell({ base }) {
  if (!has(base)) return h("span", { class: "muted" }, "They never agreed before");
  if (inline(base.shopify) === inline(base.odoo)) return valueNode(base.shopify, null);
  return ["shopify", "odoo"].map((side) => h("div", {}, valueNode(base[side], null), h("span", { class: "sub" }, `in ${system(side)}`)));
}

/** Status, and who decided what. */
export function decisionText(conflict) {
  const { winner, decided_by: by, decided_at: at } = conflict;
  return [
    conflict.status !== "open" && badge(conflict.status),
    winner && h("p", { class: "message" }, winnerText(winner)),
    has(by) && h("span", { class: "sub" }, by === "strategy" ? `by the strategy ${strategy(conflict.strategy)}` : `by ${by}`, has(at) && [", ", when(at)]),
    conflict.status === "decided" && h("span", { class: "sub" }, "The next run carries it out."),
  ];
}

export function winnerText(winner) {
  if (winner.winner === "agreed") return "Both sides came to the same by themselves.";
  if (winner.winner !== "value") return `${system(winner.winner)}'s value.`;
  const parts = SIDES.filter((side) => winner[side] !== undefined).map((side) => `${system(side)}: ${has(winner[side]) ? inline(winner[side]) : "empty"}`);
  return `A typed value. ${parts.join(", ")}`;
}

/** What choosing a side means: of a deletion it is more than a value. */
export function choiceText(conflict, side) {
  if (conflict.kind !== "deleted") return `Take ${system(side)}'s`;
  return has(conflict[side]) ? `Make it again in ${system(otherSide(side))}` : `Put away in ${system(otherSide(side))}`;
}

/** Whether what lost can be brought back: decided for one value against another one. */
export function canRestore(conflict) {
  return conflict.status === "resolved" && conflict.kind !== "deleted" && ["shopify", "odoo", "value"].includes(conflict.winner?.winner);
}
