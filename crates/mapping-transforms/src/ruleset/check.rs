//! Everything that can be said about rules before a record is there.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::Parsed;
use super::{ChildRule, Finding, SOURCE_KEY};
use crate::mapping::{Mapping, RuleDirection, Side};
use crate::path::{FieldPath, Segment};
use crate::transform::{Chain, Registry};

/// A rule on its way from text to compiled, with what is already known of it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) index: usize,
    pub(super) record_type: String,
    pub(super) enabled: bool,
    pub(super) direction: RuleDirection,
    pub(super) shopify: Option<FieldPath>,
    pub(super) odoo: Option<FieldPath>,
    pub(super) chain: Option<Chain>,
    pub(super) findings: Vec<Finding>,
}

impl Candidate {
    pub(super) fn of(mapping: &Mapping, index: usize, registry: &Registry) -> Self {
        let mut candidate = Self {
            id: mapping.id,
            index,
            record_type: mapping.record_type.clone(),
            enabled: mapping.enabled,
            direction: mapping.direction,
            shopify: Some(mapping.shopify_field.clone()),
            odoo: Some(mapping.odoo_field.clone()),
            chain: None,
            findings: Vec::new(),
        };
        candidate.parse_chain(&mapping.transform, registry);
        candidate
    }

    pub(super) fn parse_chain(&mut self, text: &str, registry: &Registry) {
        match registry.parse(text) {
            Ok(chain) => self.chain = Some(chain),
            Err(error) => {
                self.findings.push(Finding::error(
                    "transform",
                    text,
                    error.to_string(),
                    error.allowed(),
                ));
            }
        }
    }

    /// What can be said about this rule alone.
    pub(super) fn check_paths(&mut self, children: &[ChildRule]) {
        let mut findings = Vec::new();
        if let Some(path) = &self.shopify {
            findings.extend(keys_of_lists(path, Side::Shopify, children));
        }
        if let Some(path) = &self.odoo {
            findings.extend(keys_of_lists(path, Side::Odoo, children));
            if self.direction.allows(Side::Shopify) {
                findings.extend(
                    unwritable(path, Side::Odoo, children).map(|problem| problem.finding("odoo_field", path)),
                );
            }
        }
        if let (Some(shopify), Some(odoo)) = (&self.shopify, &self.odoo)
            && findings.is_empty()
        {
            findings.extend(unpaired(shopify, odoo, children));
            findings.extend(self.no_way_back(shopify, odoo, children));
        }
        self.findings.append(&mut findings);
    }

    /// Why values cannot be carried back, if the rule demands it.
    fn no_way_back(&self, shopify: &FieldPath, odoo: &FieldPath, children: &[ChildRule]) -> Option<Finding> {
        if !self.direction.demands_way_back() {
            return None;
        }
        let reason = way_back(shopify, odoo, self.chain.as_ref()?, children).err()?;
        let name = RuleDirection::NAMES
            .iter()
            .find(|(_, direction)| *direction == self.direction);
        let value = name.map_or("", |(name, _)| *name);
        let message = format!("the rule cannot carry values from Odoo to Shopify: {reason}");
        let allowed = ["auto", "shopify_to_odoo"].map(str::to_owned).to_vec();
        Some(Finding::error("direction", value, message, allowed))
    }

    pub(super) fn name(&self) -> String {
        let text = |path: &Option<FieldPath>| path.as_ref().map_or("?".to_owned(), ToString::to_string);
        format!("`{}` -> `{}`", text(&self.shopify), text(&self.odoo))
    }
}

/// All findings, and the enabled rules without errors.
pub(super) fn check(
    mappings: &[Mapping],
    children: &[ChildRule],
    registry: &Registry,
) -> (Vec<Finding>, Vec<Parsed>) {
    let candidates = mappings
        .iter()
        .enumerate()
        .map(|(index, mapping)| Candidate::of(mapping, index, registry));
    let mut candidates: Vec<Candidate> = candidates.collect();
    let mut findings = children_findings(children);
    check_all(&mut candidates, children);
    let mut rules = Vec::new();
    for (candidate, mapping) in candidates.into_iter().zip(mappings) {
        let of_rule = candidate
            .findings
            .into_iter()
            .map(|finding| finding.of(candidate.id, candidate.index));
        if !candidate.enabled {
            findings.extend(of_rule.map(Finding::into_warning));
            continue;
        }
        findings.extend(of_rule);
        if let Some(chain) = candidate.chain {
            rules.push(Parsed {
                mapping: mapping.clone(),
                index: candidate.index,
                chain,
            });
        }
    }
    (findings, rules)
}

