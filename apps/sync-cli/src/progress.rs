//! How far a run is: a bar with rate and remaining time on a terminal, plain lines otherwise. Always on standard error.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use sync_core::Counts;
use sync_core::engine::{Phase, RunEvent};

use crate::output::note;

/// Lines for a run whose size is not known, or is small: one per so many records.
const FEWEST_PER_LINE: u64 = 50;
const TICK: Duration = Duration::from_millis(200);

/// Shows one run.
pub(crate) struct Progress {
    what: String,
    bar: Option<ProgressBar>,
    shown: Option<(Phase, u64)>,
}

impl Progress {
    pub(crate) fn new(what: &str) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::no_length().with_prefix(what.to_owned());
            bar.set_style(style("{prefix} {spinner} {pos} records, {per_sec} {msg}"));
            bar.enable_steady_tick(TICK);
            bar
        });
        Self {
            what: what.to_owned(),
            bar,
            shown: None,
        }
    }

    /// Takes up what a run tells.
    pub(crate) fn tell(&mut self, event: &RunEvent<'_>) {
        let RunEvent::Progress { phase, counts, total } = event else {
            return;
        };
        let failed = match counts.fail_count {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let waiting = match phase {
            Phase::Reading => "",
            Phase::Leftovers => ", taking up what was left open",
            Phase::Waiting => ", waiting for next attempts",
        };
        let Some(bar) = &self.bar else {
            if self.is_due(*phase, counts, *total) {
                let of = total.map_or_else(String::new, |total| format!(" of {total}"));
                let done = counts.total_records;
                note(&format!("{}: {done}{of} records{failed}{waiting}", self.what));
            }
            return;
        };
        if let Some(total) = total.filter(|_| bar.length().is_none()) {
            bar.set_length(total);
            bar.set_style(style(
                "{prefix} [{bar:30}] {pos}/{len} {per_sec}, {eta} left{msg}",
            ));
        }
        bar.set_position(counts.total_records);
        bar.set_message(format!("{failed}{waiting}"));
    }

    /// Whether it is time for another line: the first, a new phase, or another tenth of the records.
    fn is_due(&mut self, phase: Phase, counts: &Counts, total: Option<u64>) -> bool {
        let step = total.map_or(0, |total| total / 10).max(FEWEST_PER_LINE);
        let mark = (phase, counts.total_records / step);
        let due = self.shown != Some(mark);
        self.shown = Some(mark);
        due
    }

    /// Prints something without disturbing the bar.
    pub(crate) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A wrong template would be a mistake of this file; the library's own style is shown then.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
