// Deciding conflicts: one, several marked ones, or all that match; and bringing back what lost.

import { get, post } from "../api.js";
import { codeText, h } from "../dom.js";
import { inline, number, plural } from "../format.js";
import { SIDES, humanise, otherSide, system } from "../words.js";
import { action } from "./button.js";
import { choiceText } from "./conflict.js";
import { ask } from "./dialog.js";
import { check, field, textInput } from "./field.js";
import { givenOf, marking } from "./marking.js";
import { retryPanel } from "./retry.js";
import { toast } from "./toast.js";

const NOUN = ["conflict", "conflicts"];
const BY = "page";
const path = (id, what) => `/api/conflicts/${id}/${what}`;

/** Buttons that decide one conflict. `done()` is called afterwards. */
export function decideButtons(conflict, done) {
  const name = conflict.label || conflict.shopify_id;
  const about = conflict.kind === "deleted" ? name : `${conflict.rule} of ${name}`;
  const take = (side) => async () => {
    said(await post(path(conflict.id, "resolve"), { winner: side, by: BY }), choiceText(conflict, side));
    await done();
  };
  const type = async () => {
    const report = await askForValue({ title: `A value for ${name}`, conflict, confirm: "Decide" }, (value) => post(path(conflict.id, "resolve"), { winner: "value", value, by: BY }));
    if (!report) return;
    said(report, "A typed value");
    await done();
  };
  const sides = SIDES.map((side) => action(choiceText(conflict, side), take(side), { small: true, describes: `${choiceText(conflict, side)}: ${about}` }));
  return [...sides, conflict.kind !== "deleted" && action("Type a value", type, { small: true, describes: `Type a value: ${about}` })];
}

/** A button that brings back the value that lost. */
export function restoreButton(conflict, done) {
  const restore = async () => {
    said(await post(path(conflict.id, "restore"), { by: BY }), "What lost is back");
    await done();
  };
  return action("Restore what lost", restore, { small: true, name: "retry", describes: `Restore what lost: ${conflict.rule} of ${conflict.label || conflict.shopify_id}` });
}

/** Tells what came of a decision about one conflict. */
function said(report, what) {
  const job = report.jobs[0];
  const link = job && { href: `#/jobs/${job.id}`, text: `Job ${job.id}` };
  const late = report.not_started ?? [];
  const failed = report.outcomes.find((line) => line.outcome === "fail");
  if (failed) toast(`${what}: decided, but it could not be carried out. ${humanise(failed.reason)}${failed.message ? `: ${failed.message}` : "."}`, { tone: "bad", link });
  else if (late.length > 0) toast(`${what}: decided. The next run carries it out: ${late[0].detail}`, { tone: "warn", link });
  else toast(`${what}: decided and carried out.`, { link });
}

/** Asks for a value of the sides to which the rule leads. `conflict` is an example; `send(value)` decides. */
async function askForValue({ title, conflict, confirm, about = null }, send) {
  const sides = await sidesOf(conflict);
  const inputs = sides.map((side) => sideInput(side, conflict));
  const what =
    sides.length === 1
      ? `Type what ${system(sides[0])} should show. The rule does not lead to ${system(otherSide(sides[0]))}, which keeps what it has.`
      : "Type what one side should show; the other gets what the rule makes of it, unless it is typed too.";
  return ask({
    title,
    body: [
      h("p", {}, "Rule ", codeText(conflict.rule), `. ${what}`),
      about,
      inputs.map((one) => one.node),
    ],
    confirm,
    run: () => {
      const value = {};
      for (const { side, control, empty } of inputs) {
        const text = control.value.trim();
        if (empty.checked) value[side] = null;
        else if (text !== "") value[side] = alike(text, conflict[side]);
      }
      return send(value);
    },
  });
}

/** The sides to which the rule of a conflict leads; both if it is not there any more, then the server says so. */
async function sidesOf({ record_type, shopify_field, odoo_field }) {
  const { items } = await get("/api/mappings", { record_type });
  const rule = items.find((one) => one.shopify_field === shopify_field && one.odoo_field === odoo_field);
  const only = { shopify_to_odoo: ["odoo"], odoo_to_shopify: ["shopify"] };
  return only[rule?.direction] ?? SIDES;
}

