//! Walks and fetches in a system that works.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ReadFixture;
use super::walk::{all, ids, pages, walk};
use crate::ports::FieldSet;
use crate::{Cursor, Directive, ErrorKind, RecordType, WriteOutcome};

/// Whatever the limit, each record comes and no page is too large.
pub async fn a_walk_ends_and_leaves_nothing_out<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(7);
    let all = all(&fixture);
    assert!(
        all.len() >= 7,
        "the fixture makes as many records as it is asked for"
    );
    for limit in [1, 2, 3, 7, all.len(), 1000] {
        assert_eq!(ids(&walk(&fixture, limit).await), all, "limit {limit}");
    }
}

/// A walk through nothing ends at once, and there is nothing to fetch.
pub async fn an_empty_system_has_nothing<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(0);
    if !fixture.ids().is_empty() {
        return; // A system that is never without records of this type.
    }
    assert_eq!(walk(&fixture, 5).await, Vec::new());
    let connector = fixture.connect();
    let found = connector.fetch(&fixture.record_type(), &["1".to_owned()]).await;
    assert_eq!(found.unwrap(), Vec::new());
}

/// Each page's cursor leads to everything behind that page, in another process as well, and more than once.
pub async fn a_walk_goes_on_from_any_cursor<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(7);
    let record_type = fixture.record_type();
    let first = pages(fixture.connect().as_ref(), &record_type, None, 2)
        .await
        .unwrap();
    for (place, page) in first.iter().enumerate() {
        let Some(next) = &page.next else { continue };
        let rest = ids(first[place + 1..].iter().flat_map(|page| &page.records));
        for limit in [1, 2, 5] {
            let resumed = pages(
                fixture.connect().as_ref(),
                &record_type,
                Some(next.clone()),
                limit,
            )
            .await;
            let resumed = ids(resumed.unwrap().iter().flat_map(|page| &page.records));
            assert!(
                resumed.is_superset(&rest),
                "page {place}, limit {limit}: {resumed:?} lacks some of {rest:?}"
            );
        }
    }
}

/// A cursor that the connector did not make is an error that says so, and no walk from anywhere.
pub async fn foreign_cursors_are_refused<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(2);
    let connector = fixture.connect();
    let long = "[".repeat(20_000);
    for foreign in [
        "",
        " ",
        "nonsense",
        "null",
        "{}",
        "[]",
        "-",
        "1e3",
        "\u{0}",
        "9999999999999999999999",
        &long,
    ] {
        let cursor = Cursor(foreign.to_owned());
        let page = connector.changes(&fixture.record_type(), Some(&cursor), 5).await;
        let error = page.expect_err("a cursor of nobody's is refused");
        assert_eq!(error.kind.directive(), Directive::DeadLetter, "{error:?}");
        assert!(!error.message.is_empty());
    }
}

/// Records that are made and removed during a walk keep none of the others from coming.
pub async fn what_changes_meanwhile_hides_nothing<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(8);
    let connector = fixture.connect();
    let (record_type, before) = (fixture.record_type(), all(&fixture));
    let (mut seen, mut gone, mut cursor) = (BTreeSet::new(), BTreeSet::new(), None::<Cursor>);
    for _ in 0..100 {
        let page = connector.changes(&record_type, cursor.as_ref(), 2).await.unwrap();
        seen.extend(ids(&page.records));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
        if seen.len() < before.len() {
            fixture.add();
        }
        // One that has come and one that has not: pages by position would move in either case.
        let passed = page.records.first().map(|record| record.id.clone());
        let passed = passed.filter(|id| !gone.contains(id));
        let there = |id: &&String| !gone.contains(*id);
        let coming = before.difference(&seen).filter(there).last().cloned();
        let coming = coming.filter(|_| gone.len() < 3);
        for id in passed.into_iter().chain(coming) {
            if fixture.remove(&id) {
                gone.insert(id);
            }
        }
    }
    assert_eq!(cursor, None, "the walk ends");
    let stayed: BTreeSet<_> = before.difference(&gone).cloned().collect();
    assert!(seen.is_superset(&stayed), "{seen:?} lacks some of {stayed:?}");
}

/// What people do not see at first sight is a record like any other.
pub async fn archived_and_drafts_come_too<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(5);
    let hidden: BTreeSet<String> = fixture.hidden().into_iter().collect();
    assert!(all(&fixture).is_superset(&hidden));
    let walked = ids(&walk(&fixture, 2).await);
    assert!(walked.is_superset(&hidden), "{walked:?} lacks some of {hidden:?}");
    let wanted: Vec<String> = hidden.iter().cloned().collect();
    let fetched = fixture
        .connect()
        .fetch(&fixture.record_type(), &wanted)
        .await
        .unwrap();
    assert_eq!(ids(&fetched), hidden);
}

/// Both ways to a record show the same.
pub async fn what_is_walked_is_fetched<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(5);
    let walked = walk(&fixture, 3).await;
    let wanted: Vec<String> = walked.iter().map(|record| record.id.clone()).collect();
    let fetched = fixture
        .connect()
        .fetch(&fixture.record_type(), &wanted)
        .await
        .unwrap();
    assert_eq!(fetched, walked);
}

