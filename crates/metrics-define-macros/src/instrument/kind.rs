//! The kinds of instruments and their attributes.

use metric_names::Kind;
use syn::{Attribute, ItemStruct};

use crate::findings::Findings;

const KINDS: [Kind; 4] = [Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram];

/// Takes the instrument attribute off a struct; `None` for a struct that is not an instrument.
pub(crate) fn take_attribute(item: &mut ItemStruct, findings: &mut Findings) -> Option<(Kind, Attribute)> {
    let mut taken = item.attrs.extract_if(.., |attribute| of_attribute(attribute).is_some());
    let first = taken.next()?;
    for another in taken {
        findings.report(another, "a struct is one instrument: write another struct for this one");
    }
    Some((of_attribute(&first)?, first))
}

pub(crate) fn attribute_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::UpDownCounter => "updown_counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    }
}

/// The kind that an attribute stands for, under whatever path it is written.
fn of_attribute(attribute: &Attribute) -> Option<Kind> {
    let name = &attribute.path().segments.last()?.ident;
    KINDS.into_iter().find(|&kind| name == attribute_name(kind))
}
