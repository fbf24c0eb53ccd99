use mapping_transforms::{
    Compare, FieldPath, MAX_INDEX, NoLinks, Registry, RuleSet, Segment, Side, build_target, same_value,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{back, compile, order_lines, rule, run, variants};

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        4 => "[a-z_]{1,6}".prop_map(Segment::Key),
        2 => "[^\\p{Cc}]{0,6}".prop_map(Segment::Key),
        1 => "-?[0-9]{1,4}".prop_map(Segment::Key),
        2 => (0..=MAX_INDEX).prop_map(Segment::Index),
        1 => (1..=MAX_INDEX).prop_map(Segment::FromEnd),
        1 => Just(Segment::Each),
    ]
}

/// Paths that can be written in a new document.
fn plain_path() -> impl Strategy<Value = FieldPath> {
    let segment = prop_oneof![
        3 => "[a-d]".prop_map(Segment::Key),
        1 => (0..3_usize).prop_map(Segment::Index),
    ];
    prop::collection::vec(segment, 1..5).prop_map(|segments| FieldPath::from_segments(segments).unwrap())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1000..1000_i64).prop_map(|cents| json!(format!("{}.{:02}", cents / 100, cents.abs() % 100))),
        "\\PC{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "-?[0-9]{1,40}(\\.[0-9]{1,30})?(e-?[0-9]{1,3})?".prop_map(Value::from),
        "<[a-z]{1,3}[ >/&;]{0,3}[a-z]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-d]|id|rate|variants|line_items", inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

const CHAINS: [&str; 26] = [
    "direct",
    "uppercase",
    "lowercase",
    "trim",
    "to_str",
    "empty_to_null",
    "round2",
    "round:0",
    "round:12",
    "decimal",
    "negate",
    "scale:0.001",
    "scale:79228162514264337593543950335",
    "to_float",
    "to_int",
    "html_to_text",
    "is:a",
    "is_not:a",
    "default:a",
    "const:a",
    "map:a=b,c=d",
    "map:a=b,*=c",
    "split:,",
    "join:-",
    "datetime",
    "tax_rates",
];

