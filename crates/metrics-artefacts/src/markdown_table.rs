//! Tables in Markdown, with columns as wide as their widest cell.

use std::fmt::Write;

pub(crate) struct MarkdownTable<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> MarkdownTable<COLUMNS> {
    pub(crate) fn new(heads: [&str; COLUMNS]) -> Self {
        Self { rows: vec![heads.map(str::to_owned)] }
    }

    pub(crate) fn add_row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells.map(|cell| cell.replace('|', "\\|").replace('\n', " ")));
    }

    pub(crate) fn render(&self) -> String {
        let widths: [usize; COLUMNS] =
            std::array::from_fn(|at| self.rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default());
        let mut out = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            write_row(&mut out, row, widths);
            if at == 0 {
                out.extend(widths.map(|width| format!("|{}", "-".repeat(width + 2))));
                out.push_str("|\n");
            }
        }
        out
    }
}

fn write_row<const COLUMNS: usize>(out: &mut String, row: &[String; COLUMNS], widths: [usize; COLUMNS]) {
    for (cell, width) in row.iter().zip(widths) {
        // Writing to a string cannot fail.
        let _ = write!(out, "| {cell:width$} ");
    }
    out.push_str("|\n");
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_are_aligned_and_cells_stay_cells() {
        let mut table = MarkdownTable::new(["Metric", "Description"]);
        table.add_row(["`a.b`".to_owned(), "Either | or\nboth".to_owned()]);
        table.add_row(["`a.longer`".to_owned(), "µ".to_owned()]);

        expect![[r"
            | Metric     | Description       |
            |------------|-------------------|
            | `a.b`      | Either \| or both |
            | `a.longer` | µ                 |
        "]]
        .assert_eq(&table.render());
    }
}
