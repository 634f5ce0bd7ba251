//! `catalog.json` and its schema.

use boon::{Compiler, SchemaIndex, Schemas};
use metrics_artefacts::{CATALOG_SCHEMA, catalog_json};
use metrics_catalog::CATALOG;
use metrics_define::Catalog;
use serde_json::{Value, json};

use crate::every_kind::EVERY_KIND;

#[test]
fn what_is_written_is_valid() {
    for catalog in [&CATALOG, &EVERY_KIND] {
        let document = parsed(catalog);
        if let Err(error) = validate(&document) {
            panic!("{error}");
        }
    }
    assert_eq!(parsed(&CATALOG)["domains"].as_array().unwrap().len(), 20);
}

#[test]
fn what_is_not_a_catalogue_is_refused() {
    let spoilt: [fn(&mut Value); 6] = [
        |document| document["format"] = json!(2),
        |document| document["domains"][0]["naming"] = json!("other"),
        |document| document["domains"][0]["metrics"][0]["kind"] = json!("summary"),
        |document| document["domains"][0]["metrics"][0]["labels"][0]["max_values"] = json!(3),
        |document| document["domains"][0]["metrics"][0]["buckets"] = json!({ "boundaries": [1.0] }),
        |document| document["domains"][0]["extra"] = json!(1),
    ];
    for spoil in spoilt {
        let mut document = parsed(&EVERY_KIND);
        spoil(&mut document);
        assert!(validate(&document).is_err(), "{document}");
    }
}

#[test]
fn a_metric_is_written_whole() {
    let document = parsed(&EVERY_KIND);
    let metrics = document["domains"][0]["metrics"].as_array().unwrap();
    let metric = |name: &str| metrics.iter().find(|metric| metric["name"] == name).unwrap();

    assert_eq!(
        *metric("every.counted.total"),
        json!({
            "name": "every.counted.total",
            "prometheus_name": "every_counted_total",
            "kind": "counter",
            "value": "u64",
            "unit": "{thing}",
            "description": "A counter",
            "labels": [
                { "key": "every.outcome", "description": "What came of it", "values": ["queued_up", "done"] },
                { "key": "first", "description": "Whether it was the first", "values": ["false", "true"] },
                { "key": "place", "description": "Where it was", "max_values": 8, "example": "here" },
            ],
            "series_limit": 32,
            "stability": "stable",
        })
    );
    assert_eq!(metric("every.size")["buckets"], json!({ "exponential": {} }));
    assert_eq!(
        metric("every.old.duration")["deprecated"],
        json!({ "since": "0.2.0", "note": "use `EveryDuration`", "renamed_to": "every.duration" })
    );
    assert_eq!(
        metric("every.old.duration")["lint_exceptions"],
        json!([{ "rule": "MC012", "reason": "dashboards show milliseconds" }])
    );
}

fn parsed(catalog: &Catalog) -> Value {
    serde_json::from_str(&catalog_json(catalog)).unwrap()
}

fn validate(document: &Value) -> Result<(), String> {
    let (schemas, index) = compiled();
    schemas.validate(document, index).map_err(|error| error.to_string())
}

fn compiled() -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("urn:otelier:catalog:1", serde_json::from_str(CATALOG_SCHEMA).unwrap()).unwrap();
    let index = compiler.compile("urn:otelier:catalog:1", &mut schemas).unwrap();
    (schemas, index)
}
