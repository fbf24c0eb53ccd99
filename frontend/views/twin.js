// Both simulated stores side by side: edit either, run, and see what becomes of it.

import { get, getRecordTypes, post } from "../api.js";
import { action } from "../components/button.js";
import { filterBar } from "../components/filters.js";
import { keepFocus } from "../components/focus.js";
import { emptyState, pageHeader, panel, skeleton } from "../components/header.js";
import { liveRuns } from "../components/live_runs.js";
import { problemPanel } from "../components/problem.js";
import { askAndSeed } from "../components/seed.js";
import { toast } from "../components/toast.js";
import { twinConflicts, twinTable } from "../components/twin_table.js";
import { debounce, h, put } from "../dom.js";
import { plural } from "../format.js";
import { historyLink } from "../page.js";
import { commonDirections, direction, jobType } from "../words.js";

export default async function twin(page) {
  const types = await getRecordTypes();
  const health = await get("/api/health", null, page.signal);
  if (!(health.systems ?? []).every((one) => one.simulated)) {
    page.show(pageHeader("Both stores"), panel(null, {}, emptyState("Only in the simulation", "A system here is real. Edit it with its own program, then start a sync.", h("a", { class: "button", href: "#/sync" }, "Start a sync"))));
    return;
  }
  const possible = commonDirections(types);
  const way = possible.includes("both") ? "both" : possible[0];
  const place = h("div", { class: "stack" }, skeleton(8));
  const more = h("div", {});
  const filters = filterBar(page, [{ name: "text", label: "Find a product", placeholder: "Name or id" }], () => read());
  const ran = panel("Runs", {});
  ran.hidden = true;
  const runs = liveRuns(page, { onCount: () => (ran.hidden = false), onEnd: () => soon() });
  ran.append(runs.node);
  let items = [];
  let next = null;

  const run = async () => {
    const { jobs, not_started: late } = await post("/api/sync/all", { direction: way }, { later: true });
    for (const job of jobs) runs.add(job);
    for (const one of late ?? []) toast(`${jobType(one.record_type)}: ${one.detail}`, { tone: "warn" });
  };
  const seed = async () => (await askAndSeed()) && (await read());

  const draw = () =>
    keepFocus(place, () => {
      put(place, items.length === 0 ? panel(null, {}, empty(filters.values().text, seed, run)) : items.map((one) => product(one, read)));
      put(more, next !== null && action("Load more", readMore));
    });
  const read = async () => {
    try {
      const answer = await get("/api/sim/twin", { ...filters.values(), limit: Math.min(Math.max(items.length, 10), 50) }, page.signal);
      ({ items, next } = answer);
      draw();
    } catch (error) {
      if (error.name !== "AbortError") put(place, problemPanel(error, read));
    }
  };
  const readMore = async () => {
    const answer = await get("/api/sim/twin", { ...filters.values(), before: next }, page.signal);
    items = [...items, ...answer.items];
    next = answer.next;
    draw();
  };
  const soon = debounce(read, 400);

  page.show(
    pageHeader("Both stores", {
      about: "The two simulated systems side by side. Change a title, a price or a stock on either side, as its own people would, then run and see what becomes of it.",
      actions: [action(way === "both" ? "Run both ways" : `Run ${direction(way)}`, run, { name: "play", kind: "primary" }), h("a", { class: "button", href: "#/conflicts" }, "Conflicts")],
    }),
    ran,
    h("div", { class: "panel flush" }, filters.node),
    place,
    more,
  );
  await read();
}

function product(twin, edited) {
  const title = h("span", { class: "twin-head" }, h("a", { href: historyLink("product", "shopify", twin.shopify_id) }, twin.label));
  const node = panel(null, { flush: true }, h("div", { class: "panel-head" }, h("h2", {}, title), h("div", { class: "actions" }, twinConflicts(twin))), twinTable(twin, edited));
  if (twin.more_variants > 0) node.append(h("p", { class: "muted panel-text" }, `${plural(twin.more_variants, "more variant")} not shown.`));
  node.setAttribute("data-twin", twin.shopify_id);
  return node;
}

function empty(text, seed, run) {
  if (text) return emptyState("No linked product matches", "Try fewer letters.");
  return emptyState("No product is linked yet", "Fill both systems and run once: then the products of both stand here side by side.", action("Seed", seed, { name: "seed" }), action("Run now", run, { name: "play", kind: "primary" }));
}
