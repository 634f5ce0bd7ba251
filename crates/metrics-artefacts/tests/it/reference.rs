//! The reference page.

use expect_test::expect_file;
use metrics_artefacts::reference;
use metrics_catalog::CATALOG;

use crate::every_kind::EVERY_KIND;

#[test]
fn a_page_shows_everything_that_a_definition_says() {
    expect_file!["every_kind.md"].assert_eq(&reference(&EVERY_KIND));
}

/// The tables of seed document 001, cell for cell, but for the units that seven of its descriptions repeat.
#[test]
fn the_page_has_the_tables_of_seed_document_001() {
    let documented = include_str!("../../../metrics-catalog/tests/data/seed_001.md");
    let page = reference(&CATALOG);
    let documented: Vec<_> = sections(documented).collect();

    assert_eq!(documented.len(), 9);
    for ((title, rows), (found_title, found_rows)) in documented.into_iter().zip(sections(&page)) {
        assert_eq!((title, rows), (found_title, found_rows));
    }
}

fn sections(page: &str) -> impl Iterator<Item = (&str, Vec<Vec<&str>>)> {
    page.split("\n### ").skip(1).map(|section| {
        let (title, rest) = section.split_once('\n').unwrap();
        let table = rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        (title, table.filter(|line| !line.starts_with("|-")).map(cells).collect())
    })
}

fn cells(line: &str) -> Vec<&str> {
    let units = [" (seconds)", " (ms)", " (MiB)", " (millicores)", " (%)"];
    let without_unit = |cell: &'_ str| units.iter().find_map(|unit| cell.strip_suffix(unit).map(str::len));
    line.trim_matches('|')
        .split('|')
        .map(str::trim)
        .map(|cell| without_unit(cell).map_or(cell, |len| &cell[..len]))
        .collect()
}
