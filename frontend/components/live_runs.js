// Cards of everything that runs now, and of what ended while the page was looked at.

import { h } from "../dom.js";
import { isEnded, on, runningJobs } from "../live.js";
import { runCard } from "./run.js";

/** `fits(job)` says which jobs are shown; `onEnd(job)` is called for each that ends. */
export function liveRuns(page, { fits = () => true, onEnd = () => {}, onCount = () => {} } = {}) {
  const node = h("div", { class: "runs" });
  const known = new Set();
  const add = (job) => {
    if (known.has(job.id) || !fits(job)) return;
    known.add(job.id);
    node.prepend(runCard(page, job, { onEnd }));
    onCount(known.size);
  };
  const addRunning = () => {
    for (const progress of runningJobs()) add(progress.job);
  };
  on("snapshot", addRunning, page.signal);
  on("progress", (progress) => add(progress.job), page.signal);
  on("job", (job) => !isEnded(job) && add(job), page.signal);
  addRunning();
  return { node, add };
}
