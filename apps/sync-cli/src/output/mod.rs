//! Where everything that a command says goes: text for people, or one JSON document.

mod cell;
mod failure;
mod table;
mod time;

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use sync_core::ports::Clock;
use sync_service::Page;

use crate::exit::Exit;

pub(crate) use cell::{Tone, cell, clean, number, short, toned};
pub(crate) use time::took;

/// Standard output and standard error.
pub(crate) struct Out {
    /// Whether standard output gets one JSON document and nothing else.
    pub(crate) json: bool,
    clock: Arc<dyn Clock>,
    /// Whoever read standard output went away (`| head`). The work goes on all the same.
    closed: AtomicBool,
}

/// How text for people is to look.
pub(crate) struct Look {
    pub(crate) now: Timestamp,
    zone: TimeZone,
    terminal: bool,
    colour: bool,
}

/// Whether the user wants colours at all.
pub(crate) fn wants_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A line on standard error, for people.
#[expect(
    clippy::let_underscore_must_use,
    reason = "where standard error is gone, nobody can be told"
)]
pub(crate) fn note(text: &str) {
    let _ = writeln!(stderr().lock(), "{}", text.trim_end());
}

impl Out {
    pub(crate) fn new(json: bool, clock: Arc<dyn Clock>) -> Self {
        Self {
            json,
            clock,
            closed: AtomicBool::new(false),
        }
    }

    /// Shows a result: the document with `--json`, the text otherwise.
    pub(crate) fn show<T: Serialize + ?Sized>(
        &self,
        document: &T,
        text: impl FnOnce(&Look) -> String,
    ) -> Result<()> {
        if self.json {
            self.document(document)
        } else {
            self.line(&text(&self.look()))
        }
    }

    /// Shows a page of a list, and how to get the next one.
    pub(crate) fn page<T: Serialize>(
        &self,
        page: &Page<T>,
        none: &str,
        text: impl FnOnce(&Look, &[T]) -> String,
    ) -> Result<()> {
        self.show(page, |look| {
            if page.items.is_empty() {
                return none.to_owned();
            }
            let text = text(look, &page.items);
            match page.next {
                Some(next) => format!("{text}\nThere are more: --before {next}"),
                None => text,
            }
        })
    }

    /// The one document.
    pub(crate) fn document<T: Serialize + ?Sized>(&self, document: &T) -> Result<()> {
        let text = serde_json::to_string_pretty(document).context("the answer cannot be written as JSON")?;
        self.line(&text)
    }

    /// A line, or several, on standard output.
    pub(crate) fn line(&self, text: &str) -> Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut stdout = stdout().lock();
        match writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            done => done.context("cannot write to standard output"),
        }
    }

    /// Says what went wrong.
    pub(crate) fn error(&self, error: &anyhow::Error) -> Exit {
        if self.json
            && let Err(unwritten) = self.document(&failure::document(error))
        {
            note(&format!("error: {unwritten:#}"));
        }
        note(&format!("error: {}", failure::message(error)));
        Exit::Error
    }

    /// The error as it stands in a document under `error`.
    pub(crate) fn as_document(error: &anyhow::Error) -> serde_json::Value {
        failure::body(error)
    }

    pub(crate) fn look(&self) -> Look {
        let terminal = stdout().is_terminal();
        Look {
            now: self.clock.now(),
            zone: TimeZone::system(),
            terminal,
            colour: terminal && wants_colour(),
        }
    }
}
