// One door to the server. Every refusal becomes a Problem with the text, the findings and the request id that the
// server gave, so that a view never has to guess what went wrong.

/** What the server, or the way to it, answered instead of what was asked for. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "The request failed");
    this.status = status;
    this.type = body.type ?? "";
    this.title = body.title || "The request failed";
    this.detail = body.detail ?? "";
    this.findings = body.findings ?? [];
    this.job = body.job ?? null;
    this.requestId = body.request_id ?? null;
    this.retryAfter = body.retryAfter ?? null;
  }

  /** Whether the type ends so: `is("job-running")`. */
  is(name) {
    return this.type === `/problems/${name}`;
  }
}

/** Called when an answer says that a login is needed. */
let onLoginNeeded = () => {};

export function whenLoginNeeded(handler) {
  onLoginNeeded = handler;
}

const UNREACHABLE = {
  type: "/problems/unreachable",
  title: "The server did not answer",
  detail: "It may have been stopped, or the connection broke. Check that it runs, then try again.",
};

/** Query of a path; empty values are left out. */
export function withQuery(path, query) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") params.set(name, value);
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = { title: `The server answered ${response.status}`, detail: "The answer could not be read." };
  }
  return new Problem(response.status, { ...body, retryAfter: response.headers.get("Retry-After") });
}

/** `options`: query, body (made JSON), text (sent as it is), signal, later (ask to be answered at once). */
export async function request(method, path, options = {}) {
  const headers = { Accept: "application/json" };
  let body;
  if (options.body !== undefined || options.text !== undefined) {
    headers["Content-Type"] = "application/json";
    body = options.text ?? JSON.stringify(options.body);
  }
  if (options.later) headers.Prefer = "respond-async";
  let response;
  try {
    response = await fetch(withQuery(path, options.query), { method, headers, body, signal: options.signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, UNREACHABLE);
  }
  if (response.ok) return response.status === 204 ? null : await response.json();
  const problem = await problemOf(response);
  if (problem.status === 401 && path !== "/api/session") onLoginNeeded();
  throw problem;
}

export const get = (path, query, signal) => request("GET", path, { query, signal });
export const post = (path, body = {}, options = {}) => request("POST", path, { body, ...options });
export const replace = (path, body) => request("PUT", path, { body });
export const patch = (path, body) => request("PATCH", path, { body });
export const remove = (path) => request("DELETE", path);

/** Whether an error only says that the reader left. */
export const isAbort = (error) => error?.name === "AbortError";

let recordTypes = null;
let transforms = null;

/** The record types, asked for once: they do not change while the server runs. */
export async function getRecordTypes() {
  recordTypes ??= (await get("/api/record-types")).items;
  return recordTypes;
}

export async function getTransforms() {
  transforms ??= (await get("/api/transforms")).items;
  return transforms;
}
