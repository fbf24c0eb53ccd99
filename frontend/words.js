// What the API's words are called on the page.

const SYSTEMS = { shopify: "Shopify", odoo: "Odoo" };

const DIRECTIONS = {
  auto: "As the transform allows",
  shopify_to_odoo: "Shopify → Odoo",
  odoo_to_shopify: "Odoo → Shopify",
  both: "Both ways",
};

const PLURALS = { product: "Products", inventory: "Inventory", order: "Orders", variant: "Variants" };

/** Word, tone of its badge. */
const STATUSES = {
  queued: ["Queued", "quiet"],
  running: ["Running", "info"],
  completed: ["Completed", "good"],
  failed: ["Failed", "bad"],
  cancelled: ["Cancelled", "quiet"],
  interrupted: ["Interrupted", "warn"],
  open: ["Open", "bad"],
  resolved: ["Resolved", "good"],
  discarded: ["Discarded", "quiet"],
  create: ["Create", "good"],
  update: ["Update", "info"],
  skip: ["Skip", "quiet"],
  fail: ["Fail", "bad"],
  success: ["Success", "good"],
  skipped: ["Skipped", "quiet"],
  pending: ["Pending", "info"],
  held: ["Held", "warn"],
  decided: ["Decided", "info"],
  link: ["Link", "info"],
  conflict: ["Conflict", "warn"],
};

const CLASSES = {
  network: "Network",
  contention: "Contention",
  throttled: "Rate limit",
  unavailable: "Unavailable",
  unauthorized: "Not authorised",
  rejected: "Rejected",
  mapping: "Mapping",
  mismatch: "Mismatch",
  dependency: "Dependency",
  protocol: "Protocol",
};

const STAGES = {
  read: "while reading",
  map: "while mapping",
  plan: "while comparing",
  write: "while writing",
};

const PHASES = {
  reading: "Reading changes",
  leftovers: "Taking up waiting records",
  missing: "Looking for deleted records",
  waiting: "Waiting for next attempts",
  draining: "Finishing",
};

const ON_MISSING = {
  auto: "Automatic",
  clear: "Clear the field",
  skip: "Leave the field alone",
  fail: "Fail the record",
};

/** As docs/STRATEGIES.md calls them, with what they mean. */
const STRATEGIES = {
  last_write_wins: "The later change wins",
  "source_priority:shopify": "Shopify wins",
  "source_priority:odoo": "Odoo wins",
  merge: "Merge, then the later change",
  "merge:manual": "Merge, then ask",
  delta: "Both movements apply",
  max: "The larger number",
  manual: "Ask",
  owner: "The owner wins",
  person: "a person",
};

/** `barcode_taken` becomes `Barcode taken`. */
export function humanise(word) {
  const text = String(word ?? "").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How often a dead letter was retried, and how often it may be by itself. */
export function retries({ retry_count: done, max_retries: most }) {
  return done > most ? String(done) : `${done} of ${most}`;
}

export const strategy = (name) => STRATEGIES[name] ?? humanise(name);
export const system = (name) => SYSTEMS[name] ?? humanise(name);
export const direction = (name) => DIRECTIONS[name] ?? humanise(name);
export const recordTypes = (name) => PLURALS[name] ?? humanise(name);
export const jobType = (name) => humanise(name);
export const errorClass = (name) => CLASSES[name] ?? humanise(name);
export const stage = (name) => STAGES[name] ?? humanise(name);
export const phase = (name) => PHASES[name] ?? humanise(name);
export const onMissing = (name) => ON_MISSING[name] ?? humanise(name);
export const status = (name) => STATUSES[name] ?? [humanise(name), "quiet"];

export const JOB_STATUSES = ["queued", "running", "completed", "failed", "cancelled", "interrupted"];
export const DEAD_LETTER_STATUSES = ["open", "resolved", "discarded"];
export const ERROR_CLASSES = Object.keys(CLASSES);
export const ON_MISSING_CHOICES = Object.keys(ON_MISSING);
export const OUTCOMES = ["success", "fail", "skipped"];
export const ACTIONS = ["create", "update", "link", "conflict", "skip", "fail"];
export const CONFLICT_STATUSES = ["open", "decided", "resolved"];
export const SIDES = Object.keys(SYSTEMS);
export const otherSide = (name) => SIDES.find((side) => side !== name);
export const RULE_DIRECTIONS = Object.keys(DIRECTIONS);
export const RULE_STRATEGIES = Object.keys(STRATEGIES).filter((name) => name !== "owner" && name !== "person");

/** The directions that every one of these record types can be run in. */
export function commonDirections(types) {
  const [first, ...others] = types.map((one) => one.directions);
  return (first ?? []).filter((name) => others.every((list) => list.includes(name)));
}

/** Choices of a select: [value, label]. */
export const choices = (names, label) => names.map((name) => [name, label(name)]);
export const statusChoices = (names) => choices(names, (name) => status(name)[0]);
