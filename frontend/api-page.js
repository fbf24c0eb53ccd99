// Draws the document of the API. All text goes in as text, never as HTML.

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** `code` within text: the parts between backquotes. */
function marked(text = "") {
  return text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

const nameOf = (ref) => ref.split("/").pop();

/** The type of a schema in a few words, with links to shapes. */
function kind(schema) {
  if (!schema || Object.keys(schema).length === 0) return ["any JSON"];
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return [element("a", { href: `#${name}` }, name)];
  }
  const several = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (several) return several.flatMap((one, at) => (at ? [" or ", ...kind(one)] : kind(one)));
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" or ")];
  const types = [schema.type ?? "any JSON"].flat();
  if (types.includes("array")) return ["list of ", ...kind(schema.items)];
  const bounds = [
    schema.minimum === undefined ? "" : `from ${schema.minimum}`,
    schema.maximum === undefined ? "" : `to ${schema.maximum}`,
    schema.maxLength === undefined ? "" : `at most ${schema.maxLength} characters`,
    schema.maxItems === undefined ? "" : `at most ${schema.maxItems}`,
  ].filter(Boolean);
  return [[types.join(" or "), ...bounds].join(" ")];
}

function fields(schema) {
  const list = element("dl");
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const needed = (schema.required ?? []).includes(name);
    list.append(
      element("dt", {}, element("code", {}, name), needed ? "" : " (may be left out)"),
      element("dd", {}, ...kind(field), ...(field.description ? [" · ", ...marked(field.description)] : [])),
    );
  }
  return list;
}

function shape(name, schema) {
  const body = schema.properties
    ? fields(schema)
    : element("p", {}, ...kind(schema));
  return element(
    "details",
    { id: name },
    element("summary", {}, element("code", {}, name)),
    element("p", {}, ...marked(schema.description)),
    body,
    ...(schema.oneOf ?? []).map((one) => (one.properties ? fields(one) : element("p", {}, ...kind(one)))),
  );
}

function content(of) {
  const entries = Object.entries(of?.content ?? {});
  return entries.flatMap(([type, { schema }]) => [element("code", {}, type), ": ", ...kind(schema)]);
}

/** How to call a route from a terminal. */
function example(method, path, operation) {
  const parts = [`curl -X ${method.toUpperCase()} "${location.origin}${path}"`];
  if (operation.security) parts.push('-H "Authorization: Bearer $SYNC_API_TOKEN"');
  if (operation.requestBody) parts.push(`-H "Content-Type: application/json" -d '{}'`);
  return element("pre", { tabindex: "0", "aria-label": "Example" }, parts.join(" \\\n  "));
}

function route(method, path, operation) {
  const parameters = element("dl");
  for (const parameter of operation.parameters ?? []) {
    parameters.append(
      element("dt", {}, element("code", {}, parameter.name), ` in the ${parameter.in}${parameter.required ? "" : ", may be left out"}`),
      element("dd", {}, ...kind(parameter.schema), ...(parameter.description ? [" · ", ...marked(parameter.description)] : [])),
    );
  }
  const answers = element("dl");
  for (const [status, answer] of Object.entries(operation.responses)) {
    answers.append(
      element("dt", {}, status),
      element("dd", {}, ...content(answer), ...(answer.description ? [" · ", ...marked(answer.description)] : [])),
    );
  }
  const body = operation.requestBody
    ? [element("h3", {}, "Body"), element("p", {}, ...content(operation.requestBody))]
    : [];
  return element(
    "details",
    { "data-search": `${method} ${path} ${operation.summary ?? ""} ${Object.keys(operation.responses).join(" ")}`.toLowerCase() },
    element(
      "summary",
      {},
      element("span", { class: "method" }, method.toUpperCase()),
      element("code", {}, path),
      element("span", { class: "quiet" }, ` ${operation.summary ?? ""}`),
    ),
    element("p", {}, ...marked(operation.description)),
    ...(operation.parameters?.length ? [element("h3", {}, "Parameters"), parameters] : []),
    ...body,
    element("h3", {}, "Answers"),
    answers,
    element("h3", {}, "Example"),
    example(method, path, operation),
  );
}

function draw(api) {
  document.getElementById("title").textContent = `${api.info.title}: API ${api.info.version}`;
  document.getElementById("about").replaceChildren(...marked(api.info.description));
  const routes = document.getElementById("routes");
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name])) routes.append(route(method, path, item[method]));
  }
  const problems = api.components.schemas.Problem.properties.type.enum ?? [];
  document
    .getElementById("problems")
    .append(...problems.map((type) => element("li", {}, element("code", {}, type))));
  const shapes = Object.entries(api.components.schemas).sort(([a], [b]) => a.localeCompare(b));
  document.getElementById("shapes").append(...shapes.map(([name, schema]) => shape(name, schema)));
}

function filter(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const one of document.querySelectorAll("#routes > details")) {
    one.hidden = !words.every((word) => one.dataset.search.includes(word));
    if (!one.hidden) shown += 1;
  }
  document.getElementById("state").textContent = `${shown} routes`;
}

/** A link to a shape opens it. */
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
  }
}

try {
  const answer = await fetch("/api/openapi.json");
  if (!answer.ok) throw new Error(`the server answered with status ${answer.status}`);
  draw(await answer.json());
  const input = document.getElementById("filter");
  input.addEventListener("input", () => filter(input.value));
  filter("");
  addEventListener("hashchange", open);
  open();
} catch (error) {
  document.getElementById("state").textContent = `The document could not be loaded: ${error.message}. Reload to try again.`;
}
