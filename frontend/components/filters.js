// A bar of filters that lives in the address, so that a link to any state of a list can be shared.

import { debounce, h } from "../dom.js";
import { field, select, textInput } from "./field.js";

/**
 * `spec`: [{name, label, choices?, kind?, initial?}]; without choices it is a text. `onChange` gets the values.
 * The answer has `node`, `values()` and `set(changes)`.
 */
export function filterBar(page, spec, onChange) {
  const controls = new Map();
  const clear = h("button", { type: "button", class: "button" }, "Clear filters");
  const valueOf = ({ name, initial }) => page.query.get(name) ?? initial ?? "";
  const values = () => Object.fromEntries(spec.map((item) => [item.name, controls.get(item.name).value.trim()]));
  const keep = () => {
    const kept = values();
    // An initial value is the default of this list: "all" must stand in the address to be told from it.
    for (const { name, initial } of spec) if (initial && kept[name] === initial) kept[name] = null;
    page.setQuery(Object.fromEntries(spec.map(({ name, initial }) => [name, kept[name] === "" && initial ? "all" : kept[name]])));
    clear.hidden = spec.every(({ name, initial }) => controls.get(name).value === (initial ?? ""));
  };
  const changed = () => {
    keep();
    onChange(values());
  };
  const soon = debounce(changed, 300);
  page.signal.addEventListener("abort", soon.cancel, { once: true });
  const fields = spec.map((item) => {
    const now = valueOf(item) === "all" ? "" : valueOf(item);
    const control = item.choices
      ? select([["", item.any ?? "All"], ...item.choices], now, { on: { change: changed } })
      : textInput(now, { type: item.kind ?? "search", placeholder: item.placeholder, on: { input: soon } });
    controls.set(item.name, control);
    return field(item.label, control, { wide: !item.choices && item.kind !== "number" }).node;
  });
  const set = (changes) => {
    for (const [name, value] of Object.entries(changes)) controls.get(name).value = value ?? "";
    changed();
  };
  clear.addEventListener("click", () => {
    set(Object.fromEntries(spec.map(({ name, initial }) => [name, initial ?? ""])));
    controls.get(spec[0].name).focus();
  });
  const node = h(
    "form",
    { class: "filters", role: "search", "aria-label": "Filters", on: { submit: (event) => event.preventDefault() } },
    fields,
    h("div", { class: "filters-end" }, clear),
  );
  clear.hidden = spec.every(({ name, initial }) => controls.get(name).value === (initial ?? ""));
  return { node, values, set };
}
