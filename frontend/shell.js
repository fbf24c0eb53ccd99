// The frame: navigation, state of the live connection, theme, log out.

import { get } from "./api.js";
import { icon } from "./components/icons.js";
import { startTicking } from "./components/time.js";
import { toast } from "./components/toast.js";
import { h, put } from "./dom.js";
import { number } from "./format.js";
import * as live from "./live.js";

const ENTRIES = [
  ["/", "Dashboard", "gauge"],
  ["/sync", "Sync", "arrows"],
  ["/jobs", "Jobs", "list"],
  ["/conflicts", "Conflicts", "split"],
  ["/records", "Records", "record"],
  ["/match", "First match", "join"],
  ["/mappings", "Mappings", "map"],
  ["/dead-letter", "Dead letters", "inbox"],
  ["/waiting", "Waiting", "clock"],
  ["/twin", "Both stores", "twin"],
  ["/settings", "Settings", "sliders"],
];

/** Entries that make sense only where both systems are simulated. */
const SIMULATED = new Set(["/twin"]);

const CONNECTION = {
  live: ["Live", "good"],
  connecting: ["Reconnecting", "warn"],
  paused: ["Paused", "quiet"],
  off: ["Not connected", "quiet"],
};

let parts = null;
let listening = null;

/** Builds the frame; the view goes into `#main`. */
export function buildShell(root, { session, logOut }) {
  listening?.abort();
  listening = new AbortController();
  const badges = { "/dead-letter": countBadge(), "/conflicts": countBadge() };
  const links = ENTRIES.map(([path, label, name]) =>
    h("a", { href: `#${path}`, class: "nav-link", "data-entry": path, hidden: SIMULATED.has(path) }, icon(name), h("span", {}, label), badges[path]),
  );
  const menu = h("div", { id: "menu", class: "menu" }, h("nav", { "aria-label": "Main" }, links), foot(session, logOut));
  const toggle = h(
    "button",
    { type: "button", class: "button menu-toggle", "aria-expanded": "false", "aria-controls": "menu" },
    icon("menu"),
    "Menu",
  );
  const setOpen = (open) => {
    toggle.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("open", open);
  };
  toggle.addEventListener("click", () => setOpen(toggle.getAttribute("aria-expanded") !== "true"));
  menu.addEventListener("click", (event) => event.target.closest("a") && setOpen(false));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    setOpen(false);
    toggle.focus();
  });
  const header = h("header", { class: "sidebar" }, h("div", { class: "brand-row" }, brand(), toggle), menu);
  put(root, header, h("main", { id: "main", class: "main", tabindex: "-1" }));
  root.className = "shell";
  parts = { links, badges };
  live.on("state", showConnection, listening.signal);
  for (const type of ["snapshot", "dead_letters"]) live.on(type, showDeadLetters, listening.signal);
  for (const type of ["snapshot", "conflicts"]) live.on(type, showConflicts, listening.signal);
  live.on("notice", (notice) => toast(notice.text, { tone: "warn", stays: true }), listening.signal);
  showConnection(live.connection());
  showDeadLetters();
  showConflicts();
  showSimulated(listening.signal);
  startTicking();
}

/** Marks the entry of the view that is shown. */
export function updateShell({ entry }) {
  for (const link of parts?.links ?? []) {
    if (link.dataset.entry === entry) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function brand() {
  return h("a", { href: "#/", class: "brand" }, icon("mark"), h("span", {}, "Shopify Odoo Sync"));
}

function foot(session, logOut) {
  const state = h("span", { id: "connection", class: "connection" });
  return h(
    "div",
    { class: "menu-foot" },
    h("p", { class: "connection-row" }, state),
    themeChoice(),
    session.login_needed && h("button", { type: "button", class: "button small", on: { click: logOut } }, "Log out"),
    h("p", { class: "muted small-text" }, `Version ${session.version} · `, h("a", { href: "/api.html" }, "API")),
  );
}

function themeChoice() {
  const chosen = document.documentElement.dataset.theme ?? "system";
  const select = h(
    "select",
    {
      id: "theme",
      class: "input small",
      value: chosen,
      on: { change: () => setTheme(select.value) },
    },
    [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]].map(([value, label]) => h("option", { value }, label)),
  );
  return h("div", { class: "theme-row" }, h("label", { for: "theme" }, "Theme"), select);
}

function setTheme(name) {
  if (name === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("theme");
  } else {
    document.documentElement.dataset.theme = name;
    localStorage.setItem("theme", name);
  }
}

function showConnection(state) {
  const element = document.getElementById("connection");
  if (!element) return;
  const [label, tone] = CONNECTION[state];
  element.dataset.tone = tone;
  put(element, h("span", { class: "dot", "aria-hidden": "true" }), label);
}

const countBadge = () => h("span", { class: "nav-count", hidden: true });

const showConflicts = () => showCount("/conflicts", live.conflictCount());
const showDeadLetters = () => showCount("/dead-letter", live.deadLetterCount());

function showCount(path, count) {
  const badge = parts.badges[path];
  badge.hidden = !count;
  put(badge, count ? [number(count), h("span", { class: "hidden-text" }, " open")] : null);
}

/** Shows the entries of the simulation once the server says that both systems are simulated. */
async function showSimulated(signal) {
  try {
    const { systems } = await get("/api/health", null, signal);
    const simulated = (systems ?? []).length > 0 && systems.every((one) => one.simulated);
    for (const link of parts.links) if (SIMULATED.has(link.dataset.entry)) link.hidden = !simulated;
  } catch (error) {
    // Without an answer the entry stays hidden; the view can still be opened by its address.
    if (error.name !== "AbortError" && error.status === undefined) console.error(error);
  }
}
