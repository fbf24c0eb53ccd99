//! The schema that is offered: a subset of Shopify's, in `schema.graphql`.

use std::sync::OnceLock;

use apollo_compiler::Name;
use apollo_compiler::Schema;
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;

/// As published, without descriptions (see NOTICE).
pub(crate) const SDL: &str = include_str!("../schema.graphql");

/// The published text does not define it, as it is built in by now.
const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT\n";

pub(crate) struct ServedSchema {
    pub(crate) schema: Valid<Schema>,
    pub(crate) implementers: HashMap<Name, Implementers>,
}

/// The schema, parsed once per process.
#[expect(clippy::expect_used, reason = "the text is a constant, and a test parses it")]
pub(crate) fn served() -> &'static ServedSchema {
    static SERVED: OnceLock<ServedSchema> = OnceLock::new();
    SERVED.get_or_init(|| {
        let schema = Schema::parse_and_validate(format!("{ONE_OF}{SDL}"), "schema.graphql");
        let schema = schema.expect("the embedded schema is valid");
        let implementers = schema.implementers_map();
        ServedSchema { schema, implementers }
    })
}
