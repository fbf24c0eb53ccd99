// Every setting, where its value came from, and whether the systems answer.

import { get } from "../api.js";
import { toned } from "../components/badge.js";
import { action } from "../components/button.js";
import { filterBar } from "../components/filters.js";
import { emptyState, facts, pageHeader, panel, skeleton } from "../components/header.js";
import { problemPanel } from "../components/problem.js";
import { cursorsPanel } from "../components/cursors.js";
import { askAndSeed } from "../components/seed.js";
import { fullTable } from "../components/table.js";
import { when } from "../components/time.js";
import { codeText, h, put } from "../dom.js";
import { system } from "../words.js";

const FROM = { default: "Default", file: "File", environment: "Environment", flag: "Command line" };

const COLUMNS = [
  { label: "Setting", main: true, cell: (one) => [codeText(one.name), h("span", { class: "sub note" }, one.about)] },
  { label: "Value", kind: "wide", cell: valueOf },
  { label: "Came from", cell: ({ source }) => [source.from === "default" ? h("span", { class: "muted" }, "Default") : toned(FROM[source.from] ?? source.from, "info"), source.name && source.from !== "default" && h("span", { class: "sub" }, source.name)] },
  { label: "Allowed", cell: (one) => [h("span", { class: "small-text" }, one.allowed), one.default !== null && one.default !== "" && h("span", { class: "sub" }, "default ", codeText(one.default))] },
];

function valueOf({ value, secret }) {
  if (value === null || value === "") return h("span", { class: "muted" }, "not set");
  if (secret) return [h("span", { "aria-hidden": "true" }, "••••••"), h("span", { class: "hidden-text" }, "set"), h("span", { class: "sub" }, "secret, never shown")];
  return codeText(value, { class: "strong" });
}

export default async function settings(page) {
  const health = h("div", {}, skeleton(2));
  const table = h("div", { class: "list" }, skeleton(6));
  const cursors = cursorsPanel(page);
  let all = [];
  const filters = filterBar(page, [{ name: "text", label: "Find a setting", placeholder: "Name, value or text" }], () => draw());
  const draw = () => {
    const text = filters.values().text.toLowerCase();
    const found = all.filter((one) => `${one.name} ${one.value ?? ""} ${one.about}`.toLowerCase().includes(text));
    put(table, found.length === 0 ? emptyState("No setting matches", "Try another word.") : fullTable(COLUMNS, found, { caption: "Settings" }));
  };
  page.show(
    pageHeader("Settings", {
      about: "Values come from the command line, the environment, a file, or the default, in this order. They are read when the server starts.",
      actions: [action("Seed", async () => (await askAndSeed()) && readHealth(page, health), { name: "seed" })],
    }),
    panel("Systems", {}, health),
    cursors.node,
    panel("Values", { flush: true }, filters.node, table),
  );
  await Promise.all([
    readHealth(page, health),
    cursors.read(),
    get("/api/config", null, page.signal).then((config) => {
      all = config.settings;
      draw();
    }),
  ]);
}

async function readHealth(page, place) {
  try {
    const health = await get("/api/health", null, page.signal);
    put(place, facts(healthPairs(health)));
  } catch (error) {
    if (error.name !== "AbortError") put(place, problemPanel(error, () => readHealth(page, place)));
  }
}

function healthPairs(health) {
  const state = (ok, detail) => [ok ? toned("Answers", "good") : toned("Does not answer", "bad"), detail && h("span", { class: "sub" }, detail)];
  return [
    ...(health.systems ?? []).map((one) => [`${system(one.system)}${one.simulated ? " (simulated)" : ""}`, state(one.ok, one.detail)]),
    health.store && ["Store", [health.store.ok ? toned("Works", "good") : toned("Does not work", "bad"), h("span", { class: "sub" }, health.store.detail)]],
    health.notifications && ["Notifications", notifications(health.notifications)],
    ["Version", health.version],
  ];
}

function notifications({ configured, last_error: error, last_error_at: at }) {
  if (!configured) return h("span", { class: "muted" }, "not set up");
  return error ? [toned("The last one failed", "bad"), h("span", { class: "sub" }, error), when(at)] : toned("On", "good");
}
