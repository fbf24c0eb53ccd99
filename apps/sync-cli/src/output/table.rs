use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Attribute, Cell, ContentArrangement, Table};

use super::Look;

impl Look {
    /// A table: drawn and fitted to the width on a terminal, plain columns otherwise.
    pub(crate) fn table(&self, header: &[&str], rows: Vec<Vec<Cell>>) -> String {
        let mut table = Table::new();
        let heads = header.iter().map(|head| {
            let cell = Cell::new(head.to_uppercase());
            if self.colour {
                cell.add_attribute(Attribute::Bold)
            } else {
                cell
            }
        });
        table.set_header(heads.collect::<Vec<_>>());
        table.add_rows(rows);
        if self.terminal {
            table.load_preset(UTF8_FULL_CONDENSED);
            table.set_content_arrangement(ContentArrangement::Dynamic);
            if !self.colour {
                table.force_no_tty();
            }
            return table.to_string();
        }
        table.load_preset(NOTHING);
        table.force_no_tty();
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n")
    }
}
