// Starting a run, watching it, and reading the plan of a preview.

import { get, getRecordTypes, post } from "../api.js";
import { action, busy } from "../components/button.js";
import { chips } from "../components/chips.js";
import { check, radios } from "../components/field.js";
import { icon } from "../components/icons.js";
import { emptyState, pageHeader, panel } from "../components/header.js";
import { jobLines } from "../components/lines.js";
import { liveRuns } from "../components/live_runs.js";
import { problemPanel } from "../components/problem.js";
import { h, put } from "../dom.js";
import { isEnded } from "../live.js";
import { commonDirections, direction, jobType } from "../words.js";

const ALL = "all";

export default async function sync(page) {
  const types = await getRecordTypes();
  const chosen = {
    type: page.query.get("type") ?? types[0]?.job_type ?? ALL,
    direction: page.query.get("direction") ?? "",
    dryRun: page.query.get("dry_run") === "true",
    full: page.query.get("full") === "true",
    allowArchive: page.query.get("allow_archive") === "true",
  };
  const problems = h("div", {});
  const ran = h("section", { class: "panel", hidden: true }, h("div", { class: "panel-head" }, h("h2", {}, "Runs")));
  const runs = liveRuns(page, {
    onCount: (count) => (ran.hidden = count === 0),
    onEnd: (job) => job.dry_run && job.status === "completed" && plan.add(job),
  });
  ran.append(runs.node);

  const start = async (dryRun) => {
    put(problems);
    try {
      const jobs = await begin(chosen, dryRun);
      plan.clear();
      if (jobs.jobs[0]) page.setQuery({ job: jobs.jobs[0].id });
      for (const job of jobs.jobs) runs.add(job);
      if (jobs.notStarted.length > 0) put(problems, notStarted(jobs.notStarted));
    } catch (error) {
      if (error.status === 401) return;
      if (error.status === undefined) console.error(error);
      put(problems, problemPanel(error));
      if (error.job && !isEnded(error.job)) runs.add(error.job);
    }
  };

  const plan = planBox(page, start);

  page.show(
    pageHeader("Sync", { about: "Bring one side up to date with the other. A preview changes nothing and shows what would be done." }),
    panel(null, {}, controls(page, types, chosen, start), problems),
    ran,
    plan.node,
  );
  await showEarlier(page, runs);
}

/** After a reload: the run that the address names. */
async function showEarlier(page, runs) {
  const id = page.query.get("job");
  if (!id) return;
  try {
    const job = await get(`/api/jobs/${encodeURIComponent(id)}`, null, page.signal);
    runs.add(job);
  } catch (error) {
    if (error.status !== 404) throw error;
    page.setQuery({ job: null });
  }
}

async function begin(chosen, dryRun) {
  const body = { dry_run: dryRun };
  if (chosen.direction) body.direction = chosen.direction;
  if (chosen.full) body.full = true;
  if (chosen.allowArchive) body.allow_archive = true;
  const answer = await post(`/api/sync/${encodeURIComponent(chosen.type)}`, body, { later: true });
  return answer.jobs ? { jobs: answer.jobs, notStarted: answer.not_started ?? [] } : { jobs: [answer], notStarted: [] };
}

function notStarted(items) {
  return h("ul", { class: "findings" }, items.map((item) => h("li", {}, h("strong", {}, item.record_type), `: ${item.detail}`)));
}

