// A rule applied to a record that one can pick: what it reads, and what it would write.

import { get, post } from "../api.js";
import { codeText, h, put } from "../dom.js";
import { inline } from "../format.js";
import { direction, humanise, system } from "../words.js";
import { field, select } from "./field.js";
import { panel, skeleton } from "./header.js";
import { payload } from "./json.js";
import { findingsList } from "./problem.js";

/** `values()` is the rule as it stands in the form. */
export function rulePreview(page, types, values) {
  const result = h("div", { class: "preview-result", "aria-live": "polite" });
  const pickers = h("div", { class: "preview-pickers" });
  const record = h("div", {});
  const node = panel("Preview", { id: "preview" }, pickers, result, record);
  put(pickers, skeleton(1));
  const chosen = { direction: "", id: "", samples: null };
  let asked = 0;

  const run = async () => {
    const rule = values();
    if (rule.shopify_field === "" || rule.odoo_field === "" || rule.transform === "") {
      put(result, h("p", { class: "muted" }, "Fill in both fields and the transform to see what the rule does."));
      return;
    }
    asked += 1;
    const mine = asked;
    const body = { mapping: rule, direction: chosen.direction || undefined, source_id: chosen.id || undefined };
    try {
      const answer = await post("/api/mappings/preview", body, { signal: page.signal });
      if (mine === asked) put(result, previewNodes(answer));
    } catch (error) {
      if (error.name === "AbortError" || mine !== asked) return;
      put(result, h("p", { class: "bad-text" }, error.findings?.length > 0 ? "The rule is not valid yet." : error.title), error.findings?.length > 0 ? findingsList(error.findings) : h("p", {}, error.detail));
    }
  };

  const drawPickers = (type) => {
    const directions = types.find((one) => one.name === type)?.directions ?? [];
    if (!directions.includes(chosen.direction)) chosen.direction = directions[0] ?? "";
    const source = chosen.direction === "odoo_to_shopify" ? "odoo" : "shopify";
    const records = chosen.samples?.[source].records ?? [];
    const recordChoice = select(
      [["", records.length > 0 ? "The first one" : "None to pick"], ...records.map(({ id, label }) => [id, label ? `${label} (${id})` : id])],
      chosen.id,
      { on: { change: (event) => { chosen.id = event.target.value; drawRecord(record, page, type, source, chosen.id); run(); } } },
    );
    const directionChoice =
      directions.length > 1 &&
      select(directions.map((name) => [name, direction(name)]), chosen.direction, {
        on: { change: (event) => { chosen.direction = event.target.value; chosen.id = ""; drawPickers(type); run(); } },
      });
    put(pickers, field(`Record in ${system(source)}`, recordChoice).node, directionChoice && field("Direction", directionChoice).node);
    drawRecord(record, page, type, source, chosen.id || records[0]?.id);
  };

  return {
    node,
    run,
    /** `samples` as `/api/samples` answers them. */
    async use(type, samples) {
      chosen.id = "";
      chosen.samples = samples;
      drawPickers(type);
      await run();
    },
  };
}

/** The record itself, read when it is opened. */
function drawRecord(place, page, type, source, id) {
  if (!id) return put(place);
  const body = h("div", {});
  const details = h("details", {}, h("summary", {}, "The record as it is now"), body);
  details.addEventListener("toggle", async () => {
    if (!details.open || body.hasChildNodes()) return;
    put(body, h("p", { class: "muted" }, "Loading"));
    try {
      const read = await get("/api/samples/record", { record_type: type, system: source, id }, page.signal);
      put(body, payload(`${read.label} in ${system(source)}`, read.body));
    } catch (error) {
      if (error.name !== "AbortError") put(body, h("p", { class: "bad-text" }, error.detail || error.title));
    }
  });
  return put(place, details);
}

function previewNodes(answer) {
  const { record, values, note, truncated, warnings } = answer;
  return [
    h("p", { class: "muted" }, `Applied to ${record.label || record.id} of ${system(record.system)}:`),
    values.length === 0 && h("p", {}, note || "Nothing would be written for this record."),
    values.length > 0 && h("ul", { class: "preview-values" }, values.map(valueNode)),
    values.length > 0 && note && h("p", { class: "muted" }, note),
    truncated && h("p", { class: "muted" }, "Only the first ones are shown."),
    (warnings ?? []).map((warning) => h("p", { class: "warn-text" }, warning)),
  ];
}

function valueNode({ element, source_path: from, target_path: to, before, after, error }) {
  const shown = (value) => (value === null || value === undefined || value === "" ? h("span", { class: "muted" }, inline(value)) : h("span", {}, inline(value)));
  return h(
    "li",
    { class: error ? "preview-value bad" : "preview-value" },
    element && h("p", { class: "muted small-text" }, `${humanise(element.record_type)} ${element.source_id}`),
    h(
      "div",
      { class: "preview-sides" },
      h("div", { class: "preview-side" }, codeText(from), h("p", { class: "value" }, shown(before))),
      h("span", { class: "arrow", "aria-hidden": "true" }, "→"),
      h("div", { class: "preview-side" }, codeText(to), h("p", { class: "value strong" }, error ? h("span", { class: "bad-text" }, error) : shown(after))),
    ),
  );
}
