// One rule, new or known: its fields on the left, what it does to a real record on the right.

import { get, getRecordTypes, getTransforms, post, remove, replace } from "../api.js";
import { action, busy } from "../components/button.js";
import { ask } from "../components/dialog.js";
import { check, field, select, textInput } from "../components/field.js";
import { pageHeader, panel } from "../components/header.js";
import { completion, describePath, transformHelp } from "../components/paths.js";
import { rulePreview } from "../components/preview.js";
import { allowedText, findingsList, problemPanel } from "../components/problem.js";
import { toast } from "../components/toast.js";
import { debounce, h, put } from "../dom.js";
import { go, link } from "../page.js";
import { choices, direction, ON_MISSING_CHOICES, onMissing, recordTypes, RULE_DIRECTIONS, RULE_STRATEGIES, SIDES, strategy, system } from "../words.js";

export default async function mapping(page) {
  const isNew = page.params.id === "new";
  const [types, transforms] = await Promise.all([getRecordTypes(), getTransforms()]);
  const rule = isNew
    ? { record_type: page.query.get("type") ?? types[0].name, transform: "direct", enabled: true, position: await lastPosition(page, page.query.get("type") ?? types[0].name), note: "", on_missing: "auto", direction: "auto", owner: null, strategy: null }
    : await get(`/api/mappings/${encodeURIComponent(page.params.id)}`, null, page.signal);
  const form = ruleForm(page, rule, types, transforms);
  const preview = rulePreview(page, types, form.values);
  const back = link("/mappings", { type: rule.record_type });

  const save = async () => {
    form.clearErrors();
    try {
      const saved = isNew ? await post("/api/mappings", form.values()) : await replace(`/api/mappings/${rule.id}`, form.values());
      const warnings = saved.warnings ?? [];
      toast(warnings.length > 0 ? `Saved. ${warnings.join(" ")}` : "Saved.", { tone: warnings.length > 0 ? "warn" : "good", stays: warnings.length > 0 });
      go("/mappings", { type: saved.record_type });
    } catch (error) {
      if (error.name === "AbortError") return;
      form.showErrors(error);
    }
  };
  const submit = h("button", { type: "submit", class: "button primary" }, "Save rule");
  form.node.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(submit, save);
  });
  form.node.append(h("div", { class: "form-end" }, submit, h("a", { class: "button", href: back }, "Cancel")));

  page.show(
    pageHeader(isNew ? "Add a rule" : "Edit the rule", {
      back: { href: back, text: `Mappings of ${recordTypes(rule.record_type).toLowerCase()}` },
      actions: isNew ? [] : [action("Delete", () => confirmDelete(rule))],
    }),
    h("div", { class: "split" }, panel("Rule", {}, form.node), preview.node),
  );
  const loadSamples = async (type) => {
    const samples = await readSamples(page, type);
    form.useSamples(samples);
    await preview.use(type, samples);
  };
  form.onChange(preview.run);
  form.onType(loadSamples);
  await loadSamples(rule.record_type);
}

/** Without samples a rule can still be written: the reason stands where the help would be. */
async function readSamples(page, type) {
  try {
    return await get("/api/samples", { record_type: type }, page.signal);
  } catch (error) {
    if (error.name === "AbortError" || error.status === 401) throw error;
    const none = { records: [], paths: [], error: error.detail || error.title };
    return { shopify: none, odoo: none };
  }
}

/** A new rule goes to the end. */
async function lastPosition(page, type) {
  const { items } = await get("/api/mappings", { record_type: type }, page.signal);
  return items.reduce((most, item) => Math.max(most, item.position), 0) + 1;
}

async function confirmDelete(rule) {
  const done = await ask({
    title: "Delete the rule?",
    body: h("p", {}, h("code", {}, rule.shopify_field), " to ", h("code", {}, rule.odoo_field)),
    confirm: "Delete",
    kind: "danger",
    run: () => remove(`/api/mappings/${rule.id}`),
  });
  if (!done) return;
  toast("The rule is deleted.");
  go("/mappings", { type: rule.record_type });
}

