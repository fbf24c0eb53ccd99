// Recent runs as stacked bars, oldest first. The picture is for the eye; the same runs stand in the list beside it.

import { h, s } from "../dom.js";
import { number } from "../format.js";
import { jobType, status } from "../words.js";

const WIDTH = 22;
const GAP = 6;
const HEIGHT = 96;
const LEAST = 3;
const PARTS = [
  ["success_count", "good", "success"],
  ["skip_count", "quiet", "skipped"],
  ["fail_count", "bad", "failed"],
];

/** Heights of the three parts of a bar; what is not nothing can be seen. */
export function partHeights(job, most) {
  return PARTS.map(([key]) => {
    const count = job[key] ?? 0;
    return count === 0 ? 0 : Math.max(LEAST, (count / Math.max(most, 1)) * (HEIGHT - 12));
  });
}

export function runsChart(jobs) {
  const runs = [...jobs].reverse();
  const total = (job) => PARTS.reduce((sum, [key]) => sum + (job[key] ?? 0), 0);
  const most = Math.max(...runs.map(total), 1);
  const bars = runs.map((job, at) => bar(job, at * (WIDTH + GAP), partHeights(job, most)));
  const width = Math.max(runs.length, 1) * (WIDTH + GAP) - GAP;
  const base = s("line", { x1: 0, x2: width, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5, class: "chart-base" });
  const svg = s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, class: "chart", "aria-hidden": "true" }, bars, base);
  const legend = PARTS.map(([, tone, label]) => h("span", { class: "legend", "data-tone": tone }, h("span", { class: "swatch" }), label));
  return h("figure", { class: "chart-figure" }, h("div", { class: "chart-scroll" }, svg), h("figcaption", {}, legend, summary(runs)));
}

function bar(job, x, heights) {
  const label =
    `Job ${job.id}, ${jobType(job.job_type)}, ${status(job.status)[0].toLowerCase()}` +
    `${job.dry_run ? ", preview" : ""}: ${number(job.success_count)} success, ${number(job.fail_count)} failed, ${number(job.skip_count)} skipped`;
  let y = HEIGHT - 1;
  const parts = heights.map((height, at) => {
    y -= height;
    return height > 0 && s("rect", { x, y, width: WIDTH, height, "data-tone": PARTS[at][1], rx: 1.5 });
  });
  // A run that moved nothing still is a run: a thin mark in the tone of its status.
  if (heights.every((height) => height === 0)) {
    parts.push(s("rect", { x, y: HEIGHT - 4, width: WIDTH, height: 3, "data-tone": status(job.status)[1] }));
  }
  if (job.dry_run) parts.push(s("circle", { cx: x + WIDTH / 2, cy: y - 6, r: 2.5, class: "chart-preview" }));
  return s("a", { href: `#/jobs/${job.id}`, tabindex: "-1" }, s("title", {}, label), s("rect", { x, y: 0, width: WIDTH, height: HEIGHT, class: "chart-hit" }), parts);
}

function summary(runs) {
  const failed = runs.filter((job) => job.fail_count > 0 || job.status === "failed").length;
  const previews = runs.some((job) => job.dry_run) ? " A dot marks a preview." : "";
  return h("span", { class: "muted" }, `Records per run, the latest ${number(runs.length)}; ${number(failed)} with failures.${previews}`);
}
