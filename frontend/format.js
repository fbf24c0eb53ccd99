// Values as people read them. Pure functions; an unknown value is a dash, never a zero.

export const DASH = "–";

const whole = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function number(value) {
  return value === null || value === undefined ? DASH : whole.format(value);
}

export function percent(value) {
  return value === null || value === undefined ? DASH : share.format(value);
}

export function rate(perSecond) {
  if (perSecond === null || perSecond === undefined) return DASH;
  return perSecond >= 100 ? whole.format(Math.round(perSecond)) : fine.format(perSecond);
}

export function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** Seconds as the two largest units: `2 h 5 min`. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return DASH;
  if (seconds < 1) return "under 1 s";
  let rest = Math.round(seconds);
  const parts = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ");
}

/** Seconds between two times; `end` defaults to now. */
export function secondsBetween(start, end) {
  if (!start) return null;
  return Math.max(0, ((end ? Date.parse(end) : Date.now()) - Date.parse(start)) / 1000);
}

/** `3 min ago`, `in 20 s`. */
export function relative(iso, now = Date.now()) {
  const seconds = (now - Date.parse(iso)) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const [unit, name] = UNITS.find(([unit]) => size >= unit) ?? [1, "s"];
  const text = `${Math.floor(size / unit)} ${name}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

/** The time of day if it is today, else with the date. */
export function absolute(iso) {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : day.format(time);
}

/** Everything, for the tooltip and for pages about one thing. */
export function exact(iso) {
  return full.format(new Date(iso));
}

/** A JSON value in one line. */
export function inline(value) {
  if (value === null || value === undefined) return "empty";
  if (value === "") return "empty text";
  if (typeof value === "string") return value;
  const isPlain = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" || typeof one === "number");
  return isPlain ? value.join(", ") : JSON.stringify(value);
}