/** A field for what a side should show. An empty one says nothing; that the side should show nothing has a box. */
function sideInput(side, conflict) {
  const { node, control } = field(`${system(side)}: ${conflict[`${side}_field`]}`, textInput("", { name: `value-${side}`, placeholder: short(conflict[side]) }), { wide: true });
  const { box, node: label } = check("Empty this field", false, {
    name: `empty-${side}`,
    "aria-label": `Empty this field in ${system(side)}`,
    on: { change: () => (control.disabled = box.checked) },
  });
  return { side, control, empty: box, node: h("div", { class: "side-input" }, node, label) };
}

function short(value) {
  const text = inline(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The typed text as the kind of value that stands there now: a number where that is a number. */
export function alike(text, sample) {
  if (typeof sample === "string" || sample === null || sample === undefined) return text;
  try {
    const value = JSON.parse(text);
    if (typeof value === typeof sample && Array.isArray(value) === Array.isArray(sample)) return value;
  } catch {
    // It is no JSON: a list may also be typed with commas.
  }
  return Array.isArray(sample) ? text.split(",").map((part) => part.trim()).filter(Boolean) : text;
}

/** Marks conflicts and decides the same for all of them. */
export function conflictSelection(page, { results, filter, refresh, hasMore }) {
  const decide = async (what, winner) => {
    const wanted = { ...marked.target(), winner, by: BY };
    const title = `${what} for ${plural(marked.count(), ...NOUN)}`;
    const agreed = await ask({
      title: `${title}?`,
      body: h("p", {}, "This is decided and carried out at once. What loses is kept with each conflict and can be brought back."),
      confirm: title,
      run: () => true,
    });
    if (agreed) await run(title, () => post("/api/conflicts/resolve", wanted));
  };
  const decideValue = async () => {
    const target = marked.target();
    const rows = marked.marked();
    const title = `A value for ${plural(marked.count(), ...NOUN)}`;
    const value = await askForValue({ title, conflict: rows[0], confirm: `Decide ${number(marked.count())}`, about: h("p", {}, "All of them get the same value.") }, (typed) => typed);
    if (value) await run(title, () => post("/api/conflicts/resolve", { ...target, winner: "value", value, by: BY }));
  };
  const run = async (title, send) => {
    marked.clear();
    await retryPanel(page, results, title, send, { during: "Deciding and carrying out. This page can be left, it goes on.", told: toldOf });
    if (!page.signal.aborted) await refresh();
  };
  /** One value for many makes sense only where all are about the same field. */
  const isOneRule = () => {
    const rows = marked.marked();
    if (marked.isEverything() && !filter().rule) return false;
    return rows.length > 0 && rows.every((row) => row.rule === rows[0].rule && row.kind === "field");
  };
  const marked = marking({
    nouns: NOUN[1],
    isOpen: (item) => item.status === "open",
    openFilter: () => givenOf({ ...filter(), status: "open" }),
    countAll: async (wanted) => (await get("/api/conflicts/count", wanted, page.signal)).count,
    label: (item) => `${item.rule || "deletion"} of ${item.label || item.shopify_id}`,
    hasMore,
    buttons: () => [
      action("Take Shopify's", () => decide("Take Shopify's", "shopify"), { kind: "primary", small: true, describes: "Take Shopify's for the selected" }),
      action("Take Odoo's", () => decide("Take Odoo's", "odoo"), { kind: "primary", small: true, describes: "Take Odoo's for the selected" }),
      isOneRule() && action("Type a value", decideValue, { small: true, describes: "Type a value for the selected" }),
    ],
  });
  return marked;
}

function toldOf(report) {
  if (report.decided === 0) return "Nothing to decide: no open conflict is left here.";
  const late = report.not_started ?? [];
  const failed = report.jobs.reduce((sum, job) => sum + job.fail_count, 0);
  const parts = [`${plural(report.decided, ...NOUN)} decided`, late.length > 0 ? "the next run carries them out" : `${plural(report.tried, "record")} written or checked`, failed > 0 && `${number(failed)} failed`];
  return `${parts.filter(Boolean).join(", ")}.`;
}
