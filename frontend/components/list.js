// A list that is read page by page. While the first page is on its way there are grey lines, while another filter
// loads the old rows stay (dimmed), and an error never looks like an empty list.

import { append, h, put } from "../dom.js";
import { plural } from "../format.js";
import { busy } from "./button.js";
import { skeleton } from "./header.js";
import { problemPanel } from "./problem.js";
import { scroller, table, tableRow } from "./table.js";
import { announce } from "./toast.js";

const MOST = 500;

/**
 * `load(query)` answers {items, next}; `noun`: [one, many]; `empty()` makes what stands in an empty list;
 * `onItems(items)` is called after every change. The answer has `node`, `reload()`, `refresh()` and `items()`.
 */
export function pagedList(page, { columns, caption, load, empty, noun, onItems, rowAttrs }) {
  const { node: tableNode, body } = table(columns, { caption });
  const around = scroller(tableNode, caption);
  const foot = h("div", { class: "list-foot" });
  const node = h("div", { class: "list" }, skeleton(6));
  let items = [];
  let next = null;
  let reading = null;

  const rows = (some) => some.map((item) => tableRow(columns, item, rowAttrs?.(item) ?? {}));

  const draw = () => {
    put(body, rows(items));
    drawFoot();
    put(node, items.length === 0 ? empty() : [around, foot]);
    onItems?.(items);
  };

  const drawFoot = () => {
    const shown = `${plural(items.length, ...noun)} shown`;
    const more = h("button", { type: "button", class: "button" }, "Load more");
    more.addEventListener("click", () => busy(more, loadMore));
    put(foot, h("span", { class: "muted" }, next === null ? `${shown}, all there are` : shown), next !== null && more);
  };

  const loadMore = async () => {
    const at = items.length;
    const answer = await load({ before: next }, page.signal);
    items = [...items, ...answer.items];
    next = answer.next;
    append(body, rows(answer.items));
    drawFoot();
    onItems?.(items);
    announce(`${plural(answer.items.length, ...noun)} more`);
    body.children[at]?.querySelector("a, button, input")?.focus();
  };

  const read = async (query) => {
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    page.signal.addEventListener("abort", () => mine.abort(), { once: true });
    const answer = await load(query, mine.signal);
    if (mine.signal.aborted) return false;
    ({ items, next } = answer);
    draw();
    return true;
  };

  /** From the start, after a filter changed. */
  const reload = async () => {
    node.setAttribute("aria-busy", "true");
    try {
      if (await read({})) announce(items.length === 0 ? `No ${noun[1]}` : `${plural(items.length, ...noun)} shown`);
    } catch (error) {
      if (error.name === "AbortError") return;
      put(node, problemPanel(error, reload));
    }
    node.removeAttribute("aria-busy");
  };

  /** The same again, silently: as many as were shown. What has the focus is left alone. */
  const refresh = async () => {
    if (items.length > MOST || body.contains(document.activeElement)) return;
    try {
      await read(items.length > 50 ? { limit: items.length } : {});
    } catch (error) {
      if (error.name !== "AbortError" && items.length === 0) put(node, problemPanel(error, reload));
    }
  };

  return { node, reload, refresh, items: () => items, hasMore: () => next !== null };
}
