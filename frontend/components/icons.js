// Few line icons, drawn with paths. They are decoration: the text beside them says what they mean.

import { s } from "../dom.js";

const PATHS = {
  mark: "M4 9h14m-4-4 4 4-4 4M20 15H6m4-4-4 4 4 4",
  gauge: "M4 18a8 8 0 1 1 16 0M12 18l4-6",
  arrows: "M4 9h14m-4-4 4 4-4 4M20 15H6m4-4-4 4 4 4",
  list: "M4 6h16M4 12h16M4 18h10",
  map: "M4 7h6m4 0h6M4 17h6m4 0h6M10 7c4 0 2 10 4 10",
  inbox: "M4 13l3-8h10l3 8v6H4v-6zm0 0h5l1 2h4l1-2h5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4v4l3 2",
  sliders: "M4 7h10m4 0h2M4 17h2m4 0h10M16 5v4M8 15v4",
  split: "M12 20v-6m0 0L5 5m7 9l7-9M5 5v5m0-5h5m9 0v5m0-5h-5",
  record: "M6 4h9l4 4v12H6zm9 0v4h4M9 12h6m-6 4h6",
  join: "M5 5l7 8 7-8m-7 8v7",
  twin: "M4 6h7v12H4zm9 0h7v12h-7z",
  menu: "M4 6h16M4 12h16M4 18h16",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4 4 10-10",
  play: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  eye: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6zm9-2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  seed: "M12 20v-8m0 0c0-4 3-6 7-6 0 4-3 6-7 6zm0 2c0-3-2-5-6-5 0 3 2 5 6 5z",
  retry: "M20 12a8 8 0 1 1-2.5-5.8M20 4v4h-4",
  alert: "M12 4l9 16H3zm0 6v4m0 2.5v.5",
};

export function icon(name) {
  const attrs = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" };
  return s("svg", attrs, s("path", { d: PATHS[name] }));
}
