//! Reading while the wire goes wrong, at every single request.

use super::walk::{all, assert_passing, ids, pages};
use super::{ReadFixture, WireFault};
use crate::ports::Connector;
use crate::{Cursor, Record};

/// More requests than any case needs.
const MOST_REQUESTS: usize = 500;

/// A walk that meets a fault goes on from the last cursor, and nothing is missing in the end.
pub async fn a_walk_survives_every_fault<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(4);
    let (record_type, all) = (fixture.record_type(), all(&fixture));
    for fault in WireFault::ALL {
        for skip in 0..MOST_REQUESTS {
            let connector = fixture.connect();
            fixture.fault(fault, skip);
            let (mut seen, mut cursor, mut failures) = (Vec::<Record>::new(), None::<Cursor>, 0);
            loop {
                match connector.changes(&record_type, cursor.as_ref(), 3).await {
                    Ok(page) => {
                        seen.extend(page.records);
                        cursor = page.next;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    Err(error) => {
                        assert_passing(&error, &format!("{fault:?} at request {skip}"));
                        failures += 1;
                        assert!(
                            failures <= 2,
                            "{fault:?} at request {skip} hits for ever: {error:?}"
                        );
                    }
                }
            }
            assert_eq!(ids(&seen), all, "{fault:?} at request {skip}");
            if use_up(&fixture, connector.as_ref()).await {
                break;
            }
        }
    }
}

/// Fetching fails with its reason or finds everything, and works again afterwards.
pub async fn fetching_survives_every_fault<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(3);
    let (record_type, wanted) = (fixture.record_type(), fixture.ids());
    let whole = fixture.connect().fetch(&record_type, &wanted).await.unwrap();
    for fault in WireFault::ALL {
        for skip in 0..MOST_REQUESTS {
            let connector = fixture.connect();
            fixture.fault(fault, skip);
            match connector.fetch(&record_type, &wanted).await {
                Ok(found) => assert_eq!(found, whole, "{fault:?} at request {skip}"),
                Err(error) => assert_passing(&error, &format!("{fault:?} at request {skip}")),
            }
            let passed = use_up(&fixture, connector.as_ref()).await;
            assert_eq!(
                connector.fetch(&record_type, &wanted).await.unwrap(),
                whole,
                "{fault:?} at request {skip}"
            );
            if passed {
                break;
            }
        }
    }
}

/// The fields are asked for once a run: a fault then must not stick.
pub async fn fields_survive_every_fault<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(1);
    let record_type = fixture.record_type();
    let known = fixture.connect().fields(&record_type).await.unwrap();
    for fault in WireFault::ALL {
        for skip in 0..MOST_REQUESTS {
            let connector = fixture.connect();
            fixture.fault(fault, skip);
            match connector.fields(&record_type).await {
                Ok(found) => assert_eq!(found, known, "{fault:?} at request {skip}"),
                Err(error) => assert_passing(&error, &format!("{fault:?} at request {skip}")),
            }
            let passed = use_up(&fixture, connector.as_ref()).await;
            assert_eq!(
                connector.fields(&record_type).await.unwrap(),
                known,
                "{fault:?} at request {skip}"
            );
            if passed {
                break;
            }
        }
    }
}

/// Whether the fault lay behind the last request; if so, other requests use it up.
async fn use_up(fixture: &impl ReadFixture, connector: &dyn Connector) -> bool {
    if fixture.faults_left() == 0 {
        return false;
    }
    for _ in 0..MOST_REQUESTS {
        // Whatever comes of it: only that requests pass counts.
        let _ = pages(connector, &fixture.record_type(), None, 3).await;
        if fixture.faults_left() == 0 {
            return true;
        }
    }
    panic!("a fault that never hits: the fixture's requests do not pass its faulty wire");
}
