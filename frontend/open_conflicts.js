// How many conflicts wait for a person. No event tells it, so it is asked for when a run ended and after a decision.

import { get } from "./api.js";
import { debounce } from "./dom.js";
import { isEnded, on } from "./live.js";

let count = null;
let tell = () => {};

export const openConflicts = () => count;

/** Asks now. A count that cannot be had is not shown; the view itself says what is wrong. */
export async function countConflicts() {
  try {
    count = (await get("/api/conflicts/count", { status: "open" })).count;
  } catch {
    count = null;
  }
  tell(count);
}

/** Calls `handler` with every new count until `signal` fires. */
export function watchConflicts(handler, signal) {
  tell = handler;
  const soon = debounce(countConflicts, 400);
  on("snapshot", countConflicts, signal);
  on("job", (job) => isEnded(job) && !job.dry_run && soon(), signal);
  signal.addEventListener("abort", () => {
    soon.cancel();
    tell = () => {};
  }, { once: true });
}
