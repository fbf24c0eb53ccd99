//! `ir.*`: external ids, models, sequences, parameters, attachments.

use crate::fault::{Fault, Res};
use crate::orm::make::{bool, char, int, m2o, selection, text};
use crate::orm::{Env, Field, Kind, Logic, Method, Model, Unique, Vals, Value, View, make};
use crate::py::Py;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("ir.model.data", "Model Data", data_fields())
            .order("module, model, name")
            .logic(&ExternalId)
            .unique(&[Unique {
                fields: &["module", "name"],
                message: "",
                index: "ir_model_data_module_name_uniq_index",
            }])
            .methods(&[Method {
                name: "check_object_reference",
                params: &["module", "xml_id", "*raise_on_access_error"],
                on_model: true,
                reads: true,
                run: check_object_reference,
            }]),
        Model::new("ir.model", "Models", model_fields()).order("model"),
        Model::new(
            "ir.model.fields",
            "Fields",
            vec![
                char("name", "Field Name").required(),
                char("model", "Model Name").required(),
                char("field_description", "Field Label").required(),
                char("ttype", "Field Type").required(),
                char("relation", "Related Model"),
            ],
        ),
        Model::new("ir.sequence", "Sequence", sequence_fields())
            .order("name, id")
            .methods(SEQUENCE_METHODS),
        Model::new(
            "ir.config_parameter",
            "System Parameter",
            vec![char("key", "Key").required(), text("value", "Value").required()],
        )
        .rec_name("key")
        .order("key")
        .unique(&[Unique {
            fields: &["key"],
            message: "Key must be unique.",
            index: "ir_config_parameter_key_uniq",
        }])
        .methods(PARAMETER_METHODS),
        Model::new("ir.module.module", "Module", module_fields()).order("application desc, sequence, name"),
        Model::new("ir.attachment", "Attachment", attachment_fields()).order("id desc"),
        Model::new(
            "decimal.precision",
            "Decimal Precision",
            vec![
                char("name", "Usage").required(),
                int("digits", "Digits").required().default(|_| Value::Int(2)),
            ],
        ),
    ]
}

fn data_fields() -> Vec<Field> {
    vec![
        char("name", "External Identifier").required(),
        char("complete_name", "Complete ID").compute(|view, id| {
            let (module, name) = (
                view.text("ir.model.data", id, "module"),
                view.text("ir.model.data", id, "name"),
            );
            Value::Text(if module.is_empty() {
                name
            } else {
                format!("{module}.{name}")
            })
        }),
        char("model", "Model Name").required(),
        char("module", "Module").required().default(|_| Value::text("")),
        Field::new("res_id", "Record ID", Kind::Many2oneReference),
        bool("noupdate", "Non Updatable"),
        char("reference", "Reference").compute(|view, id| {
            let row = view.row("ir.model.data", id);
            let text = row.map(|r| format!("{},{}", r.text("model"), r.id("res_id").unwrap_or(0)));
            text.map_or(Value::Null, Value::Text)
        }),
    ]
}

struct ExternalId;

impl Logic for ExternalId {
    fn display_name(&self, view: &View<'_>, model: &Model, id: i64) -> String {
        match view.row(model.name, id) {
            Some(row) => view.display_name(row.text("model"), row.id("res_id").unwrap_or(0)),
            None => String::new(),
        }
    }
}

const SEQUENCE_METHODS: &[Method] = &[Method {
    name: "next_by_code",
    params: &["sequence_code", "*sequence_date"],
    on_model: true,
    reads: false,
    run: next_by_code_method,
}];

#[expect(clippy::unnecessary_wraps, reason = "the form of every method")]
fn next_by_code_method(env: &mut Env<'_>, _: &[i64], args: &[Option<Py>]) -> Res<Py> {
    let code = args.first().cloned().flatten().unwrap_or_default().display();
    Ok(next_by_code(env, &code).map_or(Py::Bool(false), Py::Str))
}

fn check_object_reference(env: &mut Env<'_>, _: &[i64], args: &[Option<Py>]) -> Res<Py> {
    let part = |n: usize| args.get(n).cloned().flatten().unwrap_or_default().display();
    let xid = format!("{}.{}", part(0), part(1));
    match env.view().xid(&xid) {
        Some(target) if env.view().exists(&target.model, target.res_id) => {
            Ok(Py::List(vec![Py::Str(target.model), Py::Int(target.res_id)]))
        }
        _ => Err(Fault::value(format!(
            "External ID not found in the system: {xid}"
        ))),
    }
}

fn model_fields() -> Vec<Field> {
    vec![
        char("name", "Model Description").required(),
        char("model", "Model").required(),
        char("order", "Order").default(|_| Value::text("id")),
        text("info", "Information"),
        selection(
            "state",
            "Type",
            &[("manual", "Custom Object"), ("base", "Base Object")],
        )
        .default(|_| Value::text("base")),
        bool("transient", "Transient Model"),
        char("modules", "In Apps").empty().not_stored(),
    ]
}

fn sequence_fields() -> Vec<Field> {
    vec![
        char("name", "Name").required(),
        char("code", "Sequence Code"),
        selection(
            "implementation",
            "Implementation",
            &[("standard", "Standard"), ("no_gap", "No gap")],
        )
        .required()
        .default(|_| Value::text("standard")),
        bool("active", "Active").default(|_| Value::Bool(true)),
        char("prefix", "Prefix"),
        char("suffix", "Suffix"),
        int("number_next", "Next Number")
            .required()
            .default(|_| Value::Int(1)),
        int("number_next_actual", "Actual Next Number").related("number_next"),
        int("number_increment", "Step")
            .required()
            .default(|_| Value::Int(1)),
        int("padding", "Sequence Size")
            .required()
            .default(|_| Value::Int(0)),
        m2o("company_id", "res.company", "Company"),
    ]
}

