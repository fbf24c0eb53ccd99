//! Walks through a record type: all of it, or what changed since an earlier walk.
//!
//! What Odoo shows as `write_date` is cut to the second, and all rows of a transaction carry the time when it began: a long
//! one becomes visible after quicker ones with later dates. So a walk never pages by date. It asks each polled model for
//! the rows written since its mark, in the order of their ids, and the mark that it leaves lies some minutes before it
//! began. What changed in those minutes comes again next time; the engine sees that it is no change.
//!
//! The window has no upper end. Ids only grow, so a walk ends without one, and what is written while it goes on comes at
//! once instead of with the next walk.
//!
//! Records that were deleted leave no trace in Odoo, and neither do attribute lines and prices of the price list: a walk
//! through everything finds them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sync_core::{Cursor, ErrorKind};

use crate::Session;
use crate::client::{CallError, Options};
use crate::value::id;

/// How long before the beginning of a walk its mark lies. Odoo ends a request after two minutes; the rest is for clocks
/// that differ between its web server, which says when a walk begins, and its database, which dates the rows.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// A model that is asked for changed rows.
pub(crate) struct Polled {
    /// The model; its mark is kept under this name.
    pub(crate) model: &'static str,
    /// What its rows have to be like.
    pub(crate) domain: Vec<Value>,
    /// Paths of the dates of which one has to lie behind the mark.
    pub(crate) dates: &'static [&'static str],
    /// Path of a date, and the polled model whose mark it lies behind for rows that this model need not report again.
    pub(crate) unless: Option<(&'static str, &'static str)>,
    /// The fields that are read.
    pub(crate) fields: &'static [&'static str],
}

/// Where a walk stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Stand {
    Walk(Place),
    /// Where the next walk begins, by polled model.
    Mark(Marks),
}

type Marks = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    /// The mark that the walk leaves.
    mark: String,
    /// Where it began, by polled model; `None` for a walk through everything.
    since: Option<Marks>,
    /// Which of the polled models is being read.
    model: usize,
    /// The last row of it that is done.
    after: i64,
    /// A row that is done in part, and the last part that is done.
    part: Option<(i64, i64)>,
}

/// A walk on its way.
pub(crate) struct Walk {
    polled: Vec<Polled>,
    place: Place,
    fresh: bool,
    ended: bool,
}

impl Walk {
    /// Takes a walk up where its cursor says. A walk through everything reads the first of the polled models only.
    pub(crate) async fn resume(
        session: &Session,
        cursor: Option<&Cursor>,
        polled: Vec<Polled>,
    ) -> Result<Self, CallError> {
        let (since, fresh) = match cursor.map(read).transpose()? {
            Some(Stand::Walk(place)) => {
                return Ok(Self {
                    ended: place.model >= polled.len(),
                    polled,
                    place,
                    fresh: false,
                });
            }
            Some(Stand::Mark(marks)) => (Some(marks), true),
            None => (None, true),
        };
        let place = Place {
            mark: mark(session, &polled).await?,
            since,
            model: 0,
            after: 0,
            part: None,
        };
        Ok(Self {
            polled,
            place,
            fresh,
            ended: false,
        })
    }

    /// Whether this is the first page of a walk that reads only changes, and since when for this model.
    pub(crate) fn begins_since(&self, model: &str) -> Option<&str> {
        let since = self.place.since.as_ref().filter(|_| self.fresh)?;
        since.get(model).map(String::as_str)
    }

    /// Reads all rows of a model, whatever its mark says.
    pub(crate) fn read_all_of(&mut self, model: &str) {
        if let Some(since) = &mut self.place.since {
            since.remove(model);
        }
    }

    /// The next rows, `limit` at most and at least one if there is any: the model that they are of, and the rows.
    /// `None` at the end of the walk.
    pub(crate) async fn rows(
        &mut self,
        session: &Session,
        limit: usize,
    ) -> Result<Option<(&'static str, Vec<Value>)>, CallError> {
        // Odoo takes a limit of 0 for none.
        let limit = limit.max(1);
        while !self.ended {
            let Some(polled) = self.polled.get(self.place.model) else {
                break;
            };
            let options = Options {
                limit: Some(limit),
                ..Options::default()
            };
            let rows = session
                .client
                .search_read(polled.model, self.domain(polled), polled.fields, options)
                .await?;
            let model = polled.model;
            match rows.last() {
                Some(last) if rows.len() >= limit => self.place.after = id(last),
                Some(_) | None => self.next_model(),
            }
            if !rows.is_empty() {
                return Ok(Some((model, rows)));
            }
        }
        self.ended = true;
        Ok(None)
    }

