// One record: what it is linked with, and everything that happened to it.

import { get } from "../api.js";
import { action } from "../components/button.js";
import { emptyState, pageHeader, panel, skeleton } from "../components/header.js";
import { linkFacts, unlinkButton } from "../components/links.js";
import { problemPanel } from "../components/problem.js";
import { eventsOf, timeline } from "../components/timeline.js";
import { debounce, h, put } from "../dom.js";
import { isEnded, on } from "../live.js";
import { historyLink } from "../page.js";
import { humanise, SIDES, system } from "../words.js";

export default async function record(page) {
  const { type, side, id } = page.params;
  const path = `/api/records/${encodeURIComponent(type)}/${encodeURIComponent(side)}/${encodeURIComponent(id)}/history`;
  const place = h("div", { class: "stack" }, skeleton(6));
  let lines = [];
  let next = null;
  let history = await get(path, null, page.signal);

  const draw = () => put(place, nodes({ page, history, lines, next, more, read }));
  const take = (answer) => {
    history = answer;
    lines = answer.lines.items;
    next = answer.lines.next;
    draw();
  };
  const read = async () => {
    try {
      take(await get(path, lines.length > 50 ? { limit: Math.min(lines.length, 500) } : null, page.signal));
    } catch (error) {
      if (error.name !== "AbortError") put(place, problemPanel(error, read));
    }
  };
  const more = async () => {
    const older = await get(path, { before: next }, page.signal);
    lines = [...lines, ...older.lines.items];
    next = older.lines.next;
    draw();
  };
  take(history);
  page.show(place);
  const soon = debounce(() => !place.contains(document.activeElement) && read(), 800);
  on("job", (job) => isEnded(job) && soon(), page.signal);
}

function nodes({ page, history, lines, next, more, read }) {
  const { type, side, id } = page.params;
  const { link, conflicts } = history;
  const name = link?.label || lines.find((line) => line.label)?.label || id;
  const events = eventsOf({ lines, hasMore: next !== null, conflicts, dead_letters: history.dead_letters });
  const open = conflicts.filter((one) => one.status === "open").length;
  return [
    pageHeader(name, {
      back: { href: "#/records", text: "Records" },
      about: `${humanise(type)} ${id} of ${system(side)}${open > 0 ? `, ${open} open ${open === 1 ? "conflict" : "conflicts"}` : ""}`,
      actions: link ? [otherSide(type, side, link), unlinkButton(link, read)] : [],
    }),
    panel("Link", {}, link ? linkFacts(link) : h("p", { class: "muted" }, `It is linked with no record of ${system(SIDES.find((one) => one !== side))}.`)),
    panel(
      "Time line",
      {},
      events.length === 0
        ? emptyState("Nothing happened to it yet", "Runs, conflicts and failures of this record show up here. Check the id if you expected some.")
        : timeline(events, read),
      next !== null && action("Load older", more),
    ),
  ];
}

/** The same record, named by its id on the other side. */
function otherSide(type, side, link) {
  const other = SIDES.find((one) => one !== side);
  return h("a", { class: "button", href: historyLink(type, other, link[`${other}_id`]) }, `As ${system(other)} knows it`);
}
