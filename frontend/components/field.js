// Fields of forms: a label that belongs to the control, help below it, and room for the error of just this field.

import { freshId, h, put } from "../dom.js";

/** Wraps a control. The answer has `node`, `control` and `setErrors(nodes)`. */
export function field(label, control, { help = null, wide = false, hideLabel = false } = {}) {
  const id = control.id || freshId("field");
  control.id = id;
  const error = h("div", { id: `${id}-error`, class: "field-error" });
  const hint = h("div", { id: `${id}-help`, class: "field-help" }, help);
  control.setAttribute("aria-describedby", `${id}-error ${id}-help`);
  const node = h(
    "div",
    { class: wide ? "field wide" : "field" },
    h("label", { for: id, class: hideLabel ? "hidden-text" : null }, label),
    control,
    error,
    hint,
  );
  return {
    node,
    control,
    setErrors(nodes) {
      put(error, nodes);
      if (nodes.length > 0) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
    setHelp(...nodes) {
      put(hint, nodes);
    },
  };
}

/** `choices`: [value, label]. */
export function select(choices, value, attrs = {}) {
  const options = choices.map(([value, label]) => h("option", { value }, label));
  return h("select", { class: "input", value: value ?? choices[0]?.[0], ...attrs }, options);
}

export function textInput(value, attrs = {}) {
  return h("input", { type: "text", class: "input", value: value ?? "", autocomplete: "off", spellcheck: "false", ...attrs });
}

/** A box with its label behind it. */
export function check(label, checked, attrs = {}) {
  const box = h("input", { type: "checkbox", checked, ...attrs });
  return { box, node: h("label", { class: "check" }, box, h("span", {}, label)) };
}

/** One of a few, all visible. `choices`: [value, label, about]. */
export function radios(legend, name, choices, value, onChange) {
  const items = choices.map(([choice, label, about]) => {
    const input = h("input", { type: "radio", name, value: choice, checked: choice === value, on: { change: () => onChange(choice) } });
    return h("label", { class: "radio" }, input, h("span", {}, h("strong", {}, label), about && h("span", { class: "muted" }, about)));
  });
  return h("fieldset", { class: "radios" }, h("legend", {}, legend), h("div", { class: "radio-row" }, items));
}
