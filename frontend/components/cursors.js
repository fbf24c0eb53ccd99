// How far each record type was read on either side, and reading it from the start again.

import { get, post } from "../api.js";
import { h, put } from "../dom.js";
import { plural } from "../format.js";
import { recordTypes, system } from "../words.js";
import { action } from "./button.js";
import { ask } from "./dialog.js";
import { panel, skeleton } from "./header.js";
import { problemPanel } from "./problem.js";
import { fullTable } from "./table.js";
import { when } from "./time.js";
import { toast } from "./toast.js";

/** The answer has `node` and `read()`. */
export function cursorsPanel(page) {
  const place = h("div", {}, skeleton(2));
  const read = async () => {
    try {
      const { items } = await get("/api/cursors", null, page.signal);
      put(place, items.length === 0 ? h("p", { class: "muted panel-text" }, "There is none: the next run of every record type reads everything.") : fullTable(columns(read), items, { caption: "Cursors" }));
    } catch (error) {
      if (error.name !== "AbortError") put(place, problemPanel(error, read));
    }
  };
  return { node: panel("Cursors: how far was read", { flush: true, id: "cursors" }, place), read };
}

function columns(read) {
  return [
    { label: "Record type", main: true, cell: (one) => recordTypes(one.record_type) },
    { label: "System", cell: (one) => system(one.side) },
    { label: "Cursor", kind: "wide", cell: (one) => h("details", {}, h("summary", {}, "Show", h("span", { class: "hidden-text" }, ` the cursor of ${one.record_type} in ${system(one.side)}`)), h("code", { class: "value" }, one.cursor)) },
    { label: "Saved", cell: (one) => when(one.at) },
    { label: "Actions", hideLabel: true, kind: "actions", cell: (one) => action("Rewind", () => rewind(one, read), { small: true, describes: `Rewind ${recordTypes(one.record_type).toLowerCase()} of ${system(one.side)}` }) },
  ];
}

async function rewind({ record_type: type, side }, read) {
  const report = await ask({
    title: `Rewind ${recordTypes(type).toLowerCase()} of ${system(side)}?`,
    body: h("p", {}, "The next run reads every record there again. What did not change is not written again."),
    confirm: "Rewind",
    run: () => post("/api/cursors/rewind", { record_type: type, side }),
  });
  if (!report) return;
  toast(`${plural(report.forgotten, "cursor")} forgotten. The next run reads everything.`);
  await read();
}
