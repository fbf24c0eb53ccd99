//! From bytes to rows of text.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::columns::{Column, Columns};
use super::{CsvError, Limits, Oddity, OddityKind};

/// The rows of a file.
pub(super) struct Table {
    header: Vec<String>,
    columns: Columns,
    pub(super) rows: Vec<Row>,
}

/// One row.
pub(super) struct Row {
    /// As a spreadsheet counts.
    pub(super) number: usize,
    cells: Vec<String>,
}

impl Table {
    /// The cell as written; empty if it or its column is missing.
    pub(super) fn raw<'t>(&self, row: &'t Row, column: Column) -> &'t str {
        let place = self.columns.place(column);
        place
            .and_then(|place| row.cells.get(place))
            .map_or("", String::as_str)
    }

    /// The cell without space around it.
    pub(super) fn text<'t>(&self, row: &'t Row, column: Column) -> &'t str {
        self.raw(row, column).trim()
    }

    /// The cell without space around it, `None` if that is nothing.
    pub(super) fn filled(&self, row: &Row, column: Column) -> Option<String> {
        Some(self.text(row, column))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// The name of the column in this file.
    pub(super) fn name_of(&self, column: Column) -> String {
        let written = self
            .columns
            .place(column)
            .and_then(|place| self.header.get(place));
        written.map_or(column.name(), String::as_str).trim().to_owned()
    }
}

pub(super) fn read(input: impl Read, limits: &Limits) -> Result<(Table, Vec<Oddity>), CsvError> {
    let bytes = read_all(input, limits)?;
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes.as_slice());
    let mut record = ByteRecord::new();
    let mut oddities = Vec::new();
    if !reader.read_byte_record(&mut record)? {
        return Err(CsvError::NoProducts);
    }
    if record.len() > limits.columns {
        return Err(CsvError::TooLarge {
            what: "columns",
            limit: limits.columns,
        });
    }
    let header = decode(&record, 1, &[], limits, &mut oddities)?;
    let columns = find_columns(&header, &mut oddities)?;
    let mut table = Table {
        header,
        columns,
        rows: Vec::new(),
    };
    let mut number = 1;
    while reader.read_byte_record(&mut record)? {
        number += 1;
        if number - 1 > limits.rows {
            return Err(CsvError::TooLarge {
                what: "rows",
                limit: limits.rows,
            });
        }
        let cells = decode(&record, number, &table.header, limits, &mut oddities)?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        check_width(&cells, number, &table, &mut oddities);
        table.rows.push(Row { number, cells });
    }
    name_products(&table, &mut oddities);
    Ok((table, oddities))
}

fn read_all(input: impl Read, limits: &Limits) -> Result<Vec<u8>, CsvError> {
    let mut bytes = Vec::new();
    // One more than allowed shows that there is more.
    let most = u64::try_from(limits.bytes).unwrap_or(u64::MAX).saturating_add(1);
    input.take(most).read_to_end(&mut bytes)?;
    if bytes.len() > limits.bytes {
        return Err(CsvError::TooLarge {
            what: "bytes",
            limit: limits.bytes,
        });
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(CsvError::Encoding {
            row: 1,
            column: Column::Handle.name().into(),
        });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    Ok(bytes)
}

fn decode(
    record: &ByteRecord,
    row: usize,
    header: &[String],
    limits: &Limits,
    oddities: &mut Vec<Oddity>,
) -> Result<Vec<String>, CsvError> {
    let mut cells = Vec::with_capacity(record.len().min(limits.columns));
    for (at, bytes) in record.iter().enumerate().take(limits.columns) {
        let column = || {
            header
                .get(at)
                .map_or_else(|| format!("{}", at + 1), |name| name.trim().to_owned())
        };
        if bytes.len() > limits.cell_bytes {
            return Err(CsvError::CellTooLarge {
                row,
                column: column(),
                limit: limits.cell_bytes,
            });
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(CsvError::Encoding {
                row,
                column: column(),
            });
        };
        let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.contains(unwanted) {
            let text = format!("\"{}\" holds control characters; they are left out", column());
            oddities.push(Oddity {
                kind: OddityKind::ControlCharacter,
                handle: String::new(),
                row,
                text,
            });
        }
        cells.push(text.replace(unwanted, ""));
    }
    Ok(cells)
}

fn find_columns(header: &[String], oddities: &mut Vec<Oddity>) -> Result<Columns, CsvError> {
    let (columns, again) = Columns::of(header);
    for name in again {
        let text = format!("the column \"{}\" occurs again; the first counts", name.trim());
        oddities.push(Oddity {
            kind: OddityKind::RepeatedColumn,
            handle: String::new(),
            row: 1,
            text,
        });
    }
    for needed in [Column::Handle, Column::Title] {
        if columns.place(needed).is_some() {
            continue;
        }
        if let [only] = header
            && let Some(found) = only.chars().find(|c| matches!(c, ';' | '\t' | '|'))
        {
            return Err(CsvError::Separator { found });
        }
        return Err(CsvError::MissingColumn {
            column: needed.name(),
        });
    }
    Ok(columns)
}

/// Fewer cells are missing optional ones; more are a quotation mark gone wrong.
fn check_width(cells: &[String], row: usize, table: &Table, oddities: &mut Vec<Oddity>) {
    let (has, wanted) = (cells.len(), table.header.len());
    let overflow = cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
    let text = if has < wanted {
        format!("the row has {has} cells, not {wanted}; the missing ones are taken as empty")
    } else if overflow {
        format!("the row has {has} cells, not {wanted}; the last ones are left out")
    } else {
        return;
    };
    oddities.push(Oddity {
        kind: OddityKind::UnevenRow,
        handle: String::new(),
        row,
        text,
    });
}

/// The handles for what was found before the rows were known.
fn name_products(table: &Table, oddities: &mut [Oddity]) {
    for oddity in oddities {
        let row = table.rows.binary_search_by_key(&oddity.row, |row| row.number);
        if let Some(row) = row.ok().and_then(|at| table.rows.get(at)) {
            table.text(row, Column::Handle).clone_into(&mut oddity.handle);
        }
    }
}
