use std::collections::BTreeSet;

use crate::fault::{Fault, Res};
use crate::orm::{Kind, Model, Registry};
use crate::py::{Py, str_repr};

/// A column: the names along its path.
pub(super) type Path = Vec<String>;

/// One record as cells.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    /// Plain cells by field (`id` and `.id` among them).
    pub(super) plain: Vec<(String, Py)>,
    /// Sub-records by relation field.
    pub(super) nested: Vec<(String, Vec<Extracted>)>,
}

impl Extracted {
    pub(super) fn get(&self, name: &str) -> Option<&Py> {
        self.plain.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Names of all cells.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.plain
            .iter()
            .map(|(n, _)| n.as_str())
            .chain(self.nested.iter().map(|(n, _)| n.as_str()))
    }
}

/// `a/b/id`; the old forms `a.id` and `a:id` mean `a/.id` and `a/id`.
pub(super) fn path(column: &str) -> Path {
    let mut text = String::new();
    let mut rest = column;
    while let Some(c) = rest.chars().next() {
        let before = text.chars().last();
        if rest.starts_with(".id") && before.is_some_and(|b| b != '/') {
            text.push_str("/.id");
            rest = rest.get(3..).unwrap_or("");
        } else if rest.starts_with(":id") && before.is_some_and(|b| b != '/') {
            text.push_str("/id");
            rest = rest.get(3..).unwrap_or("");
        } else {
            text.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        }
    }
    text.split('/').map(str::to_owned).collect()
}

fn is_reference(name: &str) -> bool {
    name == "id" || name == ".id"
}

/// Every column must lead to a field.
pub(super) fn check(reg: &Registry, model: &Model, paths: &[Path]) -> Res<()> {
    for path in paths {
        let mut model = Some(model);
        for name in path {
            if is_reference(name) {
                break;
            }
            let field = model.and_then(|m| m.field(name));
            let Some(field) = field else {
                return Err(Fault::value(format!("Invalid field name {}", str_repr(name))));
            };
            model = field.kind.comodel().and_then(|c| reg.find(c));
        }
    }
    Ok(())
}

/// The model itself, and the models of its lines.
pub(super) fn creatable(reg: &Registry, model: &Model, paths: &[Path]) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::from([model.name]);
    for path in paths {
        let mut model = Some(model);
        for name in path {
            match model.and_then(|m| m.field(name)).map(|f| &f.kind) {
                Some(Kind::One2many(comodel, _)) => {
                    found.insert(comodel);
                    model = reg.find(comodel);
                }
                _ => break,
            }
        }
    }
    found
}

/// Groups rows into records: a row whose own cells are empty while a line's cell is not belongs to the record above.
pub(super) fn extract(
    reg: &Registry,
    model: &Model,
    paths: &[Path],
    data: &[Vec<Py>],
    limit: usize,
) -> Vec<(Extracted, usize, usize)> {
    let kind = |path: &Path| path.first().and_then(|name| model.field(name)).map(|f| &f.kind);
    let is_lines = |path: &Path| matches!(kind(path), Some(Kind::One2many(..)));
    let is_relation = |path: &Path| {
        !path.first().is_some_and(|n| is_reference(n)) && kind(path).is_some_and(|k| k.comodel().is_some())
    };
    let filled = |row: &Vec<Py>, lines: bool| {
        paths
            .iter()
            .zip(row)
            .any(|(path, cell)| is_lines(path) == lines && cell.truthy())
    };
    let mut records = Vec::new();
    let mut index = 0;
    while index < data.len() && index < limit {
        let span = 1 + data
            .iter()
            .skip(index + 1)
            .take_while(|row| filled(row, true) && !filled(row, false))
            .count();
        let rows = data.get(index..index + span).unwrap_or_default();
        let mut record = Extracted::default();
        if let Some(row) = rows.first() {
            for (path, cell) in paths.iter().zip(row).filter(|(path, _)| !is_relation(path)) {
                if let Some(name) = path.first() {
                    record.plain.push((name.clone(), cell.clone()));
                }
            }
        }
        for path in paths.iter().filter(|path| is_relation(path)) {
            let Some(name) = path.first() else { continue };
            if record.nested.iter().any(|(n, _)| n == name) {
                continue;
            }
            record
                .nested
                .push((name.clone(), sub_records(reg, model, name, paths, rows)));
        }
        records.push((record, index, index + span - 1));
        index += span;
    }
    records
}

fn sub_records(
    reg: &Registry,
    model: &Model,
    name: &str,
    paths: &[Path],
    rows: &[Vec<Py>],
) -> Vec<Extracted> {
    let Some(comodel) = model
        .field(name)
        .and_then(|f| f.kind.comodel())
        .and_then(|c| reg.find(c))
    else {
        return Vec::new();
    };
    let columns: Vec<(usize, Path)> = paths
        .iter()
        .enumerate()
        .filter(|(_, path)| path.first().is_some_and(|n| n == name))
        .map(|(at, path)| (at, path.get(1..).unwrap_or_default().to_vec()))
        .map(|(at, rest)| {
            (
                at,
                if rest.is_empty() {
                    vec![String::new()]
                } else {
                    rest
                },
            )
        })
        .collect();
    let sub_paths: Vec<Path> = columns.iter().map(|(_, path)| path.clone()).collect();
    let sub_data: Vec<Vec<Py>> = rows
        .iter()
        .map(|row| {
            columns
                .iter()
                .map(|(at, _)| row.get(*at).cloned().unwrap_or_default())
                .collect::<Vec<Py>>()
        })
        .filter(|cells| cells.iter().any(Py::truthy))
        .collect();
    extract(reg, comodel, &sub_paths, &sub_data, usize::MAX)
        .into_iter()
        .map(|(record, ..)| record)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn column_names() {
        assert_eq!(path("categ_id/.id"), ["categ_id", ".id"]);
        assert_eq!(path("categ_id.id"), ["categ_id", ".id"]);
        assert_eq!(path("categ_id:id"), ["categ_id", "id"]);
        assert_eq!(path(".id"), [".id"]);
        assert_eq!(
            path("order_line/product_id/id"),
            ["order_line", "product_id", "id"]
        );
    }
}