/// Checks each rule alone and all of them together.
pub(super) fn check_all(candidates: &mut [Candidate], children: &[ChildRule]) {
    for candidate in candidates.iter_mut() {
        candidate.check_paths(children);
    }
    let record_type = candidates
        .first()
        .map(|candidate| candidate.record_type.clone())
        .unwrap_or_default();
    let mut ids = BTreeSet::new();
    for candidate in candidates.iter_mut() {
        if candidate.record_type != record_type {
            let message = format!("the rules of a set are of one record type, this one of `{record_type}`");
            let finding = Finding::error(
                "record_type",
                &candidate.record_type,
                message,
                vec![record_type.clone()],
            );
            candidate.findings.push(finding);
        }
        if candidate.id != 0 && !ids.insert(candidate.id) {
            let id = candidate.id.to_string();
            candidate
                .findings
                .push(Finding::error("id", &id, "another rule has this id", Vec::new()));
        }
    }
    targets_written_twice(candidates, children);
    written_back_twice(candidates);
}

/// Two enabled rules that both demand to write the same place of Shopify's records.
fn written_back_twice(candidates: &mut [Candidate]) {
    let demanding = |candidate: &Candidate| candidate.enabled && candidate.direction.demands_way_back();
    for at in 1..candidates.len() {
        let (before, rest) = candidates.split_at_mut(at);
        let Some(candidate) = rest.first_mut().filter(|candidate| demanding(candidate)) else {
            continue;
        };
        let Some(path) = candidate.shopify.clone() else {
            continue;
        };
        let clash = before.iter().filter(|other| demanding(other)).find(|other| {
            let other = other.shopify.as_ref();
            other.is_some_and(|other| other.is_prefix_of(&path) || path.is_prefix_of(other))
        });
        if let Some(other) = clash {
            let message = format!("{} already writes this field back", other.name());
            let allowed = ["auto", "shopify_to_odoo"].map(str::to_owned).to_vec();
            candidate
                .findings
                .push(Finding::error("direction", &path.to_string(), message, allowed));
        }
    }
}

/// Whether a rule can carry values from Odoo to Shopify, and if not, why.
pub(super) fn way_back(
    shopify: &FieldPath,
    odoo: &FieldPath,
    chain: &Chain,
    children: &[ChildRule],
) -> Result<(), String> {
    if let Some(step) = chain.one_way_step() {
        return Err(format!("`{step}` has no inverse"));
    }
    if shopify.stars() != odoo.stars() {
        return Err("`*` on one side only cannot be taken back".to_owned());
    }
    unwritable(shopify, Side::Shopify, children).map_or(Ok(()), |reason| Err(reason.message))
}

/// Two enabled rules that write the same place, or one a place above that of the other.
fn targets_written_twice(candidates: &mut [Candidate], children: &[ChildRule]) {
    let mut written: BTreeMap<FieldPath, Vec<usize>> = BTreeMap::new();
    for at in 0..candidates.len() {
        let writes = |candidate: &&Candidate| candidate.enabled && candidate.direction.allows(Side::Shopify);
        let Some(candidate) = candidates.get(at).filter(writes) else {
            continue;
        };
        let Some(path) = candidate.odoo.clone() else {
            continue;
        };
        let owners = owners(candidate, children);
        let above = (1..path.segments().len()).filter_map(|length| path.prefix(length));
        let above = above.filter_map(|prefix| written.get(&prefix)).flatten();
        let below = written
            .range(path.clone()..)
            .take_while(|(other, _)| path.is_prefix_of(other));
        let clash = above.chain(below.flat_map(|(_, rules)| rules)).find_map(|other| {
            let other = candidates.get(*other)?;
            owners
                .intersection(&self::owners(other, children))
                .next()
                .map(|_| other)
        });
        let finding = clash.map(|other| duplicate(&path, other));
        written.entry(path).or_default().push(at);
        if let (Some(finding), Some(candidate)) = (finding, candidates.get_mut(at)) {
            candidate.findings.push(finding);
        }
    }
}

fn duplicate(path: &FieldPath, other: &Candidate) -> Finding {
    let rule = if other.id == 0 {
        "another rule".to_owned()
    } else {
        format!("rule {}", other.id)
    };
    let place = match &other.odoo {
        Some(field) if field == path => "this field".to_owned(),
        Some(field) => format!("`{field}`, which overlaps with this field"),
        None => String::new(),
    };
    let message = format!("{rule} ({}) already writes {place}", other.name());
    Finding::error("odoo_field", &path.to_string(), message, Vec::new())
}

/// Which elements a rule writes: the children of its pair, of all pairs for a `*` on Odoo's side alone; without
/// a `*`, the record itself (an empty name).
fn owners<'a>(candidate: &Candidate, children: &'a [ChildRule]) -> BTreeSet<&'a str> {
    let Some((odoo, _)) = candidate.odoo.as_ref().and_then(FieldPath::collection) else {
        return BTreeSet::from([""]);
    };
    let shopify = candidate
        .shopify
        .as_ref()
        .and_then(FieldPath::collection)
        .map(|(before, _)| before);
    children
        .iter()
        .filter(|child| {
            child.odoo == odoo && shopify.as_ref().is_none_or(|shopify| child.shopify == *shopify)
        })
        .map(|child| child.record_type.as_str())
        .collect()
}

