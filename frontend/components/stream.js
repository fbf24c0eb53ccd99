// One record type on the dashboard. Every figure leads to the list behind it.

import { h } from "../dom.js";
import { duration, number, percent, plural } from "../format.js";
import { link } from "../page.js";
import { SIDES, jobType, otherSide, recordTypes, system } from "../words.js";
import { jobBadges, toned } from "./badge.js";
import { ago } from "./time.js";

/** Above this share the failure rate is shown as bad, not only as a warning. */
const BAD_RATE = 0.1;

const isNumber = (value) => typeof value === "number";

export function streamCard(stream, data) {
  return h(
    "article",
    { class: "panel stream", "data-stream": stream.record_type },
    h("div", { class: "stream-head" }, h("h2", {}, recordTypes(stream.record_type)), h("div", { class: "grow" }, lastRun(stream)), h("a", { class: "button small", href: link("/sync", { type: stream.job_type }), "aria-label": `Sync ${recordTypes(stream.record_type).toLowerCase()}` }, "Sync")),
    h("div", { class: "metrics" }, metrics(stream, data.window_seconds)),
    bothSides(stream.counts),
  );
}

function lastRun({ running, last_job: last }) {
  if (running) return h("a", { href: `#/jobs/${running.id}` }, toned("Running", "info"));
  if (!last) return h("span", { class: "muted" }, "Never ran");
  return h("a", { href: `#/jobs/${last.id}`, class: "quiet-link" }, jobBadges(last), h("span", { class: "muted" }, " ", ago(last.finished_at ?? last.created_at)));
}

function metrics(stream, windowSeconds) {
  const { window, failure_rate: rate, backlog, open_dead_letters: dead } = stream;
  const fresh = stream.freshness_seconds;
  const tone = rate === null || rate === 0 ? "quiet" : rate >= BAD_RATE ? "bad" : "warn";
  const failing = stream.last_job && stream.last_job.fail_count > 0 ? `#/jobs/${stream.last_job.id}?outcome=fail` : link("/jobs", { job_type: stream.job_type });
  return [
    metric("Freshness", fresh === null ? "Never" : duration(fresh), fresh === null ? "no sync succeeded yet" : "since the last sync", link("/jobs", { job_type: stream.job_type, status: "completed" })),
    metric(`Failure rate, ${windowText(windowSeconds)}`, percent(rate), rate === null ? "nothing ran" : `${number(window.fail_count)} of ${plural(window.total_records, "record")}`, failing, tone),
    metric("Backlog", number(backlog), `${number(stream.pending)} pending, ${number(stream.held)} held`, link("/waiting", { record_type: stream.record_type }), backlog > 0 ? "warn" : "quiet"),
    metric("Conflicts", number(stream.open_conflicts), stream.open_conflicts > 0 ? "open" : "none open", link("/conflicts", { record_type: stream.record_type }), stream.open_conflicts > 0 ? "warn" : "quiet"),
    metric("Dead letters", number(dead), dead > 0 ? "open" : "none open", link("/dead-letter", { record_type: stream.record_type }), dead > 0 ? "bad" : "quiet"),
  ];
}

function metric(label, value, about, href, tone = "quiet") {
  return h("a", { class: "metric", href, "data-tone": tone }, h("span", { class: "metric-label" }, label), h("span", { class: "metric-value" }, value), h("span", { class: "metric-about" }, about));
}

/** A day is called 24 hours: it is a window, not a date. */
function windowText(seconds) {
  return seconds <= 172_800 ? `${number(Math.round(seconds / 3600))} h` : duration(seconds);
}

/** How many records both systems have, each counted where the other one is meant to have it too. */
function bothSides(counts) {
  const known = isNumber(counts.shopify) && isNumber(counts.odoo);
  const sides = known ? SIDES.map((name) => side(system(name), counts[name])) : side("In both", counts.linked);
  const about = known ? [verdict(counts), SIDES.map((name) => leftOut(name, counts.left_out[name]))] : h("span", { class: "muted small-text" }, "Only linked levels are counted");
  return h("div", { class: "sides" }, sides, h("div", { class: "side-verdict" }, about));
}

function side(name, count) {
  return h("div", { class: "side" }, h("span", { class: "metric-label" }, name), h("span", { class: "side-count" }, number(count)));
}

function leftOut(name, count) {
  return count > 0 && h("p", { class: "muted small-text" }, `${number(count)} more in ${system(name)}, not meant for ${system(otherSide(name))}`);
}

/** What only one of them has, by what the links say: equal numbers alone prove nothing. */
function verdict(counts) {
  const apart = SIDES.flatMap((name) => {
    const missing = counts[name] - counts.linked;
    if (missing === 0) return [];
    return toned(missing > 0 ? `${number(missing)} only in ${system(name)}` : `${number(-missing)} gone from ${system(name)}`, "warn");
  });
  if (apart.length > 0) return apart;
  return counts.linked === 0 ? h("span", { class: "muted" }, "None in either") : toned("All in both", "good");
}
