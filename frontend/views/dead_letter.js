// One record that did not get through: why, what to do, and everything there is to see.

import { get, post } from "../api.js";
import { badge } from "../components/badge.js";
import { askForReason } from "../components/bulk.js";
import { action } from "../components/button.js";
import { facts, pageHeader, panel } from "../components/header.js";
import { payload } from "../components/json.js";
import { retryPanel } from "../components/retry.js";
import { fullTable } from "../components/table.js";
import { when, whenExactly } from "../components/time.js";
import { toast } from "../components/toast.js";
import { h, put } from "../dom.js";
import { number } from "../format.js";
import { historyLink, link } from "../page.js";
import { direction, errorClass, humanise, retries, stage, system } from "../words.js";

export default async function deadLetter(page) {
  const path = `/api/dead-letter/${encodeURIComponent(page.params.id)}`;
  const results = h("div", {});
  const place = h("div", { class: "stack" });
  const read = async () => {
    const letter = await get(path, null, page.signal);
    put(place, nodes(page, letter, results, read));
  };
  const letter = await get(path, null, page.signal);
  put(place, nodes(page, letter, results, read));
  page.show(place);
}

function nodes(page, letter, results, read) {
  const isOpen = letter.status === "open";
  const retry = async () => {
    await retryPanel(page, results, "Retry", () => post(`/api/dead-letter/${letter.id}/retry`));
    if (!page.signal.aborted) await read();
  };
  const discard = async () => {
    const answer = await askForReason(1, (reason) => post("/api/dead-letter/discard", { ids: [letter.id], reason }));
    if (!answer) return;
    toast("Discarded.");
    await read();
  };
  return [
    pageHeader(letter.label || letter.source_id, {
      back: { href: "#/dead-letter", text: "Dead letters" },
      about: [badge(letter.status), ` ${humanise(letter.record_type)} ${letter.source_id}, ${direction(letter.direction)}`],
      actions: isOpen ? [action("Retry", retry, { name: "retry", kind: "primary" }), action("Discard", discard)] : [],
    }),
    results,
    what(letter),
    h("div", { class: "split even" }, side(letter, "original"), side(letter, "mapped")),
    attempts(letter),
    panel("Now", {}, currentRecord(page, letter)),
  ];
}

function what(letter) {
  const alike = link("/dead-letter", { class: letter.class, code: letter.code });
  return panel(
    "What happened",
    {},
    h("p", { class: "lead" }, h("strong", {}, humanise(letter.code)), `, ${stage(letter.stage)}: `, letter.message),
    letter.status === "open" && letter.advice && h("div", { class: "advice" }, h("h3", {}, "Next step"), h("p", {}, letter.advice)),
    letter.closed && closedText(letter),
    facts([
      ["Kind of error", errorClass(letter.class)],
      ["Retries", retries(letter)],
      ["First", whenExactly(letter.first_at)],
      ["Last", whenExactly(letter.last_at)],
      ["Job", h("a", { href: `#/jobs/${letter.job_id}` }, `Job ${letter.job_id}`)],
      ["Record", h("a", { href: historyLink(letter.record_type, sideOf(letter), letter.source_id) }, "Its time line")],
      ["Alike", h("a", { href: alike }, "Open ones with the same error")],
    ]),
  );
}

/** What closed it: the job that got it through, or the reason that somebody gave. */
function closedText({ status, closed }) {
  const job = /^job (\d+)$/.exec(closed);
  const text = job ? ["In ", h("a", { href: `#/jobs/${job[1]}` }, `job ${job[1]}`), "."] : closed;
  return h("div", { class: "advice" }, h("h3", {}, status === "resolved" ? "It got through" : "It was discarded"), h("p", {}, text));
}

/** Where the record was read. */
const sideOf = (letter) => letter.side ?? "shopify";

function side(letter, which) {
  const [from, to] = sideOf(letter) === "odoo" ? ["odoo", "shopify"] : ["shopify", "odoo"];
  const title = which === "original" ? `Original, from ${system(from)}` : `Mapped, for ${system(to)}`;
  return panel(title, {}, payload(title, letter[which]));
}

function attempts(letter) {
  const columns = [
    { label: "Attempt", main: true, cell: (one) => `Attempt ${one.number}` },
    { label: "When", cell: (one) => when(one.at) },
    { label: "Job", cell: (one) => h("a", { href: `#/jobs/${one.job_id}` }, `Job ${one.job_id}`) },
    { label: "Error", kind: "wide", cell: (one) => [h("span", { class: "strong" }, humanise(one.code)), h("span", { class: "sub" }, `${errorClass(one.class)}, ${stage(one.stage)}`), h("p", { class: "message" }, one.message)] },
    { label: "Took", kind: "number", cell: (one) => `${number(one.duration_ms)} ms` },
  ];
  return panel("Attempts", { flush: true }, fullTable(columns, letter.attempts, { caption: "Every attempt" }));
}

/** The record in its system as it is now, to see whether it was put right. */
function currentRecord(page, letter) {
  const source = sideOf(letter);
  const body = h("div", {});
  const show = async () => {
    const record = await get("/api/samples/record", { record_type: letter.record_type, system: source, id: letter.source_id }, page.signal);
    put(body, payload(`${record.label} in ${system(source)} now`, record.body));
  };
  return [h("p", { class: "muted" }, `The original above is what was read when it failed. A retry reads the record again.`), action(`Read it from ${system(source)}`, show, { name: "eye" }), body];
}
