// What an operator looks at first: does it run, does something fail, how old is the newest change, how much waits.

import { get, post } from "../api.js";
import { jobBadges } from "../components/badge.js";
import { action } from "../components/button.js";
import { runsChart } from "../components/chart.js";
import { firstSteps } from "../components/first_steps.js";
import { keepFocus } from "../components/focus.js";
import { emptyState, pageHeader, panel, skeleton } from "../components/header.js";
import { liveRuns } from "../components/live_runs.js";
import { problemPanel } from "../components/problem.js";
import { askAndSeed } from "../components/seed.js";
import { streamCard } from "../components/stream.js";
import { fullTable } from "../components/table.js";
import { ago } from "../components/time.js";
import { debounce, h, put } from "../dom.js";
import { number } from "../format.js";
import { on } from "../live.js";
import { jobType } from "../words.js";

const REFRESH_MS = 30_000;

export default async function dashboard(page) {
  const body = h("div", { class: "stack" }, skeleton(8));
  const stale = h("div", {});
  const ran = panel("Running now", {});
  ran.hidden = true;
  const runs = liveRuns(page, { onCount: () => (ran.hidden = false), onEnd: () => soon() });
  ran.append(runs.node);

  const syncAll = async () => {
    const { jobs, not_started: notStarted } = await post("/api/sync/all", {}, { later: true });
    for (const job of jobs) runs.add(job);
    if (notStarted?.length > 0) put(stale, h("ul", { class: "findings panel" }, notStarted.map((one) => h("li", {}, h("strong", {}, one.record_type), `: ${one.detail}`))));
  };
  const seed = async () => {
    const report = await askAndSeed();
    if (report) await read();
    return report;
  };

  const read = async () => {
    try {
      const data = await get("/api/dashboard", null, page.signal);
      put(stale);
      keepFocus(body, () => put(body, nodes(data, { seed })));
    } catch (error) {
      if (error.name === "AbortError") return;
      // Old figures that are said to be old are better than none.
      if (body.querySelector(".skeleton")) put(body, problemPanel(error, read));
      else put(stale, problemPanel(error, read));
    }
  };
  const soon = debounce(read, 500);

  page.show(
    pageHeader("Dashboard", {
      actions: [
        action("Sync all", syncAll, { name: "play", kind: "primary" }),
        h("a", { class: "button", href: "#/sync?type=all&dry_run=true" }, "Preview"),
        action("Seed", seed, { name: "seed" }),
      ],
    }),
    stale,
    ran,
    body,
  );
  for (const type of ["job", "dead_letters", "snapshot"]) on(type, soon, page.signal);
  page.every(REFRESH_MS, read);
  await read();
}

function nodes(data, { seed }) {
  const onlyPreviews = data.recent_runs.every((job) => job.dry_run);
  return [
    onlyPreviews && firstSteps(data, seed),
    h("section", { class: "streams", "aria-label": "Streams" }, data.streams.map((stream) => streamCard(stream, data))),
    panel("Recent runs", { actions: h("a", { href: "#/jobs" }, "All jobs") }, recent(data.recent_runs)),
    h("p", { class: "muted small-text" }, "Figures from ", ago(data.at), "."),
  ];
}

const RUN_COLUMNS = [
  { label: "Job", main: true, cell: (job) => h("a", { href: `#/jobs/${job.id}`, class: "nowrap" }, `${jobType(job.job_type)}, job ${job.id}`) },
  { label: "Status", cell: jobBadges },
  { label: "Success", kind: "number", cell: (job) => number(job.success_count) },
  { label: "Failed", kind: "number", cell: (job) => h("span", { class: job.fail_count > 0 ? "bad-text strong" : null }, number(job.fail_count)) },
  { label: "Skipped", kind: "number", cell: (job) => number(job.skip_count) },
  { label: "Started", cell: (job) => h("span", { class: "nowrap" }, ago(job.started_at ?? job.created_at)) },
];

function recent(jobs) {
  if (jobs.length === 0) return emptyState("Nothing ran yet", "Runs show up here with what they did.");
  return h("div", { class: "recent" }, runsChart(jobs), fullTable(RUN_COLUMNS, jobs.slice(0, 6), { caption: "The latest runs" }));
}
