// One run from its start to its end: progress while it goes, what came of it afterwards.

import { post } from "../api.js";
import { cssVar, h, put } from "../dom.js";
import { duration, number, plural, rate, secondsBetween } from "../format.js";
import { follow, isEnded } from "../live.js";
import { direction, humanise, jobType, phase, status } from "../words.js";
import { jobBadges } from "./badge.js";
import { action } from "./button.js";
import { announce, toast } from "./toast.js";

/** A card that follows `job`. `onEnd(job)` is called once with the finished job. */
export function runCard(page, job, { onEnd = () => {}, titleLink = true } = {}) {
  const state = { job, progress: null, said: 0 };
  const node = h("article", { class: "run", "aria-label": `Job ${job.id}`, "data-job": String(job.id) });
  const title = `${jobType(job.job_type)} · ${direction(job.direction)}`;
  const badges = h("span", {});
  const body = h("div", { class: "run-body" });
  const cancel = action("Cancel", () => cancelJob(job.id), { name: "stop", describes: `Cancel job ${job.id}` });
  put(
    node,
    h("div", { class: "run-head" }, h("h3", {}, titleLink ? h("a", { href: `#/jobs/${job.id}` }, title) : title), badges, h("span", { class: "muted" }, `Job ${job.id}`), h("span", { class: "grow" }), cancel),
    body,
  );
  const meter = progressMeter(job.id);
  const draw = () => {
    put(badges, jobBadges(state.job));
    cancel.hidden = isEnded(state.job) || state.job.cancel_requested;
    if (isEnded(state.job)) put(body, runResult(state.job));
    else if (!meter.node.isConnected) put(body, meter.node);
    if (!isEnded(state.job)) meter.update(state.job, state.progress);
  };
  const events = {
    onProgress(progress) {
      state.progress = progress;
      state.job = progress.job;
      speak(state);
      draw();
    },
    onJob(fresh) {
      state.job = fresh;
      draw();
    },
    onEnd(fresh) {
      state.job = fresh;
      draw();
      announce(`${title}: ${status(fresh.status)[0].toLowerCase()}. ${resultText(fresh)}`);
      onEnd(fresh);
    },
  };
  draw();
  if (isEnded(job)) onEnd(job);
  else follow(job.id, events, page.signal);
  return node;
}

/** Says a quarter, a half, three quarters: every step would drown everything else. */
function speak(state) {
  const { done, total } = state.progress;
  if (!total) return;
  const quarter = Math.floor((done / total) * 4);
  if (quarter > state.said && quarter < 4) {
    state.said = quarter;
    announce(`${quarter * 25} percent, ${number(done)} of ${number(total)}`);
  }
}

export async function cancelJob(id) {
  const job = await post(`/api/jobs/${id}/cancel`);
  toast(isEnded(job) ? `Job ${id} is cancelled.` : `Job ${id} is asked to stop. It ends after the batch that is under way.`);
  return job;
}

function progressMeter(id) {
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": `Progress of job ${id}`, "aria-valuemin": "0" }, h("div", { class: "bar-fill" }));
  const line = h("p", { class: "run-line" });
  const failures = h("div", {});
  const update = (job, progress) => {
    const done = progress?.done ?? null;
    const total = progress?.total ?? null;
    if (done !== null && total) {
      bar.setAttribute("aria-valuemax", String(total));
      bar.setAttribute("aria-valuenow", String(Math.min(done, total)));
      bar.removeAttribute("data-unknown");
      cssVar(bar, "--done", `${Math.min(100, (done / total) * 100)}%`);
    } else {
      bar.removeAttribute("aria-valuenow");
      bar.setAttribute("data-unknown", "true");
    }
    put(line, progressParts(job, progress).map((part) => h("span", {}, part)));
    put(failures, failureList(progress?.failures ?? []));
  };
  return { node: h("div", {}, bar, line, failures), update };
}

function progressParts(job, progress) {
  if (!progress) return [job.status === "queued" ? "Waiting to start" : "Starting"];
  return [
    phase(progress.phase),
    [h("strong", {}, number(progress.done)), progress.total === null ? " records" : ` of ${number(progress.total)}`],
    progress.rate !== null && `${rate(progress.rate)} per second`,
    progress.eta_seconds !== null && `${duration(progress.eta_seconds)} left`,
    job.fail_count > 0 && h("span", { class: "bad-text" }, `${number(job.fail_count)} failed`),
    !progress.here && "runs in another process",
  ].filter(Boolean);
}

function failureList(failures) {
  if (failures.length === 0) return null;
  return h(
    "div",
    { class: "run-failures" },
    h("p", { class: "small-text muted" }, "Latest failures"),
    h("ul", {}, failures.map((one) => h("li", {}, h("strong", {}, one.label || one.source_id), " ", humanise(one.reason), one.message && `: ${one.message}`))),
  );
}

function resultText(job) {
  return `${plural(job.total_records, "record")}: ${number(job.success_count)} success, ${number(job.fail_count)} failed, ${number(job.skip_count)} skipped`;
}

/** The counts of a finished job, each a link to its lines. */
export function runResult(job) {
  const lines = (outcome) => `#/jobs/${job.id}?outcome=${outcome}`;
  const took = secondsBetween(job.started_at, job.finished_at);
  const part = (count, word, outcome, tone) => h("a", { href: lines(outcome), class: "count-link", "data-tone": count > 0 ? tone : "quiet" }, h("strong", {}, number(count)), ` ${word}`);
  return h(
    "div",
    { class: "run-result" },
    job.error && h("p", { class: "bad-text" }, job.error),
    h(
      "p",
      { class: "counts" },
      h("a", { href: `#/jobs/${job.id}`, class: "count-link" }, h("strong", {}, number(job.total_records)), job.total_records === 1 ? " record" : " records"),
      part(job.success_count, job.dry_run ? "would change" : "success", "success", "good"),
      part(job.fail_count, job.dry_run ? "would fail" : "failed", "fail", "bad"),
      part(job.skip_count, "skipped", "skipped", "quiet"),
      took !== null && h("span", { class: "muted" }, `took ${duration(took)}`),
    ),
  );
}
