// What the server tells by itself: running jobs, records that failed, how many dead letters and conflicts are open. One
// stream for the whole page. When it breaks it is opened again, with longer and longer pauses; the first event of a
// stream is a snapshot, so nothing that happened meanwhile is missed.

import { get } from "./api.js";

const PAUSES = [1, 2, 4, 8, 15, 30];
const TYPES = ["snapshot", "progress", "job", "failure", "dead_letters", "conflicts", "notice"];
const ENDED = new Set(["completed", "failed", "cancelled", "interrupted"]);

const listeners = new Map();
const running = new Map();
let source = null;
let tries = 0;
let timer = 0;
let state = "off";
let openDeadLetters = null;
let openConflicts = null;

export const isEnded = (job) => ENDED.has(job.status);
export const runningJobs = () => [...running.values()];
export const progressOf = (id) => running.get(id) ?? null;
export const connection = () => state;
export const deadLetterCount = () => openDeadLetters;
export const conflictCount = () => openConflicts;

/** Calls `handler` with the data of each event of this type until `signal` fires. `state` is one of the types. */
export function on(type, handler, signal) {
  if (!listeners.has(type)) listeners.set(type, new Set());
  listeners.get(type).add(handler);
  signal?.addEventListener("abort", () => listeners.get(type).delete(handler), { once: true });
}

function tell(type, data) {
  for (const handler of [...(listeners.get(type) ?? [])]) handler(data);
}

function become(next) {
  if (state === next) return;
  state = next;
  tell("state", next);
}

function take(type, data) {
  if (type === "snapshot") {
    running.clear();
    for (const progress of data.jobs) running.set(progress.job.id, progress);
    openDeadLetters = data.open_dead_letters;
    openConflicts = data.open_conflicts;
  } else if (type === "progress") {
    running.set(data.job.id, data);
  } else if (type === "job") {
    if (isEnded(data)) running.delete(data.id);
    else if (running.has(data.id)) running.get(data.id).job = data;
  } else if (type === "dead_letters") {
    openDeadLetters = data.open;
  } else if (type === "conflicts") {
    openConflicts = data.open;
  }
  tell(type, data);
}

/** Opens the stream. */
export function start() {
  clearTimeout(timer);
  source?.close();
  become("connecting");
  source = new EventSource("/api/events");
  source.addEventListener("open", () => {
    tries = 0;
    become("live");
  });
  source.addEventListener("error", again);
  for (const type of TYPES) {
    source.addEventListener(type, (event) => take(type, JSON.parse(event.data)));
  }
}

function again() {
  source?.close();
  source = null;
  become("connecting");
  const seconds = PAUSES[Math.min(tries, PAUSES.length - 1)];
  tries += 1;
  clearTimeout(timer);
  timer = setTimeout(start, seconds * 1000);
}

export function stop() {
  clearTimeout(timer);
  source?.close();
  source = null;
  running.clear();
  openDeadLetters = null;
  openConflicts = null;
  become("off");
}

/** Closes the stream without forgetting what it told. */
function pause() {
  if (state === "off") return;
  clearTimeout(timer);
  source?.close();
  source = null;
  become("paused");
}

// A browser keeps few connections to one server, and a stream holds one as long as its page is kept, even a page that
// was left. So only a page that is looked at has a stream. The first event of the next one tells what was missed.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) pause();
  else if (state !== "off" && state !== "live") start();
});
window.addEventListener("pagehide", pause);
window.addEventListener("pageshow", () => state === "paused" && start());

/**
 * Follows one job to its end: `onProgress` with each Progress, `onEnd` with the finished Job, once. Works from the
 * stream, and by asking while the stream is down.
 */
export function follow(id, { onProgress, onJob, onEnd, onError }, signal) {
  let done = false;
  const finish = (job) => {
    if (done || signal.aborted) return;
    done = true;
    clearInterval(poll);
    onEnd(job);
  };
  const see = (job) => {
    if (done || signal.aborted || job.id !== id) return;
    if (isEnded(job)) finish(job);
    else onJob?.(job);
  };
  const ask = async () => {
    if (done || signal.aborted) return;
    try {
      const job = await get(`/api/jobs/${id}`, null, signal);
      see(job);
    } catch (error) {
      if (error.name !== "AbortError" && error.status >= 400 && error.status < 500) onError?.(error);
    }
  };
  on("progress", (progress) => progress.job.id === id && !done && onProgress(progress), signal);
  on("job", see, signal);
  on("snapshot", () => (running.has(id) ? onProgress(running.get(id)) : ask()), signal);
  const poll = setInterval(() => state !== "live" && !document.hidden && ask(), 3000);
  signal.addEventListener("abort", () => clearInterval(poll), { once: true });
  if (running.has(id)) onProgress(running.get(id));
  // The job may have ended before anybody listened.
  ask();
}
