//! A catalogue of a thousand metrics, joined while this test is compiled.

use metrics_define::{Catalog, Domain, DomainDef, Kind, MetricDef, Naming, expansion};

const COUNT: usize = 1000;
const DIGITS: usize = 4;
const DECIMAL: &[u8; 10] = b"0123456789";

/// `d000d001d002..`, of which each name is a piece.
const TEXT: [u8; COUNT * DIGITS] = text();
static SHOP: DomainDef = DomainDef::new("shop", "tests/shop", "0", "Shop", "", Naming::Units);
static DEFINITIONS: [MetricDef; COUNT] = definitions();
static METRICS: [&MetricDef; COUNT] = references();

/// Without the macro, and so without its leave to take long: the compiler's own limit holds.
static CATALOG: Catalog = expansion::catalog::<COUNT>(&[Domain::new(&SHOP, &METRICS)]);

const fn text() -> [u8; COUNT * DIGITS] {
    let mut text = [0; COUNT * DIGITS];
    let mut metric = 0;
    while metric < COUNT {
        text[metric * DIGITS] = b'd';
        text[metric * DIGITS + 1] = DECIMAL[metric / 100 % 10];
        text[metric * DIGITS + 2] = DECIMAL[metric / 10 % 10];
        text[metric * DIGITS + 3] = DECIMAL[metric % 10];
        metric += 1;
    }
    text
}

const fn name(metric: usize) -> &'static str {
    let (_, rest) = TEXT.split_at(metric * DIGITS);
    match str::from_utf8(rest.split_at(DIGITS).0) {
        Ok(name) => name,
        Err(_) => "",
    }
}

#[expect(clippy::large_stack_arrays, reason = "it is the compiler's stack")]
const fn definitions() -> [MetricDef; COUNT] {
    let mut definitions = [MetricDef::new(&SHOP, "", Kind::Gauge, "{x}", "x"); COUNT];
    let mut metric = 0;
    while metric < COUNT {
        let def = MetricDef::new(&SHOP, name(metric), Kind::Gauge, "{x}", "x");
        definitions[metric] = expansion::exposed_as(def, name(metric));
        metric += 1;
    }
    definitions
}

const fn references() -> [&'static MetricDef; COUNT] {
    let mut references = [&DEFINITIONS[0]; COUNT];
    let mut metric = 0;
    while metric < COUNT {
        references[metric] = &DEFINITIONS[metric];
        metric += 1;
    }
    references
}

#[test]
fn a_thousand_metrics_are_compared_at_compile_time() {
    assert_eq!(CATALOG.metrics().count(), COUNT);
    assert_eq!(CATALOG.metrics().last().map(|metric| metric.name), Some("d999"));
}
