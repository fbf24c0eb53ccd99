//! What a field is. A model's fields are data: this is their vocabulary.

use std::borrow::Cow;

use crate::fault::Res;
use crate::orm::{Env, Value, View};

/// The type of a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Char,
    Text,
    Html,
    Integer,
    /// Digits kept at write; `None` keeps all.
    Float(Option<u32>),
    Monetary,
    Boolean,
    Date,
    Datetime,
    Binary,
    Image,
    /// Technical values and labels.
    Selection(&'static [(&'static str, &'static str)]),
    Many2one(&'static str),
    /// The other model, and its many2one back.
    One2many(&'static str, &'static str),
    Many2many(&'static str),
    /// An id of the model that another field names.
    Many2oneReference,
    Json,
    Properties,
}

impl Kind {
    /// The name in `fields_get`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Char => "char",
            Self::Text => "text",
            Self::Html => "html",
            Self::Integer => "integer",
            Self::Float(_) => "float",
            Self::Monetary => "monetary",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Binary | Self::Image => "binary",
            Self::Selection(_) => "selection",
            Self::Many2one(_) => "many2one",
            Self::One2many(..) => "one2many",
            Self::Many2many(_) => "many2many",
            Self::Many2oneReference => "many2one_reference",
            Self::Json => "json",
            Self::Properties => "properties",
        }
    }

    /// The model a relation leads to.
    pub(crate) fn comodel(&self) -> Option<&'static str> {
        match self {
            Self::Many2one(model) | Self::One2many(model, _) | Self::Many2many(model) => Some(model),
            _ => None,
        }
    }

    pub(crate) fn is_x2many(&self) -> bool {
        matches!(self, Self::One2many(..) | Self::Many2many(_))
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Float(_) | Self::Monetary | Self::Many2oneReference
        )
    }
}

