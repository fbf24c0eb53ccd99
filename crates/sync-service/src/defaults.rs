use mapping_transforms::Mapping;

/// The rules that a new installation begins with.
const DEFAULTS: &str = include_str!("../../../seed_data/mappings.json");

/// The rules that a new installation begins with, in their order; they are data, and users edit them.
pub fn default_mappings() -> Result<Vec<Mapping>, serde_json::Error> {
    let mut mappings: Vec<Mapping> = serde_json::from_str(DEFAULTS)?;
    for (position, mapping) in (1..).zip(&mut mappings) {
        mapping.position = position;
    }
    Ok(mappings)
}

#[cfg(test)]
mod tests {
    use mapping_transforms::{Registry, RuleSet};

    use super::*;
    use crate::{TypeSettings, record_types};

    #[test]
    fn the_default_rules_are_valid_for_every_record_type() {
        let all = default_mappings().unwrap();
        for spec in record_types(&TypeSettings::default()).unwrap() {
            let own: Vec<Mapping> = all
                .iter()
                .filter(|mapping| mapping.record_type == spec.name.as_str())
                .cloned()
                .collect();
            assert!(!own.is_empty(), "{}", spec.name);
            let findings = RuleSet::check(&own, &spec.children, &Registry::standard());
            assert!(findings.is_empty(), "{}: {findings:#?}", spec.name);
        }
    }
}
