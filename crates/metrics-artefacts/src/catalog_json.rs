//! `catalog.json`: the definitions for other languages and for user interfaces.

mod document;

use metrics_define::Catalog;

use document::Document;

/// The JSON Schema of what [`catalog_json`] writes, draft 2020-12.
pub const CATALOG_SCHEMA: &str = include_str!("catalog_json/catalog.schema.json");

/// The definitions of a catalogue as JSON, valid against [`CATALOG_SCHEMA`].
///
/// The same catalogue gives the same text.
pub fn catalog_json(catalog: &Catalog) -> String {
    let document = Document::of(catalog);
    // Only a map with keys that are no text, or a number that is not finite, could fail; there is neither.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
