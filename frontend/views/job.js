// One run: its figures, what can be done with it, and what happened to each record.

import { get, post } from "../api.js";
import { jobBadges } from "../components/badge.js";
import { action } from "../components/button.js";
import { facts, pageHeader, panel } from "../components/header.js";
import { jobLines } from "../components/lines.js";
import { retryPanel } from "../components/retry.js";
import { runCard } from "../components/run.js";
import { whenExactly } from "../components/time.js";
import { debounce, h, put } from "../dom.js";
import { duration, number, secondsBetween } from "../format.js";
import { isEnded, on } from "../live.js";
import { go } from "../page.js";
import { direction, jobType } from "../words.js";

const CAN_RESUME = new Set(["failed", "cancelled", "interrupted"]);

export default async function jobView(page) {
  const id = Number(page.params.id);
  let job = await get(`/api/jobs/${encodeURIComponent(page.params.id)}`, null, page.signal);
  const lines = jobLines(page, job);
  const head = h("div", {});
  const figures = h("div", {});
  const results = h("div", {});
  const draw = () => {
    put(head, pageHeader(title(job), { back: { href: "#/jobs", text: "Jobs" }, about: [jobBadges(job), " ", direction(job.direction)], actions: actions(page, job, results) }));
    put(figures, isEnded(job) ? panel(null, {}, jobFacts(job)) : null);
  };
  draw();
  const card = isEnded(job) ? null : runCard(page, job, { titleLink: false, onEnd: (fresh) => ended(fresh) });
  const ended = async (fresh) => {
    job = fresh;
    draw();
    await lines.refresh();
  };
  page.show(
    head,
    card && panel("Progress", {}, card),
    figures,
    results,
    panel(job.dry_run ? "Plan" : "Records", { flush: true }, lines.node),
  );
  const soon = debounce(() => lines.refresh(), 700);
  on("progress", (progress) => progress.job.id === id && soon(), page.signal);
  on("job", (fresh) => fresh.id === id && !card && fresh.status === "running" && page.again(), page.signal);
  await lines.reload();
}

const title = (job) => `${jobType(job.job_type)}, job ${job.id}`;

function actions(page, job, results) {
  if (!isEnded(job)) return [];
  const again = `#/sync?type=${encodeURIComponent(job.job_type)}&direction=${job.direction}`;
  return [
    CAN_RESUME.has(job.status) && action("Resume", () => resume(page, job), { name: "play", kind: "primary" }),
    job.status === "interrupted" && action("Cancel", () => cancelInterrupted(page, job), { name: "stop" }),
    !job.dry_run && job.fail_count > 0 && action("Retry failed", () => retryFailed(page, job, results), { name: "retry" }),
    !job.dry_run && job.fail_count > 0 && h("a", { class: "button", href: `#/dead-letter?job=${job.id}` }, "Dead letters of this job"),
    h("a", { class: "button", href: again }, job.dry_run ? "Run for real" : "Run again"),
  ];
}

async function resume(page, job) {
  const fresh = await post(`/api/jobs/${job.id}/resume`, {}, { later: true });
  if (fresh.id === job.id) page.again();
  else go(`/jobs/${fresh.id}`);
}

async function cancelInterrupted(page, job) {
  await post(`/api/jobs/${job.id}/cancel`);
  page.again();
}

function retryFailed(page, job, results) {
  return retryPanel(page, results, `Retry of the failed records of job ${job.id}`, () => post(`/api/jobs/${job.id}/retry-failed`));
}

function jobFacts(job) {
  const count = (word, value, outcome) => [word, outcome && value > 0 ? h("a", { href: `#/jobs/${job.id}?outcome=${outcome}` }, number(value)) : number(value)];
  return [
    job.error && h("p", { class: "bad-text job-error" }, job.error),
    facts([
      count("Records", job.total_records),
      count("Success", job.success_count, "success"),
      count("Failed", job.fail_count, "fail"),
      count("Skipped", job.skip_count, "skipped"),
      ["Started", whenExactly(job.started_at)],
      ["Ended", whenExactly(job.finished_at)],
      ["Took", duration(secondsBetween(job.started_at, job.finished_at))],
      ["Connection", job.connection],
    ]),
  ];
}
