// Records that runs leave alone: asking for it from a line of a first match, and taking them up again.

import { get, post, remove } from "../api.js";
import { h, put } from "../dom.js";
import { otherSide, system } from "../words.js";
import { action } from "./button.js";
import { panel } from "./header.js";
import { problemPanel } from "./problem.js";
import { recordName } from "./records.js";
import { fullTable } from "./table.js";
import { when } from "./time.js";
import { toast } from "./toast.js";

const BY = "page";
const MOST = 500;
const ABOUT = "Runs neither link these nor make anything of them, and nothing is linked to them. Look through both systems again to see what becomes of the others.";

/** Leaves the record of a line alone, or both of a pair. */
export function leaveButton(line, { verb, both = false }, done) {
  const name = line.label || line.source_id;
  const leave = (side, id) => post("/api/left-alone", { record_type: line.record_type, side, id, by: BY });
  const run = async () => {
    let whole = false;
    try {
      await leave(line.side, line.source_id);
      if (both && line.target_id) await leave(otherSide(line.side), line.target_id);
      whole = true;
      toast(both ? `${name} and its counterpart are left alone.` : `${name} is left alone.`);
    } finally {
      // Where only one of a pair could be left alone, that one shows.
      await done(whole);
    }
  };
  const button = action(verb, run, { small: true, describes: `${verb}: ${name}` });
  button.dataset.leave = "";
  return button;
}

/** The list of them. `onTakenUp()` is called when one is left alone no longer. */
export function leftAlone(page, type, onTakenUp) {
  const node = panel("Left alone", { flush: true, id: "left-alone" });
  const head = node.querySelector("h2");
  head.setAttribute("tabindex", "-1");
  const body = h("div", {});
  node.append(body);

  const takeUp = async (one) => {
    await remove(`/api/left-alone/${one.id}`);
    toast(`${one.label || one.record_id} is taken up again: the next run looks at it.`);
    await Promise.all([reload(), onTakenUp()]);
    (body.querySelector("button") ?? head).focus();
  };
  const columns = [
    { label: "Record", main: true, kind: "record", cell: (one) => recordName({ ...one, source_id: one.record_id }) },
    { label: "Asked by", cell: (one) => one.by },
    { label: "Since", cell: (one) => when(one.at) },
    { label: "Actions", hideLabel: true, kind: "actions", cell: (one) => action("Take up again", () => takeUp(one), { small: true, describes: `Take up again: ${one.label || one.record_id} (${system(one.side)})` }) },
  ];
  const reload = async () => {
    try {
      const { items, next } = await get("/api/left-alone", { record_type: type.name, limit: MOST }, page.signal);
      put(head, `Left alone (${next === null ? items.length : `${MOST}+`})`);
      put(body, h("p", { class: "muted panel-text" }, items.length === 0 ? `None. ${ABOUT}` : ABOUT), items.length > 0 && fullTable(columns, items, { caption: "Left alone" }));
    } catch (error) {
      if (error.name !== "AbortError") put(body, problemPanel(error, reload));
    }
  };
  return { node, reload };
}