proptest! {
    #[test]
    fn printing_and_parsing_gives_the_same_path(segments in prop::collection::vec(segment(), 1..8)) {
        let path = FieldPath::from_segments(segments.clone()).unwrap();
        prop_assert_eq!(path.segments(), segments.as_slice());
        let text = path.to_string();
        prop_assert_eq!(text.parse::<FieldPath>().unwrap(), path);
    }

    #[test]
    fn a_text_that_parses_prints_to_a_text_that_parses_alike(text in "[a-c0-9.*\"\\\\ -]{0,12}") {
        if let Ok(path) = text.parse::<FieldPath>() {
            prop_assert_eq!(path.to_string().parse::<FieldPath>().unwrap(), path);
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(text in any::<String>()) {
        let _ = text.parse::<FieldPath>();
        let _ = Registry::standard().parse(&text);
        let _ = Registry::standard().parse(&format!("map:{text}"));
        let _ = Registry::standard().parse(&format!("scale:{text}|join:{text}"));
    }

    #[test]
    fn what_was_set_is_got(path in plain_path(), start in any_json(), new in any_json()) {
        let mut value = start.clone();
        if path.set(&mut value, new.clone()).is_ok() {
            prop_assert_eq!(path.get(&value).unwrap(), Some(&new));
        } else {
            prop_assert_eq!(value, start);
        }
    }

    #[test]
    fn setting_in_an_empty_document_works(path in plain_path(), new in any_json()) {
        let mut value = Value::Null;
        path.set(&mut value, new.clone()).unwrap();
        prop_assert_eq!(path.get(&value).unwrap(), Some(&new));
        prop_assert_eq!(path.get_all(&value).unwrap(), vec![&new]);
    }

    #[test]
    fn no_value_makes_a_transform_panic(value in any_json()) {
        for text in CHAINS {
            let _ = run(text, &value);
            let _ = back(text, &value);
        }
    }

    #[test]
    fn every_value_means_the_same_as_itself_in_both_directions(a in any_json(), b in any_json()) {
        for compare in [Compare::Auto, Compare::Number, Compare::Text, Compare::Set] {
            prop_assert!(compare.same(&a, &a));
            prop_assert_eq!(compare.same(&a, &b), compare.same(&b, &a));
        }
        prop_assert!(same_value(&a, &a));
    }

    #[test]
    fn exact_numbers_come_back(units in -10_000_000_000_i64..10_000_000_000, places in 0_u32..6) {
        let text = json!(rust_decimal::Decimal::new(units, places).normalize().to_string());
        for chain in ["decimal", "negate", "scale:0.001", "scale:1000", "scale:-2.5", "negate|scale:0.01", "direct", "to_str"] {
            let there = run(chain, &text).unwrap();
            prop_assert_eq!(&back(chain, &there).unwrap(), &text, "{}", chain);
        }
        let there = run("to_float", &text).unwrap();
        prop_assert!(Compare::Number.same(&back("to_float", &there).unwrap(), &text));
    }

    #[test]
    fn lists_come_back(items in prop::collection::vec("[a-z]{1,5}( [a-z]{1,3})?", 0..5)) {
        let text = json!(items.join(", "));
        let list = run("split:,", &text).unwrap();
        prop_assert_eq!(&list, &json!(items));
        prop_assert_eq!(back("split:,", &list).unwrap(), text);
    }

    #[test]
    fn times_come_back(seconds in -30_000_000_000_i64..200_000_000_000) {
        let time = jiff::Timestamp::from_second(seconds).unwrap().to_string();
        let there = run("datetime", &json!(time)).unwrap();
        prop_assert_eq!(back("datetime", &there).unwrap(), json!(time));
    }

    #[test]
    fn rounding_is_stable(units in any::<i64>(), places in 0_u32..12) {
        let text = json!(rust_decimal::Decimal::new(units, places).to_string());
        let once = run("round2", &text).unwrap();
        prop_assert_eq!(run("round2", &once).unwrap(), once);
    }

    #[test]
    fn html_never_fails_and_leaves_no_markup(html in "(<(/?)(p|ul|li|ol|br|b|pre|td|script|style|x)>|&[a-z]{1,4};|[a-z \n]{0,4}){0,30}") {
        let text = run("html_to_text", &json!(html)).unwrap();
        let text = text.as_str().unwrap();
        prop_assert_eq!(text.trim(), text);
        prop_assert!(!text.contains("\n\n\n"));
        prop_assert!(!text.contains("<p>"));
    }

    #[test]
    fn no_record_makes_a_rule_set_panic(record in any_json(), side in prop_oneof![Just(Side::Shopify), Just(Side::Odoo)]) {
        for set in rule_sets() {
            let (mapped, _) = set.apply(side, &record, &NoLinks);
            let _ = build_target(&mapped);
            let view = set.view(side, &record);
            for rule in set.rules() {
                let _ = view.read(rule, None);
                let _ = view.read(rule, Some("1"));
            }
        }
    }
}

fn rule_sets() -> Vec<RuleSet> {
    let products = [
        rule(1, "a", "b", "trim"),
        rule(2, "b.0.a", "a.id", "round2"),
        rule(3, "variants.*.a", "product_variant_ids.*.a", "direct"),
        rule(4, "c", "product_variant_ids.*.c", "default:x"),
        rule(5, "variants.*.b", "d", "join:-"),
    ];
    let orders = [
        rule(1, "line_items.*.a", "order_line.*.a", "link:variant"),
        rule(2, "shipping_lines.*.a", "order_line.*.a", "to_str"),
        rule(3, "line_items.*.b", "order_line.*.b", "tax_rates"),
    ];
    vec![compile(&products, variants()), compile(&orders, order_lines())]
}