/// Why a place cannot be written.
struct Unwritable {
    message: String,
    allowed: Vec<String>,
}

impl Unwritable {
    fn finding(self, field: &str, path: &FieldPath) -> Finding {
        Finding::error(field, &path.to_string(), self.message, self.allowed)
    }
}

/// Why rules cannot write this place of a side's records, if so.
fn unwritable(path: &FieldPath, side: Side, children: &[ChildRule]) -> Option<Unwritable> {
    let refuse = |message: String, allowed: Vec<String>| Some(Unwritable { message, allowed });
    let reserved = |segment: &Segment| matches!(segment, Segment::Key(key) if key == SOURCE_KEY);
    if path.segments().iter().any(reserved) {
        return refuse(
            format!("`{SOURCE_KEY}` is reserved for the identity of elements"),
            Vec::new(),
        );
    }
    if path
        .segments()
        .iter()
        .any(|segment| matches!(segment, Segment::FromEnd(_)))
    {
        return refuse("an index from the end cannot be written".to_owned(), Vec::new());
    }
    for child in children {
        let list = child.collection(side);
        if path.is_prefix_of(list) {
            return refuse(
                format!("the elements of `{list}` are written one by one"),
                vec![format!("{list}.*.")],
            );
        }
        let entered = list
            .is_prefix_of(path)
            .then(|| path.segments().get(list.segments().len()));
        if let Some(Some(Segment::Index(_))) = entered {
            let message = format!("the elements of `{list}` are written by identity, never by position");
            return refuse(message, vec![format!("{list}.*.")]);
        }
    }
    if path.stars() == 0 {
        return None;
    }
    let lists: BTreeSet<String> = children
        .iter()
        .map(|child| format!("{}.*.", child.collection(side)))
        .collect();
    let Some((list, _)) = path.collection() else {
        return refuse(
            "`*` stands between a list and a field of its elements".to_owned(),
            lists.into_iter().collect(),
        );
    };
    if !children.iter().any(|child| *child.collection(side) == list) {
        let message =
            format!("`{list}` has no elements that are linked records, so `*` cannot be written there");
        return refuse(message, lists.into_iter().collect());
    }
    if path.stars() > 1 {
        return refuse("one `*` at most can be written".to_owned(), Vec::new());
    }
    None
}

/// A key right behind a list of child records.
fn keys_of_lists(path: &FieldPath, side: Side, children: &[ChildRule]) -> Option<Finding> {
    let field = if side == Side::Shopify {
        "shopify_field"
    } else {
        "odoo_field"
    };
    let entered = children.iter().map(|child| child.collection(side)).find(|list| {
        let next = path.segments().get(list.segments().len());
        list.is_prefix_of(path) && matches!(next, Some(Segment::Key(_)))
    })?;
    let message = format!("`{entered}` is a list: `*` or an index stands before a field of its elements");
    Some(Finding::error(
        field,
        &path.to_string(),
        message,
        vec![format!("{entered}.*.")],
    ))
}

/// `*` on both sides, whose lists are no pair of children.
fn unpaired(shopify: &FieldPath, odoo: &FieldPath, children: &[ChildRule]) -> Option<Finding> {
    if odoo.stars() == 0 || shopify.stars() == 0 {
        return None;
    }
    let (list, _) = odoo.collection()?;
    let found = shopify.collection().map(|(before, _)| before);
    if children
        .iter()
        .any(|child| child.odoo == list && Some(&child.shopify) == found.as_ref())
    {
        return None;
    }
    let pairs = children
        .iter()
        .map(|child| format!("{}.* -> {}.*", child.shopify, child.odoo))
        .collect();
    let message = format!("the elements of this list are not linked to those of `{list}`");
    Some(Finding::error(
        "shopify_field",
        &shopify.to_string(),
        message,
        pairs,
    ))
}

/// Mistakes in the children themselves, which are written by programmers.
fn children_findings(children: &[ChildRule]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, child) in children.iter().enumerate() {
        let mut add = |message: &str| {
            findings.push(Finding::error("children", &child.record_type, message, Vec::new()).of(0, index));
        };
        if child.record_type.is_empty() || child.record_type.contains('/') {
            add("the record type of a child has a name without `/`");
        }
        if !seen.insert(&child.record_type) {
            add("two children have this record type, their ids could be confused");
        }
        let other = children.iter().take(index);
        if other
            .into_iter()
            .any(|other| other.shopify == child.shopify && other.odoo == child.odoo)
        {
            add("two children have these lists");
        }
        if child.shopify.stars() + child.odoo.stars() > 0 {
            add("the list of a child has no `*` in its path");
        }
    }
    findings
}
