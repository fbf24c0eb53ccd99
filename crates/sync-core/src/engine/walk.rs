//! Reading the sides of a run, and finding out what is missing there.

use super::Phase;
use super::batch::Progress;
use super::case::Item;
use super::read::Reader;
use super::run::{Halt, Run};
use crate::ports::RecordKey;
use crate::{Checkpoint, Cursor, Side, WaitState, Waiting};

impl Run<'_, '_> {
    /// Walks through the sides that the run reads, from where it stands.
    pub(super) async fn read_sides(&mut self, from: Side, cursor: Option<Cursor>) -> Result<(), Halt> {
        let sides = self.job.direction.sides();
        let begin = sides.iter().position(|side| *side == from).unwrap_or(0);
        let mut cursor = cursor;
        for (at, side) in sides.iter().enumerate().skip(begin) {
            self.second_side = at > 0;
            let start = match cursor.take() {
                Some(cursor) => Some(cursor),
                None => self.begin_of(*side)?,
            };
            self.read_side(*side, start, sides.get(at + 1).copied()).await?;
        }
        self.second_side = false;
        Ok(())
    }

    /// Where the run begins on a side: behind what earlier runs have read, unless it reads everything.
    fn begin_of(&self, side: Side) -> Result<Option<Cursor>, Halt> {
        if self.job.full {
            return Ok(None);
        }
        let cursors = self
            .engine
            .store
            .cursors(&self.job.connection, &self.job.record_type)?;
        Ok(cursors
            .into_iter()
            .find(|cursor| cursor.side == side)
            .map(|cursor| cursor.cursor))
    }

    /// Walks through one side, a batch at a time.
    async fn read_side(
        &mut self,
        side: Side,
        mut cursor: Option<Cursor>,
        then: Option<Side>,
    ) -> Result<(), Halt> {
        loop {
            self.keep_lease()?;
            let since = self.engine.clock.now();
            let reader = Reader {
                engine: self.engine,
                options: self.options,
            };
            let page = reader
                .page(&mut self.rng, side, &self.job.record_type, cursor.as_ref())
                .await?;
            if !self.second_side {
                self.total = page.total.or(self.total);
            }
            cursor = page.next;
            let checkpoint = match (&cursor, then) {
                (Some(cursor), _) => Checkpoint::Reading {
                    side,
                    cursor: Some(cursor.clone()),
                },
                (None, Some(then)) => Checkpoint::Reading {
                    side: then,
                    cursor: None,
                },
                (None, None) if self.job.full => Checkpoint::Missing { after: 0 },
                (None, None) => Checkpoint::Leftovers,
            };
            let items = page.records.into_iter().map(|record| Item {
                key: RecordKey {
                    side,
                    id: record.id.clone(),
                },
                label: record.label.clone(),
                record: Some(record),
                attempts: Vec::new(),
                walked: true,
                since,
            });
            let mark = page.mark.filter(|_| cursor.is_none()).map(|mark| (side, mark));
            let progress = Progress {
                checkpoint,
                mark,
                phase: Phase::Reading,
            };
            self.process(items.collect(), progress).await?;
            if !self.job.dry_run {
                self.take_up_due(Phase::Reading).await?;
            }
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// After everything was read: linked records that did not show up are looked at by their ids. Those that are gone
    /// were deleted.
    pub(super) async fn look_for_missing(&mut self, mut after: i64) -> Result<(), Halt> {
        let side = self
            .job
            .direction
            .sides()
            .first()
            .copied()
            .unwrap_or(Side::Shopify);
        loop {
            self.keep_lease()?;
            let links = self
                .engine
                .store
                .unseen_links(&self.job, after, self.options.batch_size)?;
            let checkpoint = match links.last() {
                Some(last) => {
                    after = last.id;
                    Checkpoint::Missing { after }
                }
                None => Checkpoint::Leftovers,
            };
            let ended = links.is_empty();
            let missing = links.into_iter().map(|link| Waiting {
                record_type: link.record_type.clone(),
                side,
                source_id: link.id_on(side).to_owned(),
                label: link.label,
                state: WaitState::Pending {
                    due_at: self.engine.clock.now(),
                },
                attempts: Vec::new(),
                job_id: self.job.id,
            });
            self.by_id(missing.collect(), checkpoint, Phase::Missing).await?;
            if ended {
                return Ok(());
            }
        }
    }
}
