//! The plain fields that all inputs for products share.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Refusal;
use super::input::{Patch, refuse_others};
use super::metafields::Nested;
use crate::state::{Product, ProductStatus, Rows as _, Store, slug};

/// Inputs that real Shopify takes for a product and this simulator does not.
const OTHERS: [&str; 17] = [
    "category",
    "claimOwnership",
    "collections",
    "collectionsToJoin",
    "collectionsToLeave",
    "combinedListingRole",
    "giftCardTemplateSuffix",
    "giftCard",
    "productPublications",
    "publications",
    "publishDate",
    "publishOn",
    "published",
    "publishedAt",
    "redirectNewHandle",
    "requiresSellingPlan",
    "deleteConflictingConstrainedMetafields",
];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProductFields {
    #[serde(default)]
    pub(super) title: Patch<String>,
    #[serde(default)]
    pub(super) handle: Patch<String>,
    #[serde(default)]
    pub(super) description_html: Patch<String>,
    #[serde(default)]
    pub(super) vendor: Patch<String>,
    #[serde(default)]
    pub(super) product_type: Patch<String>,
    #[serde(default)]
    pub(super) status: Patch<String>,
    #[serde(default)]
    pub(super) tags: Patch<Vec<String>>,
    #[serde(default)]
    pub(super) seo: Patch<Seo>,
    #[serde(default)]
    pub(super) template_suffix: Patch<String>,
    #[serde(default)]
    pub(super) metafields: Patch<Vec<Nested>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Seo {
    #[serde(default)]
    title: Patch<String>,
    #[serde(default)]
    description: Patch<String>,
}

/// Something wrong with a plain field: the field and the words.
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// How something is wrong: where it is said depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Invalid,
    TooLong,
    /// Another product has the handle.
    Taken,
}

impl ProductFields {
    /// The plain fields of an input object.
    pub(super) fn read(arguments: &Map<String, Value>, name: &str) -> Result<Self, Refusal> {
        refuse_others(arguments.get(name), &OTHERS)?;
        super::input::read(arguments, name)
    }

    /// What is wrong with them, for the product with this id or for a new one.
    pub(super) fn check(&self, store: &Store<'_>, product: Option<i64>) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let mut say = |kind, field, text: String| wrong.push(Wrong { field, text, kind });
        let is_long = |text: &String| text.chars().count() > 255;
        let long = |shown: &str| format!("{shown} is too long (maximum is 255 characters)");
        let blank = match &self.title {
            Patch::Given(title) => title.trim().is_empty(),
            Patch::Null => true,
            Patch::Absent => product.is_none(),
        };
        if blank {
            say(Kind::Invalid, "title", "Title can't be blank".into());
        }
        for (field, shown, value) in [
            ("title", "Title", &self.title),
            ("vendor", "Vendor", &self.vendor),
            ("productType", "Product type", &self.product_type),
        ] {
            if value.given().is_some_and(is_long) {
                say(Kind::TooLong, field, long(shown));
            }
        }
        if self.tags.given().is_some_and(|tags| tags.iter().any(is_long)) {
            say(Kind::Invalid, "tags", "Product tags is invalid".into());
        }
        // A new product has its handle of its title.
        let title = self.title.given().filter(|_| product.is_none());
        let handle = self.handle.given().filter(|handle| !handle.is_empty());
        if handle.or(title).is_some_and(|handle| is_long(&slug(handle))) {
            say(Kind::TooLong, "handle", long("Handle"));
        }
        if let Some(handle) = handle {
            let wanted = slug(handle);
            let taken = store
                .rows()
                .found::<Product>("handle", &wanted)
                .any(|other| Some(other.id) != product);
            if taken {
                wrong.push(Wrong {
                    field: "handle",
                    text: format!("Handle '{wanted}' already in use. Please provide a new handle."),
                    kind: Kind::Taken,
                });
            }
        }
        wrong
    }

    /// Writes them into the product; custom fields aside.
    pub(super) fn write(self, product: &mut Product) {
        self.title.set_or(&mut product.title, String::new());
        if let Some(handle) = self.handle.given().filter(|handle| !handle.is_empty()) {
            product.handle = slug(handle);
        }
        self.description_html
            .set_or(&mut product.description_html, String::new());
        self.vendor.set_or(&mut product.vendor, String::new());
        self.product_type.set_or(&mut product.product_type, String::new());
        if let Some(status) = self.status.given().and_then(|name| ProductStatus::named(name)) {
            product.status = status;
        }
        self.tags.set_or(&mut product.tags, Vec::new());
        if let Patch::Given(seo) = self.seo {
            seo.title.set(&mut product.seo_title);
            seo.description.set(&mut product.seo_description);
        }
        self.template_suffix.set(&mut product.template_suffix);
    }
}
