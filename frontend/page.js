// What a view is given: where to draw, what the address says, and a signal that fires when the reader leaves.

import { withQuery } from "./api.js";
import { put } from "./dom.js";

export class Page {
  #leaving = new AbortController();
  #root;

  constructor(root, path, params, query, again) {
    this.#root = root;
    this.path = path;
    this.params = params;
    this.query = query;
    this.signal = this.#leaving.signal;
    /** Draws the view again from the start. */
    this.again = again;
  }

  /** Replaces what is shown. Nothing happens once the reader has left. */
  show(...nodes) {
    if (!this.signal.aborted) put(this.#root, ...nodes);
  }

  /** Keeps `changes` in the address without drawing again; empty values are taken out. */
  setQuery(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === undefined || value === "") this.query.delete(name);
      else this.query.set(name, value);
    }
    const text = this.query.toString();
    history.replaceState(null, "", `#${this.path}${text ? `?${text}` : ""}`);
  }

  /** Calls `run` every `ms` while the page is looked at. */
  every(ms, run) {
    const timer = setInterval(() => !document.hidden && run(), ms);
    this.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  leave() {
    this.#leaving.abort();
  }
}

/** The address of a link within this page; empty values are left out. */
export function link(path, query = {}) {
  return `#${withQuery(path, query)}`;
}

/** Goes there. */
export function go(path, query = {}) {
  location.hash = link(path, query);
}

/** The address of the time line of a record. Ids may hold anything: `44@1`. */
export function historyLink(type, side, id) {
  return `#/records/${encodeURIComponent(type)}/${encodeURIComponent(side)}/${encodeURIComponent(id)}`;
}
