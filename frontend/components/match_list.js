// Lines of a first match, and changing what it would do: candidates of a record, linking by hand, leaving alone.

import { get, post } from "../api.js";
import { h, put } from "../dom.js";
import { humanise, otherSide, system } from "../words.js";
import { action } from "./button.js";
import { ask } from "./dialog.js";
import { field, textInput } from "./field.js";
import { panel } from "./header.js";
import { leaveButton } from "./left_alone.js";
import { recordName } from "./records.js";
import { fullTable } from "./table.js";
import { toast } from "./toast.js";

const MOST = 500;

/**
 * One of the three lists. `verb` is what the button that opens the candidates says, `leave` what the one that leaves a
 * record alone does; `onLeft()` is called afterwards.
 */
export function matchList({ id, title, about, items, verb, leave, onLeft }) {
  let count = items.length;
  const shown = () => `${title} (${items.length === MOST ? `${count}+` : count})`;
  const none = () => h("p", { class: "muted panel-text" }, `None. ${about}`);
  const left = (line) => {
    const button = leaveButton(line, leave, async (whole) => {
      if (whole) drop(button.closest("tr"));
      await onLeft();
    });
    return button;
  };
  // The other rows stay as they are: some may show candidates, or what was linked.
  const drop = (row) => {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    count -= 1;
    const head = node.querySelector("h2");
    put(head, shown());
    if (count === 0) put(list, none());
    (near?.querySelector("[data-leave]") ?? head).focus();
  };
  const columns = [
    { label: "Record", main: true, kind: "record", cell: recordName },
    { label: "Reason", kind: "wide", cell: (line) => [h("span", { class: "strong" }, humanise(line.reason)), line.message && h("p", { class: "message" }, line.message), (line.warnings ?? []).map((text) => h("p", { class: "message warn-text" }, text))] },
    { label: "Counterpart", kind: "wide", cell: (line) => counterpart(line, verb) },
    leave && { label: "Actions", hideLabel: true, kind: "actions", cell: left },
  ].filter(Boolean);
  const list = h("div", {});
  put(list, count === 0 ? none() : [h("p", { class: "muted panel-text" }, about), fullTable(columns, items, { caption: title })]);
  const note = items.length === MOST && h("p", { class: "muted panel-text" }, `The first ${MOST} are shown; the job has them all.`);
  const node = panel(shown(), { flush: true, id }, list, note);
  node.querySelector("h2").setAttribute("tabindex", "-1");
  return node;
}

/** What it would be linked with, and the way to choose something else. */
function counterpart(line, verb) {
  const place = h("div", {});
  const other = otherSide(line.side);
  const name = line.label || line.source_id;
  const linked = (id) => {
    place.closest("tr")?.querySelector("[data-leave]")?.remove();
    put(place, h("p", { class: "good-text" }, `Linked with ${system(other)} ${id}. Nothing was written; the next run compares both.`));
  };
  const link = async (id) => {
    const ids = { [`${line.side}_id`]: line.source_id, [`${other}_id`]: id };
    await post("/api/links", { record_type: line.record_type, ...ids });
    toast(`${name} is linked.`);
    linked(id);
  };
  const byHand = async () => {
    const input = field(`Id in ${system(other)}`, textInput("", { name: "counterpart", required: true }), { wide: true });
    await ask({
      title: `Link ${name}`,
      body: [h("p", {}, `${humanise(line.record_type)} ${line.source_id} of ${system(line.side)} belongs together with:`), input.node],
      confirm: "Link",
      run: () => link(input.control.value.trim()),
    });
  };
  const show = async () => {
    const { items } = await get("/api/match/candidates", { record_type: line.record_type, side: line.side, id: line.source_id });
    put(
      place,
      items.length === 0 && h("p", { class: "muted" }, `No record of ${system(other)} shares a key with it.`),
      items.length > 0 && h("ul", { class: "candidates" }, items.map((one) => candidate(one, other, () => link(one.id)))),
      action("Link by id", byHand, { small: true, describes: `Link by id: ${name}` }),
    );
    place.querySelector("button")?.focus();
  };
  put(place, line.target_id && h("p", {}, `${system(other)} ${line.target_id}`), action(verb, show, { small: true, describes: `${verb} for ${name}` }));
  return place;
}

function candidate(one, side, link) {
  return h(
    "li",
    {},
    h("span", { class: "strong" }, one.label || one.id),
    h("span", { class: "muted" }, `${system(side)} ${one.id}, same ${humanise(one.by).toLowerCase()}`),
    one.linked ? h("span", { class: "warn-text" }, "linked already") : action("Link", link, { small: true, kind: "primary", describes: `Link with ${one.label || one.id} (${one.id})` }),
  );
}
