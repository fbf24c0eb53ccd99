//! Stock levels, which somebody else changes all the time: set only where they are what was compared.

use super::walk::assert_passing;
use super::writing::applied;
use super::{LevelFixture, WireFault};
use crate::{ErrorKind, Record, Write, WriteOutcome};

/// More requests than any batch of a case needs.
const MOST_REQUESTS: usize = 200;

async fn shown(fixture: &impl LevelFixture, id: &str) -> Record {
    let ids = [id.to_owned()];
    let found = fixture.connect().fetch(&fixture.record_type(), &ids).await;
    found.unwrap().remove(0)
}

async fn first(fixture: &impl LevelFixture) -> Record {
    shown(fixture, &fixture.levels()[0]).await
}

/// A level that moved since it was compared is contention: nothing is written, and compared anew it goes through.
pub async fn a_level_that_moved_stays_as_it_is<F: LevelFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(2);
    let was = first(&fixture).await;
    let write = fixture.set(&was, 31);
    fixture.somebody_sets(&was.id, 17);
    let outcomes = fixture.connect().apply(std::slice::from_ref(&write)).await;
    match outcomes.as_slice() {
        [WriteOutcome::Failed(error)] => assert_eq!(error.kind, ErrorKind::Contention, "{error:?}"),
        other => panic!("a level that moved is contention: {other:?}"),
    }
    let now = shown(&fixture, &was.id).await;
    assert_eq!(fixture.quantity(&now), 17, "nothing is written");
    let outcomes = fixture.connect().apply(&[fixture.set(&now, 31)]).await;
    assert_eq!(
        fixture.quantity(&applied(&outcomes[0], "compared anew").record),
        31
    );
    assert_eq!(fixture.quantity(&shown(&fixture, &was.id).await), 31);
}

/// The same write again, by the same connector and by one that knows nothing, finds its work done.
pub async fn the_same_level_again_doubles_nothing<F: LevelFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(2);
    let was = first(&fixture).await;
    let batch = [fixture.set(&was, 31)];
    let connector = fixture.connect();
    for again in [connector.as_ref(), connector.as_ref(), fixture.connect().as_ref()] {
        let outcomes = again.apply(&batch).await;
        assert_eq!(fixture.quantity(&applied(&outcomes[0], "again").record), 31);
        assert_eq!(fixture.quantity(&shown(&fixture, &was.id).await), 31);
    }
}

/// One outcome per write, in their order; a refused one and one that moved hurt no neighbour.
pub async fn bad_levels_hurt_no_neighbours<F: LevelFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(8);
    let ids = fixture.levels();
    let mut records = Vec::new();
    for id in &ids[..4] {
        records.push(shown(&fixture, id).await);
    }
    let batch: Vec<Write> = vec![
        fixture.set(&records[0], 31),
        fixture.refused(&records[1]),
        fixture.set(&records[2], 32),
        fixture.set(&records[3], 33),
    ];
    fixture.somebody_sets(&ids[2], 17);
    let outcomes = fixture.connect().apply(&batch).await;
    assert_eq!(outcomes.len(), batch.len());
    assert_eq!(fixture.quantity(&applied(&outcomes[0], "the first").record), 31);
    assert_eq!(fixture.quantity(&applied(&outcomes[3], "the last").record), 33);
    for (place, what) in [(1, "a bad one"), (2, "one that moved")] {
        assert!(
            matches!(outcomes[place], WriteOutcome::Failed(_)),
            "{what}: {:?}",
            outcomes[place]
        );
    }
    let mut quantities = Vec::new();
    for id in &ids[..4] {
        quantities.push(fixture.quantity(&shown(&fixture, id).await));
    }
    assert_eq!(quantities, [31, fixture.quantity(&records[1]), 17, 33]);
}

/// Whatever request goes wrong, and however: the same write sent again brings the level to what is wanted.
pub async fn a_level_survives_every_fault<F: LevelFixture>(make: impl Fn(usize) -> F) {
    for fault in WireFault::ALL {
        for skip in 0..MOST_REQUESTS {
            let fixture = make(2);
            let was = first(&fixture).await;
            let batch = [fixture.set(&was, 31)];
            fixture.fault(fault, skip);
            let outcomes = fixture.connect().apply(&batch).await;
            if fixture.faults_left() > 0 {
                assert!(skip > 0, "a write takes a request at least");
                break;
            }
            let what = format!("{fault:?} at request {skip}");
            if let WriteOutcome::Failed(error) | WriteOutcome::Unknown(error) = &outcomes[0] {
                assert_passing(error, &what);
                let outcomes = fixture.connect().apply(&batch).await;
                assert_eq!(fixture.quantity(&applied(&outcomes[0], &what).record), 31);
            }
            assert_eq!(fixture.quantity(&shown(&fixture, &was.id).await), 31, "{what}");
        }
    }
}