/// Computes a field of one record at reading.
pub(crate) type ComputeFn = fn(&View<'_>, i64) -> Value;
/// Carries a write to a computed field out.
pub(crate) type InverseFn = fn(&mut Env<'_>, &[i64], &Value) -> Res<()>;
/// A default.
pub(crate) type DefaultFn = fn(&View<'_>) -> Value;

/// Where a field's value comes from.
#[derive(Clone)]
pub(crate) enum Source {
    /// The record's own row.
    Column,
    /// A function at reading.
    Compute(ComputeFn),
    /// The record's id.
    Id,
    /// What the model shows as its name.
    DisplayName,
    /// The field of the same name on the record behind this many2one.
    Inherited(&'static str),
    /// Another record's field, by a path through many2one fields.
    Related(&'static str),
    /// The other end of a many2many that the comodel stores under this name.
    Reverse(&'static str),
    /// Nothing: the field exists, is always empty, and drops what is written to it.
    Empty,
}

/// One field of one model.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "the server describes its fields so")]
pub(crate) struct Field {
    pub(crate) name: Cow<'static, str>,
    pub(crate) label: Cow<'static, str>,
    pub(crate) kind: Kind,
    pub(crate) source: Source,
    pub(crate) required: bool,
    pub(crate) readonly: bool,
    /// What `fields_get` says of storage: searchable and sortable. Not always how this simulator keeps it.
    pub(crate) store: bool,
    pub(crate) copy: bool,
    pub(crate) translate: bool,
    pub(crate) index: bool,
    /// A domain may name it although it is not stored.
    pub(crate) search: bool,
    /// The path that a domain on it really searches.
    pub(crate) search_path: &'static str,
    pub(crate) default: Option<DefaultFn>,
    pub(crate) inverse: Option<InverseFn>,
    pub(crate) depends: &'static [&'static str],
    pub(crate) currency: &'static str,
    /// Comes from a parent record (`_inherits`).
    pub(crate) inherited: bool,
    /// A missing target is found by the database's foreign key only, because nothing computes on the field.
    pub(crate) plain_fk: bool,
    /// A default that `default_get` does not tell: a computed field's first value.
    pub(crate) precomputed: bool,
}

impl Field {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        kind: Kind,
    ) -> Self {
        let copy = !matches!(kind, Kind::One2many(..));
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            source: Source::Column,
            required: false,
            readonly: false,
            store: true,
            copy,
            translate: false,
            index: false,
            search: false,
            search_path: "",
            default: None,
            inverse: None,
            depends: &[],
            currency: "currency_id",
            inherited: false,
            plain_fk: false,
            precomputed: false,
        }
    }

    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    pub(crate) fn no_copy(mut self) -> Self {
        self.copy = false;
        self
    }

    pub(crate) fn copied(mut self) -> Self {
        self.copy = true;
        self
    }

    pub(crate) fn translate(mut self) -> Self {
        self.translate = true;
        self
    }

    pub(crate) fn index(mut self) -> Self {
        self.index = true;
        self
    }

    pub(crate) fn plain_fk(mut self) -> Self {
        self.plain_fk = true;
        self
    }

    pub(crate) fn default(mut self, default: DefaultFn) -> Self {
        self.default = Some(default);
        self
    }

    /// A first value that is computed, so that `default_get` leaves it out.
    pub(crate) fn precompute(mut self, default: DefaultFn) -> Self {
        self.default = Some(default);
        self.precomputed = true;
        self
    }

    /// Computed at reading, not stored, read only.
    pub(crate) fn compute(mut self, compute: ComputeFn) -> Self {
        self.source = Source::Compute(compute);
        self.store = false;
        self.readonly = true;
        self.copy = false;
        self
    }

    /// Computed at reading, but stored in the real system: it can be searched, sorted and grouped.
    pub(crate) fn compute_stored(mut self, compute: ComputeFn) -> Self {
        self = self.compute(compute);
        self.store = true;
        self
    }

    pub(crate) fn id(mut self) -> Self {
        self.source = Source::Id;
        self.readonly().no_copy()
    }

    pub(crate) fn display_name(mut self) -> Self {
        self.source = Source::DisplayName;
        self.search = true;
        self.not_stored().readonly()
    }

    pub(crate) fn related(mut self, path: &'static str) -> Self {
        self.source = Source::Related(path);
        self.store = false;
        self.readonly = true;
        self.copy = false;
        self
    }

    pub(crate) fn reverse(mut self, field: &'static str) -> Self {
        self.source = Source::Reverse(field);
        self
    }

    /// A field of an add-on that this simulator has no behaviour for.
    pub(crate) fn empty(mut self) -> Self {
        self.source = Source::Empty;
        self
    }

    pub(crate) fn not_stored(mut self) -> Self {
        self.store = false;
        self.copy = false;
        self
    }

    pub(crate) fn stored(mut self) -> Self {
        self.store = true;
        self
    }

    pub(crate) fn searchable(mut self) -> Self {
        self.search = true;
        self
    }

    /// What a write does; the field is then writable.
    pub(crate) fn inverse(mut self, inverse: InverseFn) -> Self {
        self.inverse = Some(inverse);
        self.readonly = false;
        self
    }

    pub(crate) fn search_via(mut self, path: &'static str) -> Self {
        self.search = true;
        self.search_path = path;
        self
    }

    pub(crate) fn depends(mut self, fields: &'static [&'static str]) -> Self {
        self.depends = fields;
        self
    }

    pub(crate) fn writable(mut self) -> Self {
        self.readonly = false;
        self
    }

    /// Whether a domain may look at its value; for the others a leaf is silently true.
    pub(crate) fn is_searchable(&self) -> bool {
        self.store || self.search || matches!(self.source, Source::Related(_) | Source::Inherited(_))
    }

    pub(crate) fn is_column(&self) -> bool {
        matches!(self.source, Source::Column) && !matches!(self.kind, Kind::One2many(..))
    }
}

/// Short constructors, for the lists of fields.
pub(crate) mod make {
    use super::{Field, Kind};

    pub(crate) fn char(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Char)
    }

    pub(crate) fn text(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Text)
    }

    pub(crate) fn html(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Html)
    }

    pub(crate) fn int(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Integer)
    }

    /// A float with two digits (prices, quantities, weights).
    pub(crate) fn float(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Float(Some(2)))
    }

    pub(crate) fn float_any(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Float(None))
    }

    pub(crate) fn float_digits(name: &'static str, label: &'static str, digits: u32) -> Field {
        Field::new(name, label, Kind::Float(Some(digits)))
    }

    pub(crate) fn monetary(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Monetary)
    }

    pub(crate) fn bool(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Boolean)
    }

    pub(crate) fn date(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Date)
    }

    pub(crate) fn datetime(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Datetime)
    }

    pub(crate) fn binary(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Binary)
    }

    pub(crate) fn image(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Image)
    }

    pub(crate) fn json(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Json)
    }

    pub(crate) fn selection(
        name: &'static str,
        label: &'static str,
        values: &'static [(&'static str, &'static str)],
    ) -> Field {
        Field::new(name, label, Kind::Selection(values))
    }

    pub(crate) fn m2o(name: &'static str, comodel: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Many2one(comodel))
    }

    pub(crate) fn o2m(
        name: &'static str,
        comodel: &'static str,
        inverse: &'static str,
        label: &'static str,
    ) -> Field {
        Field::new(name, label, Kind::One2many(comodel, inverse))
    }

    pub(crate) fn m2m(name: &'static str, comodel: &'static str, label: &'static str) -> Field {
        Field::new(name, label, Kind::Many2many(comodel))
    }
}