/// Fetched records keep the order of the ids; missing ones are left out, repeated ones come once.
pub async fn fetched_records_come_as_asked<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(6);
    let (connector, record_type) = (fixture.connect(), fixture.record_type());
    assert_eq!(connector.fetch(&record_type, &[]).await.unwrap(), Vec::new());
    let mut order: Vec<String> = all(&fixture).into_iter().collect();
    order.reverse();
    order.rotate_left(2);
    let found = connector.fetch(&record_type, &order).await.unwrap();
    assert_eq!(
        found.iter().map(|record| &record.id).collect::<Vec<_>>(),
        order.iter().collect::<Vec<_>>()
    );

    let missing = missing(&fixture, &order[0]);
    let asked = [
        &order[3], &missing, &order[1], &order[3], &missing, &order[0], &order[1],
    ]
    .map(Clone::clone);
    let found = connector.fetch(&record_type, &asked).await.unwrap();
    let expected = [&order[3], &order[1], &order[0]];
    assert_eq!(
        found.iter().map(|record| &record.id).collect::<Vec<_>>(),
        expected
    );
}

/// An id in the shape of this one that no record has.
fn missing(fixture: &impl ReadFixture, like: &str) -> String {
    let all = all(fixture);
    let mut candidate = like.to_owned();
    // Longer by a digit in its last number, until nobody has it.
    while all.contains(&candidate) {
        candidate.push('7');
    }
    candidate
}

/// What is no id finds nothing; where it is an error, that one says so and is no reason to try again.
pub async fn ids_that_are_none_find_nothing<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(2);
    let (connector, record_type) = (fixture.connect(), fixture.record_type());
    let real = fixture.ids().into_iter().next().unwrap();
    let mut asked: Vec<String> = [
        "", " ", "x", "-1", "0", "1.5", "1e9", "NaN", "@", "1@", "@1", "1@2@3", "'", "\u{0}",
    ]
    .map(str::to_owned)
    .to_vec();
    asked.extend(["9", "é", "[", "\""].map(|one| one.repeat(300)));
    asked.extend(["2147483648", "9223372036854775807", "18446744073709551616"].map(str::to_owned));
    asked.extend(["gid://shopify/Product/1", "product.template,1", "__export__.x_1"].map(str::to_owned));
    asked.extend([
        format!(" {real}"),
        format!("{real} "),
        format!("+{real}"),
        format!("0{real}"),
    ]);
    for id in &asked {
        match connector.fetch(&record_type, std::slice::from_ref(id)).await {
            Ok(found) => assert_eq!(found, Vec::new(), "{id:?} finds something"),
            Err(error) => assert_eq!(error.kind, ErrorKind::Rejected, "{id:?}: {error:?}"),
        }
    }
    asked.push(real.clone());
    if let Ok(found) = connector.fetch(&record_type, &asked).await {
        assert_eq!(ids(&found), BTreeSet::from([real]), "the only one that exists");
    }
}

/// Every key of a record, and of what lies in its collections, is a field to which rules may lead.
pub async fn fields_are_those_of_the_records<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(4);
    let known = fixture.connect().fields(&fixture.record_type()).await.unwrap();
    let records = walk(&fixture, 10).await;
    assert!(!records.is_empty());
    for record in &records {
        assert_known(&known, &record.body);
    }
    for child in known.children.keys() {
        assert!(
            known.fields.is_empty() || known.fields.contains(child),
            "`{child}` is a field itself"
        );
    }
}

fn assert_known(known: &FieldSet, body: &Value) {
    let keys = body.as_object().expect("a record is an object").keys();
    for key in keys {
        assert!(known.knows(&[key]), "`{key}` is no field");
        if !known.children.contains_key(key) {
            continue;
        }
        let value = &body[key];
        let elements = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for field in elements
            .iter()
            .filter_map(Value::as_object)
            .flat_map(serde_json::Map::keys)
        {
            assert!(known.knows(&[key, field]), "`{key}.{field}` is no field");
        }
    }
}

/// Where a page says how many records there are, it is right.
pub async fn a_total_counts_all<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let fixture = make(5);
    let first = fixture
        .connect()
        .changes(&fixture.record_type(), None, 2)
        .await
        .unwrap();
    if let Some(total) = first.total {
        assert_eq!(total, u64::try_from(fixture.ids().len()).unwrap());
    }
}

/// Whoever asks for something that the connector does not know learns its name.
pub async fn an_unknown_record_type_is_named<F: ReadFixture>(make: impl Fn(usize) -> F) {
    let connector = make(1).connect();
    let unknown = RecordType::from("no_such_thing");
    let errors = [
        connector.changes(&unknown, None, 5).await.unwrap_err(),
        connector.fetch(&unknown, &["1".to_owned()]).await.unwrap_err(),
        connector.fields(&unknown).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind.directive(), Directive::DeadLetter, "{error:?}");
        assert!(error.message.contains("no_such_thing"), "{error:?}");
    }
    let outcomes = connector.apply(&[super::writing::nothing(unknown)]).await;
    match outcomes.as_slice() {
        [WriteOutcome::Failed(error)] => {
            assert_eq!(error.kind.directive(), Directive::DeadLetter, "{error:?}");
            assert!(error.message.contains("no_such_thing"), "{error:?}");
        }
        other => panic!("one refusal: {other:?}"),
    }
}