function controls(page, types, chosen, start) {
  const directions = h("div", {});
  const drawDirections = () => {
    const possible = possibleDirections(types, chosen.type);
    if (!possible.includes(chosen.direction)) chosen.direction = possible[0] ?? "";
    const choices = possible.map((name) => [name, direction(name)]);
    put(directions, radios("Direction", "direction", choices, chosen.direction, (value) => keep({ direction: value })));
  };
  const keep = (changes) => {
    Object.assign(chosen, changes);
    page.setQuery({ type: chosen.type, direction: chosen.direction, dry_run: chosen.dryRun ? "true" : null, full: chosen.full ? "true" : null, allow_archive: chosen.allowArchive ? "true" : null, job: null });
  };
  const typeChoices = [...types.map((type) => [type.job_type, jobType(type.job_type)]), [ALL, "Everything", "One type after the other"]];
  const pickType = (value) => {
    chosen.type = value;
    drawDirections();
    keep({});
  };
  drawDirections();
  const submit = h("button", { type: "submit", class: "button primary" });
  const drawSubmit = () => put(submit, icon(chosen.dryRun ? "eye" : "play"), chosen.dryRun ? "Preview" : "Start sync");
  const modes = [
    ["true", "Preview (dry run)", "Shows the plan, changes nothing"],
    ["false", "Sync", "Writes the changes"],
  ];
  drawSubmit();
  const pickMode = (value) => {
    keep({ dryRun: value === "true" });
    drawSubmit();
  };
  return h(
    "form",
    { class: "sync-form", on: { submit: (event) => { event.preventDefault(); busy(submit, () => start(chosen.dryRun)); } } },
    radios("What", "type", typeChoices, chosen.type, pickType),
    directions,
    radios("How", "dry_run", modes, String(chosen.dryRun), pickMode),
    more(chosen, keep),
    h("div", { class: "form-end" }, submit),
  );
}

/** What is rarely needed. It is open when the address asks for any of it. */
function more(chosen, keep) {
  const full = check("Read everything, not only what changed since the last run", chosen.full, { name: "full" });
  const archive = check("Put away however many records were deleted on the other side", chosen.allowArchive, { name: "allow_archive" });
  full.box.addEventListener("change", () => keep({ full: full.box.checked }));
  archive.box.addEventListener("change", () => keep({ allowArchive: archive.box.checked }));
  return h(
    "details",
    { class: "sync-more", open: chosen.full || chosen.allowArchive },
    h("summary", {}, "More"),
    full.node,
    archive.node,
    h("p", { class: "muted small-text" }, "Deleted records are noticed only by runs that read everything. A run that would put away more than ARCHIVE_LIMIT of them stops and asks: look at a preview first."),
  );
}

/** For everything at once: what every type can do. */
function possibleDirections(types, type) {
  return commonDirections(types.filter((one) => type === ALL || one.job_type === type));
}

/**
 * The plans of one start: one, or one for each type. Only one is shown, because the filters in the address are its.
 */
function planBox(page, start) {
  const node = h("div", { id: "plan" });
  const tabs = chips("Plan of", (value) => value && show(value));
  const body = h("div", {});
  let jobs = [];

  const show = async (id) => {
    const job = jobs.find((one) => one.id === id);
    page.setQuery({ action: null, reason: null, text: null, job: id });
    tabs.draw(jobs.map((one) => ({ value: one.id, label: jobType(one.job_type), count: one.total_records })), id);
    tabs.node.hidden = jobs.length < 2;
    const lines = jobLines(page, job);
    const run = action("Run it", () => start(false), { name: "play", kind: "primary" });
    const nothing = job.total_records === 0;
    put(
      body,
      nothing
        ? panel(planTitle(job), {}, emptyState("Nothing to do", "Both sides agree: a sync now would change nothing."))
        : panel(planTitle(job), { flush: true, actions: run }, lines.node),
    );
    if (!nothing) await lines.reload();
  };

  return {
    node,
    clear() {
      jobs = [];
      put(node);
      put(body);
    },
    add(job) {
      if (jobs.some((one) => one.id === job.id)) return;
      jobs.push(job);
      put(node, tabs.node, body);
      // A plan that is being read is not taken away by the next one.
      if (jobs.length === 1) show(job.id);
      else tabs.draw(jobs.map((one) => ({ value: one.id, label: jobType(one.job_type), count: one.total_records })), Number(page.query.get("job")));
      tabs.node.hidden = jobs.length < 2;
    },
  };
}

const planTitle = (job) => `Plan: ${jobType(job.job_type)}, ${direction(job.direction)}`;