    fn next_model(&mut self) {
        self.place.model += 1;
        (self.place.after, self.place.part) = (0, None);
        self.ended = self.place.since.is_none() || self.place.model >= self.polled.len();
    }

    /// Where the walk stands, to come back to.
    pub(crate) fn here(&self) -> Here {
        Here {
            model: self.place.model,
            after: self.place.after,
            part: self.place.part,
        }
    }

    /// Goes back into a row that was read from here: only this part of it, and what lies before, is done.
    pub(crate) fn back_to(&mut self, from: Here, before: i64, row: i64, part: i64) {
        self.place.model = from.model;
        self.place.after = before.max(from.after);
        self.place.part = Some((row, part));
        self.ended = false;
    }

    fn domain(&self, polled: &Polled) -> Value {
        let mut domain = vec![json!(["id", ">", self.place.after])];
        domain.extend(polled.domain.iter().cloned());
        let marks = self.place.since.as_ref();
        if let Some(since) = marks.and_then(|marks| marks.get(polled.model)) {
            domain.extend((1..polled.dates.len()).map(|_| json!("|")));
            domain.extend(polled.dates.iter().map(|path| json!([path, ">=", since])));
            let reported = polled
                .unless
                .and_then(|(path, other)| Some((path, marks?.get(other)?)));
            if let Some((path, since)) = reported {
                domain.push(json!([path, "<", since]));
            }
        }
        Value::Array(domain)
    }

    /// The cursor of the next page; `None` at the end.
    pub(crate) fn next(&self) -> Option<Cursor> {
        (!self.ended).then(|| write(&Stand::Walk(self.place.clone())))
    }

    /// Where the next walk begins, at the end of this one. `more` are models that are watched besides the polled ones.
    pub(crate) fn mark(&self, more: &[&str]) -> Option<Cursor> {
        let models = self.polled.iter().map(|polled| polled.model);
        let models = models.chain(more.iter().copied());
        let marks = models.map(|model| (model.to_owned(), self.place.mark.clone()));
        self.ended.then(|| write(&Stand::Mark(marks.collect())))
    }
}

/// A place in a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here {
    model: usize,
    after: i64,
    part: Option<(i64, i64)>,
}

impl Here {
    /// The last part that an earlier page did of this row; 0 for none.
    pub(crate) fn part_done(&self, row: i64) -> i64 {
        let part = self.part.filter(|(of, _)| *of == row);
        part.map_or(0, |(_, part)| part)
    }
}

fn read(cursor: &Cursor) -> Result<Stand, CallError> {
    serde_json::from_str(&cursor.0).map_err(|_| {
        let message = format!("the cursor `{}` is none of Odoo's: rewind it", shorten(&cursor.0));
        CallError::new(ErrorKind::Rejected, "bad_cursor", message)
    })
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

fn write(stand: &Stand) -> Cursor {
    Cursor(json!(stand).to_string())
}

/// The mark of a walk that begins now.
async fn mark(session: &Session, polled: &[Polled]) -> Result<String, CallError> {
    let begun = match session.client.server_time().await? {
        Some(time) => Some(time),
        None => latest(session, polled).await?,
    };
    let mark = begun.map_or(Timestamp::UNIX_EPOCH, |time| {
        time.checked_sub(OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH)
    });
    Ok(domain_time(mark))
}

/// The latest date that the polled models show, for a server that does not tell the time.
async fn latest(session: &Session, polled: &[Polled]) -> Result<Option<Timestamp>, CallError> {
    let mut latest = None;
    for one in polled {
        let options = Options {
            order: Some("write_date desc"),
            limit: Some(1),
        };
        let rows = session
            .client
            .search_read(one.model, json!([]), &["write_date"], options)
            .await?;
        latest = latest.max(rows.first().and_then(written_at));
    }
    Ok(latest)
}

/// Odoo shows times in UTC without a zone.
pub(crate) fn shown_time(shown: &str) -> Option<Timestamp> {
    format!("{}Z", shown.replacen(' ', "T", 1)).parse().ok()
}

/// When a row was written, to the second.
pub(crate) fn written_at(row: &Value) -> Option<Timestamp> {
    row["write_date"].as_str().and_then(shown_time)
}

/// A time as domains take it.
fn domain_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}
