//! The forms of instruments and their attributes.

use metric_names::Kind;
use syn::{Attribute, ItemStruct};

use crate::findings::Findings;

/// What an instrument attribute stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
    ObservableCounter,
    ObservableUpDownCounter,
    ObservableGauge,
    Info,
}

impl Form {
    pub(crate) const ALL: [Self; 8] = [
        Self::Counter,
        Self::UpDownCounter,
        Self::Gauge,
        Self::Histogram,
        Self::ObservableCounter,
        Self::ObservableUpDownCounter,
        Self::ObservableGauge,
        Self::Info,
    ];

    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::UpDownCounter => "updown_counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::ObservableCounter => "observable_counter",
            Self::ObservableUpDownCounter => "observable_updown_counter",
            Self::ObservableGauge => "observable_gauge",
            Self::Info => "info",
        }
    }

    /// The name in documents.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::UpDownCounter => "up-down counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::ObservableCounter => "observable counter",
            Self::ObservableUpDownCounter => "observable up-down counter",
            Self::ObservableGauge => "observable gauge",
            Self::Info => "info",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Counter | Self::ObservableCounter => Kind::Counter,
            Self::UpDownCounter | Self::ObservableUpDownCounter => Kind::UpDownCounter,
            Self::Gauge | Self::ObservableGauge | Self::Info => Kind::Gauge,
            Self::Histogram => Kind::Histogram,
        }
    }

    /// Whether it is measured by callbacks.
    pub(crate) fn is_observable(self) -> bool {
        matches!(self, Self::ObservableCounter | Self::ObservableUpDownCounter | Self::ObservableGauge | Self::Info)
    }
}

/// Takes the instrument attribute off a struct; `None` for a struct that is not an instrument.
pub(crate) fn take_attribute(item: &mut ItemStruct, findings: &mut Findings) -> Option<(Form, Attribute)> {
    let mut taken = item.attrs.extract_if(.., |attribute| of_attribute(attribute).is_some());
    let first = taken.next()?;
    for another in taken {
        findings.report(another, "a struct is one instrument: write another struct for this one");
    }
    Some((of_attribute(&first)?, first))
}

/// What an attribute stands for, under whatever path it is written.
fn of_attribute(attribute: &Attribute) -> Option<Form> {
    let name = &attribute.path().segments.last()?.ident;
    Form::ALL.into_iter().find(|form| name == form.attribute())
}
