// Before the first sync of two systems that both have data: what would be linked, what made, what needs a person.

import { get, getRecordTypes, post } from "../api.js";
import { action } from "../components/button.js";
import { emptyState, pageHeader, panel, skeleton } from "../components/header.js";
import { leftAlone } from "../components/left_alone.js";
import { liveRuns } from "../components/live_runs.js";
import { matchList } from "../components/match_list.js";
import { problemPanel } from "../components/problem.js";
import { when } from "../components/time.js";
import { h, put } from "../dom.js";
import { link } from "../page.js";
import { direction, recordTypes } from "../words.js";

export default async function match(page) {
  const types = await getRecordTypes();
  const type = types.find((one) => one.name === page.query.get("type")) ?? types[0];
  const tabs = h("nav", { class: "tabs", "aria-label": "Record types" }, types.map(({ name }) => h("a", { href: link("/match", { type: name }), class: "tab", "aria-current": name === type.name ? "page" : null }, recordTypes(name))));
  const place = h("div", { class: "stack" }, skeleton(6));
  const problems = h("div", {});
  const ran = panel("Runs", {});
  ran.hidden = true;
  const mine = new Set();
  const runs = liveRuns(page, {
    fits: (job) => mine.has(job.id),
    onCount: () => (ran.hidden = false),
    onEnd: (job) => job.dry_run && job.status === "completed" && read({ job: job.id }),
  });
  ran.append(runs.node);

  const begin = async (send) => {
    put(problems);
    try {
      const job = await send();
      mine.add(job.id);
      runs.add(job);
    } catch (error) {
      if (error.name === "AbortError" || error.status === 401) return;
      put(problems, problemPanel(error));
    }
  };
  const look = () => begin(() => post("/api/match/preview", { record_type: type.name }, { later: true }));
  const run = (way) => begin(() => post(`/api/sync/${encodeURIComponent(type.job_type)}`, { direction: way, full: true }, { later: true }));

  let last = { record_type: type.name };
  const left = type.matched && leftAlone(page, type, () => read(last));
  const read = async (which) => {
    last = which;
    try {
      const preview = await get("/api/match/preview", which, page.signal);
      put(place, previewNodes(preview, run, left));
    } catch (error) {
      if (error.name === "AbortError") return;
      put(place, error.status === 404 ? panel(null, {}, nothingYet(type)) : problemPanel(error, () => read(which)));
    }
  };
  page.show(
    pageHeader("First match", {
      about: "For two systems that both have data: what belongs together is found by keys that are unique on both sides. Looking changes nothing.",
      actions: [action("Look through both systems", look, { name: "eye", kind: "primary" })],
    }),
    h("div", { class: "panel flush" }, tabs),
    problems,
    ran,
    place,
    left && left.node,
  );
  await Promise.all([read(last), left && left.reload()]);
}

function nothingYet({ name }) {
  return emptyState("Nobody looked yet", `Look through both systems to see which ${recordTypes(name).toLowerCase()} would be linked, which made, and which need you.`);
}

function previewNodes({ job, will_link: links, will_create: creates, ambiguous }, run, left) {
  const leave = (verb, both = false) => left && { leave: { verb, both }, onLeft: left.reload };
  return [
    panel(
      null,
      {},
      h(
        "div",
        { class: "row" },
        h("p", { class: "grow" }, h("a", { href: `#/jobs/${job.id}` }, `Job ${job.id}`), `, ${direction(job.direction)}, `, when(job.finished_at)),
        action("Run it", () => run(job.direction), { name: "play", kind: "primary" }),
      ),
      h("p", { class: "muted" }, "A run links and makes what is listed, and passes by what is ambiguous until it is linked here. What is not to be linked or made is left alone."),
    ),
    matchList({ id: "ambiguous", title: "Ambiguous", about: "Several records fit, or a key is not unique. A run skips these; link them by hand, or leave them alone.", items: ambiguous, verb: "Candidates", ...leave("Leave alone") }),
    matchList({ id: "will-link", title: "Will link", about: "Found by a key that is unique on both sides.", items: links, verb: "Choose another", ...leave("Keep apart", true) }),
    matchList({ id: "will-create", title: "Will create", about: "No counterpart was found: a run makes one.", items: creates, verb: "Link instead", ...leave("Do not make") }),
  ];
}
