//! What the database refuses: NULL in a mandatory column, a missing target, a value that must be unique.

use crate::fault::{Fault, Res};
use crate::orm::{Env, Field, Kind, Model, Row, Value, index};

const NOT_NULL: &str = "The operation cannot be completed:\n\
    - Create/update: a mandatory field is not set.\n\
    - Delete: another model requires the record being deleted. If possible, archive it instead.\n\n";
const FOREIGN_KEY: &str = "The operation cannot be completed: another model requires the record being deleted. \
    If possible, archive it instead.\n\n";

impl Env<'_> {
    pub(crate) fn check_required(model: &Model, id: i64, row: &Row) -> Res<()> {
        for field in model
            .fields
            .iter()
            .filter(|f| f.required && f.is_column() && !f.inherited)
        {
            if row.get(&field.name).is_null() && !field.kind.is_x2many() {
                return Err(not_null(model, field, id));
            }
        }
        Ok(())
    }

    /// A many2one's target must be there.
    pub(crate) fn check_target(&self, model: &Model, field: &Field, value: &Value) -> Res<()> {
        let (Kind::Many2one(comodel), Value::Int(id)) = (&field.kind, value) else {
            return Ok(());
        };
        // A model this simulator does not have has no records to point to.
        if self.view().exists(comodel, *id) {
            return Ok(());
        }
        if !field.plain_fk {
            return Err(Fault::missing(comodel, &[*id], self.s.uid));
        }
        let (table, target) = (model.table(), comodel.replace('.', "_"));
        let constraint = format!("{table}_{}_fkey", field.name);
        let text = format!(
            "insert or update on table \"{table}\" violates foreign key constraint \"{constraint}\"\n\
             DETAIL:  Key ({})=({id}) is not present in table \"{target}\".\n",
            field.name
        );
        let message = format!(
            "{FOREIGN_KEY}Model: {} ({})\nConstraint: {constraint}\n",
            model.label, model.name
        );
        Err(Fault::from_postgres(message, "ForeignKeyViolation", &text))
    }

    /// The target of a many2many link must be there.
    pub(crate) fn check_many_target(&self, model: &Model, field: &Field, id: i64) -> Res<()> {
        let Some(comodel) = field.kind.comodel() else {
            return Ok(());
        };
        if self.view().exists(comodel, id) {
            return Ok(());
        }
        let target = comodel.replace('.', "_");
        let (table, column) = relation_table(model, field, &target);
        let constraint = format!("{table}_{column}_fkey");
        let text = format!(
            "insert or update on table \"{table}\" violates foreign key constraint \"{constraint}\"\n\
             DETAIL:  Key ({column})=({id}) is not present in table \"{target}\".\n"
        );
        let message = format!("{FOREIGN_KEY}Model: Unknown (unknown)\nConstraint: {constraint}\n");
        Err(Fault::from_postgres(message, "ForeignKeyViolation", &text))
    }

    pub(crate) fn check_unique(&self, model: &Model, ids: &[i64]) -> Res<()> {
        for unique in model.unique {
            for id in ids {
                let Some(row) = self.t.get(model.name, *id) else {
                    continue;
                };
                let values: Vec<&Value> = unique.fields.iter().map(|f| row.get(f)).collect();
                if values.iter().any(|v| v.is_null()) {
                    continue;
                }
                let same = |other: &i64| {
                    *other != *id
                        && self.t.get(model.name, *other).is_some_and(|row| {
                            unique.fields.iter().zip(&values).all(|(f, v)| row.get(f) == *v)
                        })
                };
                let clash = match unique.fields.iter().find(|f| index::has(model.name, f)) {
                    Some(field) => row
                        .keys(field)
                        .first()
                        .is_some_and(|key| self.t.find(model.name, field, key).any(|other| same(&other))),
                    None => self.t.rows(model.name).any(|(other, _)| same(&other)),
                };
                if clash {
                    return Err(unique_violation(unique, &values));
                }
            }
        }
        Ok(())
    }
}

fn unique_violation(unique: &crate::orm::Unique, values: &[&Value]) -> Fault {
    let shown: Vec<String> = values.iter().map(|v| shown(v)).collect();
    let text = duplicate_key(unique.index, &unique.fields.join(", "), &shown.join(", "));
    let message = if unique.message.is_empty() {
        text.as_str()
    } else {
        unique.message
    };
    Fault::from_postgres(
        format!("The operation cannot be completed: {message}"),
        "UniqueViolation",
        &text,
    )
}

/// PostgreSQL's sentence about a broken unique index.
pub(crate) fn duplicate_key(index: &str, columns: &str, values: &str) -> String {
    format!(
        "duplicate key value violates unique constraint \"{index}\"\n\
         DETAIL:  Key ({columns})=({values}) already exists.\n"
    )
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => if *b { "t" } else { "f" }.to_owned(),
        Value::Int(i) => i.to_string(),
        Value::Num(n) => n.to_string(),
        Value::Text(t) => t.clone(),
        Value::Ids(ids) => format!("{ids:?}"),
    }
}

fn not_null(model: &Model, field: &Field, id: i64) -> Fault {
    let text = format!(
        "null value in column \"{}\" of relation \"{}\" violates not-null constraint\n\
         DETAIL:  Failing row contains ({id}, ...).\n",
        field.name,
        model.table()
    );
    let message = format!(
        "{NOT_NULL}Model: {} ({})\nField: {} ({})\n",
        model.label, model.name, field.label, field.name
    );
    let mut fault = Fault::from_postgres(message, "NotNullViolation", &text);
    fault.load_message = Some(format!(
        "Missing required value for the field '{}' ({})",
        field.label, field.name
    ));
    fault.load_field = Some(field.name.to_string());
    fault
}

/// The record may not go while that one points to it.
pub(crate) fn still_referenced(model: &Model, field: &str, target: &Model, id: i64) -> Fault {
    let (table, gone) = (model.table(), target.table());
    let constraint = format!("{table}_{field}_fkey");
    let text = format!(
        "update or delete on table \"{gone}\" violates foreign key constraint \"{constraint}\" on table \"{table}\"\n\
         DETAIL:  Key (id)=({id}) is still referenced from table \"{table}\".\n"
    );
    let message = format!(
        "{FOREIGN_KEY}Model: {} ({})\nConstraint: {constraint}\n",
        model.label, model.name
    );
    Fault::from_postgres(message, "ForeignKeyViolation", &text)
}

/// The link table of a many2many, and its column for the target.
fn relation_table(model: &Model, field: &Field, target: &str) -> (String, String) {
    match (model.name, field.name.as_ref()) {
        ("product.template", "taxes_id") => ("product_taxes_rel".into(), "tax_id".into()),
        ("product.template", "supplier_taxes_id") => ("product_supplier_taxes_rel".into(), "tax_id".into()),
        ("product.template.attribute.line", "value_ids") => (
            "product_attribute_value_product_template_attribute_line_rel".into(),
            "product_attribute_value_id".into(),
        ),
        _ => {
            let own = model.table();
            let mut names = [own.as_str(), target];
            names.sort_unstable();
            (format!("{}_rel", names.join("_")), format!("{target}_id"))
        }
    }
}
