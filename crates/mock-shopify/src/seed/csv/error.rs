use std::fmt;

use thiserror::Error;

/// A cell that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// Its row; the header is row 1.
    pub row: usize,
    /// Name of its column.
    pub column: String,
    /// What it says, cut to forty characters.
    pub value: String,
    /// What to write instead.
    pub fix: &'static str,
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "row {}, column \"{}\": \"{}\": {}",
            self.row, self.column, self.value, self.fix
        )
    }
}

/// Why a file was not read. Nothing was taken from it then.
#[derive(Debug, Error)]
pub enum CsvError {
    /// It could not be read at all.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no table.
    #[error("the file is no CSV file: {0}")]
    Syntax(#[from] csv::Error),
    /// It is too large.
    #[error("the file has more than {limit} {what}; split it into several files")]
    TooLarge {
        /// What there is too much of: "bytes", "rows", "columns".
        what: &'static str,
        /// The most that is allowed.
        limit: usize,
    },
    /// A cell is too large.
    #[error(
        "row {row}, column \"{column}\": the cell has more than {limit} bytes; shorten it, or close a quotation \
         mark that was left open"
    )]
    CellTooLarge {
        /// Its row.
        row: usize,
        /// Name of its column.
        column: String,
        /// The most that is allowed.
        limit: usize,
    },
    /// It is not in UTF-8.
    #[error("row {row}, column \"{column}\": the text is not in UTF-8; save the file as \"CSV UTF-8\"")]
    Encoding {
        /// The row.
        row: usize,
        /// Name of the column.
        column: String,
    },
    /// Its cells are not separated by commas.
    #[error("row 1: the cells are separated by {found:?}; save the file with commas between them")]
    Separator {
        /// What separates them.
        found: char,
    },
    /// A column that must be there is missing.
    #[error("row 1: the column \"{column}\" is missing; export the products from Shopify again, or add it")]
    MissingColumn {
        /// Its name.
        column: &'static str,
    },
    /// Cells that cannot be understood, all of them.
    #[error("{}", listed(.cells, *.more))]
    Cells {
        /// The first fifty.
        cells: Vec<BadCell>,
        /// How many others there are.
        more: usize,
    },
    /// There is no product in it.
    #[error("there is no product in the file; the rows below the header need a \"Handle\"")]
    NoProducts,
}

fn listed(cells: &[BadCell], more: usize) -> String {
    let mut lines: Vec<String> = cells.iter().map(ToString::to_string).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}