/// The next number of the sequence of this code, in its form.
pub(crate) fn next_by_code(env: &mut Env<'_>, code: &str) -> Option<String> {
    let id = env.t.find("ir.sequence", "code", code).next()?;
    next_number(env, id)
}

/// The next number of a sequence, in its form.
pub(crate) fn next_number(env: &mut Env<'_>, id: i64) -> Option<String> {
    let row = env.t.get("ir.sequence", id)?;
    let number = row.id("number_next").unwrap_or(1);
    let width = usize::try_from(row.id("padding").unwrap_or(0))
        .unwrap_or(0)
        .min(30);
    let text = format!("{}{number:0width$}{}", row.text("prefix"), row.text("suffix"));
    let mut row = row.clone();
    row.set("number_next", number + row.id("number_increment").unwrap_or(1));
    // A number taken from a sequence is no change of a record.
    env.t.put("ir.sequence", id, row);
    Some(text)
}

const PARAMETER_METHODS: &[Method] = &[
    Method {
        name: "get_param",
        params: &["key", "*default"],
        on_model: true,
        reads: true,
        run: get_param,
    },
    Method {
        name: "set_param",
        params: &["key", "value"],
        on_model: true,
        reads: false,
        run: set_param,
    },
];

/// `set_param(key, value)`: answers the value before; an empty value takes the parameter away.
fn set_param(env: &mut Env<'_>, _: &[i64], args: &[Option<Py>]) -> Res<Py> {
    const MODEL: &str = "ir.config_parameter";
    let model = env.model(MODEL)?;
    env.view().allow(model, crate::orm::Perm::Write)?;
    let part = |n: usize| args.get(n).cloned().flatten().unwrap_or_default();
    let (key, value) = (part(0).display(), part(1));
    let found = env.t.rows(MODEL).find(|(_, row)| row.text("key") == key);
    let found = found.map(|(id, row)| (id, row.text("value").to_owned()));
    let text = value.display();
    match &found {
        Some((id, _)) if value.is_unset() || text.is_empty() => env.unlink(MODEL, &[*id])?,
        Some((id, old)) if *old != text => {
            env.write(MODEL, &[*id], Vals::new().with("value", text.as_str()))?;
        }
        None if !value.is_unset() && !text.is_empty() => {
            let vals = Vals::new().with("key", key.as_str()).with("value", text.as_str());
            env.create_one(MODEL, vals)?;
        }
        _ => {}
    }
    Ok(found.map_or(Py::Bool(false), |(_, old)| Py::Str(old)))
}

fn get_param(env: &mut Env<'_>, _: &[i64], args: &[Option<Py>]) -> Res<Py> {
    env.view()
        .allow(env.model("ir.config_parameter")?, crate::orm::Perm::Read)?;
    let key = args.first().cloned().flatten().unwrap_or_default().display();
    let found = env
        .t
        .rows("ir.config_parameter")
        .find(|(_, row)| row.text("key") == key);
    let value = found.map(|(_, row)| Py::str(row.text("value")));
    Ok(value
        .or_else(|| args.get(1).cloned().flatten())
        .unwrap_or(Py::Bool(false)))
}

fn module_fields() -> Vec<Field> {
    vec![
        char("name", "Technical Name").required(),
        char("shortdesc", "Module Name"),
        char("latest_version", "Installed Version"),
        int("sequence", "Sequence").default(|_| Value::Int(100)),
        bool("application", "Application"),
        selection(
            "state",
            "Status",
            &[
                ("uninstallable", "Uninstallable"),
                ("uninstalled", "Not Installed"),
                ("installed", "Installed"),
                ("to upgrade", "To be upgraded"),
                ("to remove", "To be removed"),
                ("to install", "To be installed"),
            ],
        ),
    ]
}

fn attachment_fields() -> Vec<Field> {
    vec![
        char("name", "Name").required(),
        text("description", "Description"),
        char("res_model", "Resource Model"),
        Field::new("res_id", "Resource ID", Kind::Many2oneReference),
        selection("type", "Type", &[("url", "URL"), ("binary", "File")])
            .required()
            .default(|_| Value::text("binary")),
        char("url", "Url"),
        bool("public", "Is public document"),
        make::binary("raw", "File Content (raw)"),
        make::binary("datas", "File Content (base64)"),
        int("file_size", "File Size").compute_stored(|view, id| {
            let text = view.text("ir.attachment", id, "datas");
            let padding = text.bytes().rev().take_while(|b| *b == b'=').count();
            let bytes = (text.len() / 4 * 3).saturating_sub(padding);
            Value::Int(i64::try_from(bytes).unwrap_or(0))
        }),
        char("mimetype", "Mime Type").precompute(|_| Value::text("application/octet-stream")),
    ]
}

/// A fresh `ir.model` row for each model.
pub(crate) fn model_rows(reg: &crate::orm::Registry) -> Vec<Vals> {
    reg.models()
        .map(|m| {
            Vals::new()
                .with("name", m.label)
                .with("model", m.name)
                .with("order", m.order)
                .with("transient", m.transient)
        })
        .collect()
}
