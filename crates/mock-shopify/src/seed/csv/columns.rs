use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

macro_rules! columns {
    ($($column:ident: $($name:literal)|+),* $(,)?) => {
        /// A column that is read. Others are passed over.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Column {
            $(
                #[doc = concat!($("`", $name, "` "),+)]
                $column,
            )*
        }

        impl Column {
            const ALL: &[Self] = &[$(Self::$column),*];

            /// Its names: that of the exports since 2012, then that of the template of 2025.
            pub(super) const fn names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$column => &[$($name),+],)*
                }
            }
        }
    };
}

columns! {
    Handle: "Handle" | "URL handle",
    Title: "Title",
    Body: "Body (HTML)" | "Body HTML" | "Description",
    Vendor: "Vendor",
    Type: "Type" | "Custom Product Type",
    Tags: "Tags",
    Published: "Published" | "Published on online store",
    Status: "Status",
    Option1Name: "Option1 Name",
    Option1Value: "Option1 Value",
    Option2Name: "Option2 Name",
    Option2Value: "Option2 Value",
    Option3Name: "Option3 Name",
    Option3Value: "Option3 Value",
    Sku: "Variant SKU" | "SKU",
    Barcode: "Variant Barcode" | "Barcode",
    Price: "Variant Price" | "Price",
    CompareAtPrice: "Variant Compare At Price" | "Compare-at price",
    Cost: "Cost per item",
    Grams: "Variant Grams" | "Weight value (grams)",
    WeightUnit: "Variant Weight Unit" | "Weight unit for display",
    Tracker: "Variant Inventory Tracker" | "Inventory tracker",
    Quantity: "Variant Inventory Qty" | "Inventory quantity",
    Policy: "Variant Inventory Policy" | "Continue selling when out of stock",
    RequiresShipping: "Variant Requires Shipping" | "Requires shipping",
    Taxable: "Variant Taxable" | "Charge tax",
    ImageSrc: "Image Src" | "Product image URL",
    ImagePosition: "Image Position",
    ImageAlt: "Image Alt Text",
    GiftCard: "Gift Card",
    SeoTitle: "SEO Title",
    SeoDescription: "SEO Description",
}

impl Column {
    /// The name and the value of each option.
    pub(super) const OPTIONS: [(Self, Self); 3] = [
        (Self::Option1Name, Self::Option1Value),
        (Self::Option2Name, Self::Option2Value),
        (Self::Option3Name, Self::Option3Value),
    ];

    /// The name that most files use.
    pub const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// The column of this name; case and space around it do not count.
    fn named(name: &str) -> Option<Self> {
        let is = |column: &&Self| {
            column
                .names()
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name.trim()))
        };
        Self::ALL.iter().find(is).copied()
    }
}

/// Where each column stands.
#[derive(Debug, Default)]
pub(super) struct Columns {
    places: BTreeMap<Column, usize>,
}

impl Columns {
    /// Reads a header; answers the names that occur again, too. The first of these counts.
    pub(super) fn of(header: &[String]) -> (Self, Vec<String>) {
        let (mut columns, mut again) = (Self::default(), Vec::new());
        for (at, name) in header.iter().enumerate() {
            let Some(column) = Column::named(name) else {
                continue;
            };
            match columns.places.entry(column) {
                Entry::Vacant(free) => {
                    free.insert(at);
                }
                Entry::Occupied(_) => again.push(name.clone()),
            }
        }
        (columns, again)
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.get(&column).copied()
    }
}
