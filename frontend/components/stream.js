// One record type on the dashboard. Every figure leads to the list behind it.

import { h } from "../dom.js";
import { DASH, duration, number, percent, plural } from "../format.js";
import { link } from "../page.js";
import { jobType, recordTypes, system } from "../words.js";
import { jobBadges, toned } from "./badge.js";
import { ago } from "./time.js";

/** Above this share the failure rate is shown as bad, not only as a warning. */
const BAD_RATE = 0.1;

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

/** How many records either system has, and whether that agrees. */
function bothSides(counts) {
  const sides = Object.entries(counts).map(([name, count]) =>
    h("div", { class: "side" }, h("span", { class: "metric-label" }, system(name)), h("span", { class: "side-count" }, number(count))),
  );
  return h("div", { class: "sides" }, sides, h("p", { class: "side-verdict" }, verdict(Object.values(counts))));
}

function verdict([left, right]) {
  if (left === null || right === null || left === undefined || right === undefined) return h("span", { class: "muted" }, `${DASH} not known`);
  if (left === right) return toned("Equal count", "good");
  return toned(`${number(Math.abs(left - right))} apart`, "warn");
}
