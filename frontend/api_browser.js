// Browses the description of the API: every route, what it takes, what it answers, and every error.

import { get } from "./api.js";
import { field, textInput } from "./components/field.js";
import { pageHeader, panel, skeleton } from "./components/header.js";
import { problemPanel } from "./components/problem.js";
import { fullTable } from "./components/table.js";
import { debounce, h, put } from "./dom.js";
import { resolve, sketch } from "./schema_text.js";

const TONES = { get: "info", post: "good", put: "warn", patch: "warn", delete: "bad" };

async function begin() {
  const main = document.getElementById("main");
  const list = h("div", { class: "stack" }, skeleton(8));
  const filter = field("Find a route", textInput("", { type: "search", placeholder: "Path or text", on: { input: debounce(() => draw(), 150) } }));
  filter.node.classList.add("api-filter");
  let document_ = null;
  const draw = () => put(list, groups(document_, filter.control.value.trim().toLowerCase()));
  put(
    main,
    pageHeader("API", {
      back: { href: "/", text: "To the page" },
      about: "Everything the page does, it does by these routes. Lists answer page by page; errors are problem documents.",
      actions: h("a", { class: "button", href: "/api/openapi.json" }, "OpenAPI document"),
    }),
    filter.node,
    list,
  );
  try {
    document_ = await get("/api/openapi.json");
    draw();
  } catch (error) {
    put(list, problemPanel(error, begin));
  }
}

/** Operations by their tag, in the order of the document. */
function groups(spec, text) {
  const byTag = new Map();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!TONES[method]) continue;
      const words = `${method} ${path} ${operation.summary ?? ""} ${operation.description ?? ""}`.toLowerCase();
      if (!words.includes(text)) continue;
      const tag = operation.tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), { path, method, operation }]);
    }
  }
  if (byTag.size === 0) return h("p", { class: "muted" }, "No route matches.");
  return [...byTag].map(([tag, operations]) => panel(tag.charAt(0).toUpperCase() + tag.slice(1), { flush: true }, operations.map((one) => operationNode(spec, one))));
}

function operationNode(spec, { path, method, operation }) {
  const body = h("div", { class: "operation-body" });
  const summary = h(
    "summary",
    {},
    h("span", { class: "method", "data-tone": TONES[method] }, method.toUpperCase()),
    h("code", { class: "strong" }, path),
    h("span", { class: "muted" }, operation.summary ?? ""),
  );
  const details = h("details", { class: "operation" }, summary, body);
  details.addEventListener("toggle", () => details.open && !body.hasChildNodes() && put(body, operationParts(spec, operation, `${method} ${path}`)));
  return details;
}

function operationParts(spec, operation, name) {
  const parameters = (operation.parameters ?? []).map((one) => resolve(spec, one));
  const request = resolve(spec, operation.requestBody)?.content;
  return [
    operation.description && operation.description !== operation.summary && h("p", {}, operation.description),
    parameters.length > 0 && h("div", {}, h("h3", {}, "Parameters"), fullTable(parameterColumns(spec), parameters, { caption: `Parameters of ${name}` })),
    request && h("div", {}, h("h3", {}, "Body"), content(spec, request, `Body of ${name}`)),
    h("div", {}, h("h3", {}, "Answers"), Object.entries(operation.responses ?? {}).map(([status, answer]) => answerNode(spec, status, resolve(spec, answer), name))),
  ];
}

function parameterColumns(spec) {
  return [
    { label: "Name", main: true, cell: (one) => h("code", {}, one.name) },
    { label: "In", cell: (one) => one.in },
    { label: "Type", cell: (one) => h("code", {}, sketch(spec, one.schema ?? {})) },
    { label: "Needed", cell: (one) => (one.required ? "yes" : "no") },
    { label: "About", kind: "wide", cell: (one) => one.description ?? "" },
  ];
}

function answerNode(spec, status, answer, name) {
  return h(
    "details",
    {},
    h("summary", {}, h("strong", {}, status), " ", answer.description ?? ""),
    answer.content ? content(spec, answer.content, `${status} of ${name}`) : h("p", { class: "muted" }, "No body."),
  );
}

function content(spec, types, label) {
  return Object.entries(types).map(([type, { schema }]) => [
    h("p", { class: "small-text muted" }, type),
    schema && h("pre", { class: "schema", tabindex: "0", "aria-label": label }, sketch(spec, schema)),
  ]);
}

begin();