function ruleForm(page, rule, types, transforms) {
  const type = select(choices(types.map(({ name }) => name), recordTypes), rule.record_type, { name: "record_type" });
  const transformInput = textInput(rule.transform, { name: "transform", list: "transforms", required: true });
  const enabled = check("Enabled", rule.enabled, { name: "enabled" });
  const fields = {
    record_type: field("Record type", type),
    position: field("Order", textInput(rule.position, { type: "number", name: "position", min: 0, step: 1 }), { help: "Rules run from low to high." }),
    shopify_field: field("Shopify field", textInput(rule.shopify_field, { name: "shopify_field", list: "shopify-paths", required: true }), { wide: true }),
    odoo_field: field("Odoo field", textInput(rule.odoo_field, { name: "odoo_field", list: "odoo-paths", required: true }), { wide: true }),
    transform: field("Transform", transformInput, { wide: true }),
    on_missing: field("If the value is missing", select(choices(ON_MISSING_CHOICES, onMissing), rule.on_missing, { name: "on_missing" })),
    direction: field("Direction", select(choices(RULE_DIRECTIONS, direction), rule.direction ?? "auto", { name: "direction" }), { help: "Both ways needs a transform that can be undone." }),
    owner: field("Owner", select([["", "Nobody: either side may change it"], ...choices(SIDES, (name) => `${system(name)}: its value counts`)], rule.owner ?? "", { name: "owner" })),
    strategy: field("If both sides change it", select(strategyChoices(rule.strategy), rule.strategy ?? "", { name: "strategy" }), { help: "Where nothing is chosen, CONFLICT_STRATEGY and STOCK_STRATEGY decide." }),
    note: field("Note", textInput(rule.note, { name: "note", maxlength: 500 }), { wide: true, help: "For whoever reads this rule next." }),
  };
  const problems = h("div", { class: "form-problems" });
  const lists = { shopify: h("datalist", { id: "shopify-paths" }), odoo: h("datalist", { id: "odoo-paths" }) };
  const transformList = h("datalist", { id: "transforms" }, transforms.map((one) => h("option", { value: one.argument ? `${one.name}:` : one.name, label: one.description })));
  const help = transformHelp(transforms, (name) => {
    const now = transformInput.value.trim();
    transformInput.value = now === "" || now === "direct" ? name : `${now}|${name}`;
    transformInput.focus();
    transformInput.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const node = h("form", { class: "rule-form", novalidate: true }, problems, Object.values(fields).map(({ node }) => node), enabled.node, help, lists.shopify, lists.odoo, transformList);
  let sides = null;

  const showSamples = () => {
    for (const side of sides ? ["shopify", "odoo"] : []) {
      const one = fields[`${side}_field`];
      one.setHelp(describePath(sides[side], one.control.value.trim()));
    }
  };
  const showTransform = () => fields.transform.setHelp(help.describe(transformInput.value));
  node.addEventListener("input", showSamples);
  node.addEventListener("input", showTransform);
  showTransform();

  return {
    node,
    values: () => ({
      record_type: type.value,
      shopify_field: fields.shopify_field.control.value.trim(),
      odoo_field: fields.odoo_field.control.value.trim(),
      transform: transformInput.value.trim(),
      enabled: enabled.box.checked,
      position: Number(fields.position.control.value || 0),
      note: fields.note.control.value.trim(),
      on_missing: fields.on_missing.control.value,
      direction: fields.direction.control.value,
      owner: fields.owner.control.value,
      strategy: fields.strategy.control.value,
    }),
    useSamples(samples) {
      sides = completion(samples, lists);
      showSamples();
    },
    onChange(run) {
      const soon = debounce(run, 400);
      page.signal.addEventListener("abort", soon.cancel, { once: true });
      node.addEventListener("input", soon);
    },
    onType: (run) => type.addEventListener("change", () => run(type.value)),
    clearErrors() {
      put(problems);
      for (const one of Object.values(fields)) one.setErrors([]);
    },
    showErrors: (error) => showErrors(error, fields, problems),
  };
}

/** The known ones, and the one that the rule has: it may be written in a longer form. */
function strategyChoices(current) {
  const names = !current || RULE_STRATEGIES.includes(current) ? RULE_STRATEGIES : [...RULE_STRATEGIES, current];
  return [["", "As the record type"], ...names.map((name) => [name, `${strategy(name)} (${name})`])];
}

/** Findings go beside their fields; those of no field, above. The first wrong field gets the focus. */
function showErrors(error, fields, problems) {
  const others = [];
  const byField = new Map();
  for (const finding of error.findings ?? []) {
    if (fields[finding.field]) byField.set(finding.field, [...(byField.get(finding.field) ?? []), finding]);
    else others.push(finding);
  }
  for (const [name, findings] of byField) {
    fields[name].setErrors(findings.map((finding) => h("p", {}, finding.message, allowedText(finding))));
  }
  if (byField.size === 0) put(problems, problemPanel(error));
  else put(problems, h("p", { class: "bad-text", role: "alert" }, error.title), findingsList(others));
  const first = Object.keys(fields).find((name) => byField.has(name));
  if (first) fields[first].control.focus();
}
