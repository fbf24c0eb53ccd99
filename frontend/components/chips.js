// Counts that filter: a row of buttons, of which one is pressed.

import { h, put } from "../dom.js";
import { number } from "../format.js";

/** `items`: [{value, label, count, tone?}]; `count` null is a dash-free label. */
export function chips(label, onPick) {
  const node = h("div", { class: "chips", role: "group", "aria-label": label });
  let pressed = null;
  const draw = (items, chosen) => {
    pressed = chosen;
    put(
      node,
      items.map(({ value, label, count, tone }) => {
        const isOn = value === pressed;
        return h(
          "button",
          { type: "button", class: "chip", "data-tone": tone, "aria-pressed": String(isOn), on: { click: () => onPick(isOn ? null : value) } },
          h("span", {}, label),
          count !== undefined && h("span", { class: "chip-count" }, number(count)),
        );
      }),
    );
  };
  return { node, draw };
}
