//! Protocol buffers as text, by the fields that Prometheus' schema gives them.

use std::fmt::Write as _;

use crate::wire::{delimited, unfold, varint};

/// A field of the schema: number, name, and what it holds.
type Field = (u64, &'static str, Holds);

#[derive(Clone, Copy)]
enum Holds {
    Text,
    Number,
    Signed,
    Double,
    /// Signed numbers one after the other.
    Deltas,
    Message(&'static [Field]),
}

const FAMILY: &[Field] = &[
    (1, "name", Holds::Text),
    (2, "help", Holds::Text),
    (3, "type", Holds::Number),
    (4, "metric", Holds::Message(METRIC)),
    (5, "unit", Holds::Text),
];
const METRIC: &[Field] = &[
    (1, "label", Holds::Message(&[(1, "name", Holds::Text), (2, "value", Holds::Text)])),
    (2, "gauge", Holds::Message(VALUE)),
    (3, "counter", Holds::Message(&[(1, "value", Holds::Double), (3, "created_timestamp", Holds::Message(TIMESTAMP))])),
    (7, "histogram", Holds::Message(HISTOGRAM)),
];
const VALUE: &[Field] = &[(1, "value", Holds::Double)];
const HISTOGRAM: &[Field] = &[
    (1, "sample_count", Holds::Number),
    (2, "sample_sum", Holds::Double),
    (3, "bucket", Holds::Message(&[(1, "cumulative_count", Holds::Number), (2, "upper_bound", Holds::Double)])),
    (5, "schema", Holds::Signed),
    (6, "zero_threshold", Holds::Double),
    (7, "zero_count", Holds::Number),
    (9, "negative_span", Holds::Message(SPAN)),
    (10, "negative_delta", Holds::Deltas),
    (12, "positive_span", Holds::Message(SPAN)),
    (13, "positive_delta", Holds::Deltas),
    (15, "created_timestamp", Holds::Message(TIMESTAMP)),
];
const TIMESTAMP: &[Field] = &[(1, "seconds", Holds::Number), (2, "nanos", Holds::Number)];
const SPAN: &[Field] = &[(1, "offset", Holds::Signed), (2, "length", Holds::Number)];

/// Every family, each preceded by its length.
pub(crate) fn families(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    while !bytes.is_empty() {
        let length = usize::try_from(varint(&mut bytes)).unwrap();
        let (family, rest) = bytes.split_at(length);
        message(family, FAMILY, 0, &mut out);
        out.push('\n');
        bytes = rest;
    }
    out
}

fn message(mut bytes: &[u8], fields: &[Field], depth: usize, out: &mut String) {
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let (_, name, holds) = fields.iter().find(|field| field.0 == tag >> 3).expect("a field of the schema");
        let wire = tag & 7;
        write!(out, "{:1$}{name}", "", depth * 2).unwrap();
        match holds {
            Holds::Number => writeln!(out, ": {}", expect_wire(wire, 0, varint(&mut bytes))).unwrap(),
            Holds::Signed => writeln!(out, ": {}", unfold(expect_wire(wire, 0, varint(&mut bytes)))).unwrap(),
            Holds::Double => {
                let (double, rest) = bytes.split_first_chunk::<8>().unwrap();
                bytes = rest;
                writeln!(out, ": {:?}", expect_wire(wire, 1, f64::from_le_bytes(*double))).unwrap();
            }
            Holds::Text => {
                writeln!(out, ": {:?}", std::str::from_utf8(expect_wire(wire, 2, delimited(&mut bytes))).unwrap())
                    .unwrap();
            }
            Holds::Deltas => {
                let mut packed = expect_wire(wire, 2, delimited(&mut bytes));
                let mut deltas = Vec::new();
                while !packed.is_empty() {
                    deltas.push(unfold(varint(&mut packed)));
                }
                writeln!(out, ": {deltas:?}").unwrap();
            }
            Holds::Message(fields) => {
                out.push('\n');
                message(expect_wire(wire, 2, delimited(&mut bytes)), fields, depth + 1, out);
            }
        }
    }
}

fn expect_wire<T>(found: u64, expected: u64, value: T) -> T {
    assert_eq!(found, expected, "the type on the wire");
    value
}
