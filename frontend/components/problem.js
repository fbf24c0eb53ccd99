// An error as a part of the page: what happened, where it points, how to go on.

import { h } from "../dom.js";
import { icon } from "./icons.js";

/** `again`: what the button does; without it there is none. */
export function problemPanel(error, again = null) {
  const isOurs = error.status === undefined;
  const title = isOurs ? "The page made a mistake" : (error.title ?? "The request failed");
  const detail = isOurs ? `${error.message}. Loading the page again may help.` : error.detail;
  return h(
    "div",
    { class: "panel problem", role: "alert" },
    h("p", { class: "problem-title" }, icon("alert"), title),
    detail && h("p", {}, detail),
    findingsList(error.findings ?? []),
    error.job && h("p", {}, h("a", { href: `#/jobs/${error.job.id}` }, `Go to job ${error.job.id}`)),
    h(
      "p",
      { class: "row" },
      again && h("button", { type: "button", class: "button", on: { click: again } }, icon("retry"), "Try again"),
      error.requestId && h("span", { class: "muted small-text" }, "Request ", h("code", {}, error.requestId)),
    ),
  );
}

/** Findings as a list; empty for none. */
export function findingsList(findings) {
  if (findings.length === 0) return null;
  return h("ul", { class: "findings" }, findings.map((finding) => h("li", {}, findingText(finding))));
}

function findingText(finding) {
  const place = [
    finding.index !== undefined && finding.index !== null && `rule ${finding.index + 1}`,
    finding.field,
  ].filter(Boolean);
  return [place.length > 0 && [h("strong", {}, place.join(", ")), ": "], finding.message, allowedText(finding)];
}

/** What may stand there, unless the message says it already. */
export function allowedText(finding) {
  const allowed = finding.allowed ?? [];
  if (allowed.length === 0 || allowed.length > 12) return null;
  return h("span", { class: "muted" }, ` Allowed: ${allowed.join(", ")}.`);
}
