// Which address shows which view, and the frame around them.

import { get, remove, whenLoginNeeded } from "./api.js";
import { skeleton } from "./components/header.js";
import { problemPanel } from "./components/problem.js";
import { announce } from "./components/toast.js";
import { h, put } from "./dom.js";
import * as live from "./live.js";
import { Page } from "./page.js";
import { buildShell, updateShell } from "./shell.js";
import conflicts from "./views/conflicts.js";
import dashboard from "./views/dashboard.js";
import deadLetter from "./views/dead_letter.js";
import deadLetters from "./views/dead_letters.js";
import job from "./views/job.js";
import jobs from "./views/jobs.js";
import login from "./views/login.js";
import match from "./views/match.js";
import mapping from "./views/mapping.js";
import mappings from "./views/mappings.js";
import nowhere from "./views/nowhere.js";
import record from "./views/record.js";
import records from "./views/records.js";
import settings from "./views/settings.js";
import sync from "./views/sync.js";
import twin from "./views/twin.js";
import waiting from "./views/waiting.js";

/** Address, view, the entry of the navigation it belongs to. */
const ROUTES = [
  ["/", dashboard, "/"],
  ["/sync", sync, "/sync"],
  ["/jobs", jobs, "/jobs"],
  ["/jobs/:id", job, "/jobs"],
  ["/mappings", mappings, "/mappings"],
  ["/mappings/:id", mapping, "/mappings"],
  ["/conflicts", conflicts, "/conflicts"],
  ["/records", records, "/records"],
  ["/records/:type/:side/:id", record, "/records"],
  ["/match", match, "/match"],
  ["/twin", twin, "/twin"],
  ["/dead-letter", deadLetters, "/dead-letter"],
  ["/dead-letter/:id", deadLetter, "/dead-letter"],
  ["/waiting", waiting, "/waiting"],
  ["/settings", settings, "/settings"],
];

let page = null;
let session = null;
let first = true;

function routeOf(path) {
  for (const [pattern, view, entry] of ROUTES) {
    const names = pattern.split("/");
    const parts = path.split("/");
    if (names.length !== parts.length) continue;
    const params = {};
    const fits = names.every((name, at) => {
      if (!name.startsWith(":")) return name === parts[at];
      params[name.slice(1)] = decodeURIComponent(parts[at]);
      return parts[at] !== "";
    });
    if (fits) return { view, entry, params };
  }
  return { view: nowhere, entry: null, params: {} };
}

/** Shows what the address names. */
async function show() {
  page?.leave();
  const address = location.hash || "#/";
  const [path, query] = address.slice(1).split("?");
  const { view, entry, params } = routeOf(path);
  const main = document.getElementById("main");
  const mine = new Page(main, path, params, new URLSearchParams(query ?? ""), show);
  page = mine;
  updateShell({ entry, session });
  delete main.dataset.view;
  delete main.dataset.address;
  put(main, skeleton(6));
  window.scrollTo(0, 0);
  try {
    await view(mine);
  } catch (error) {
    if (error.name === "AbortError" || mine.signal.aborted) return;
    if (error.status === 401) return;
    put(main, h("h1", { tabindex: "-1" }, "Something went wrong"), problemPanel(error, show));
    if (error.status === undefined) console.error(error);
  }
  if (!mine.signal.aborted) arrive(main, address);
}

/** Moves the focus to the heading of the new view, so that a screen reader starts reading there. */
function arrive(main, address) {
  const heading = main.querySelector("h1");
  document.title = heading ? `${heading.textContent} · Shopify Odoo Sync` : "Shopify Odoo Sync";
  main.dataset.view = `#${page.path}`;
  main.dataset.address = address;
  if (first) {
    first = false;
    return;
  }
  if (!main.contains(document.activeElement)) heading?.focus({ preventScroll: true });
  announce(heading?.textContent ?? "");
}

function askForLogin() {
  page?.leave();
  live.stop();
  login({ root: document.getElementById("shell"), done: enter });
}

/** After the login, or at once where none is needed. */
async function enter(known) {
  session = known;
  buildShell(document.getElementById("shell"), { session, logOut });
  live.start();
  await show();
}

async function logOut() {
  await remove("/api/session");
  askForLogin();
}

async function begin() {
  whenLoginNeeded(askForLogin);
  window.addEventListener("hashchange", () => page && show());
  const shell = document.getElementById("shell");
  try {
    const known = await get("/api/session");
    if (known.login_needed && !known.logged_in) askForLogin();
    else await enter(known);
  } catch (error) {
    put(shell, h("main", { id: "main", class: "lonely" }, h("h1", {}, "Shopify Odoo Sync"), problemPanel(error, begin)));
  }
}

begin();
