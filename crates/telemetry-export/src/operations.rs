//! How long exports and collections take, for the SDK's own metrics.

use std::{sync::OnceLock, time::Instant};

use opentelemetry::{KeyValue, metrics::Histogram};

use crate::{signal::Signal, transport::Failure};

/// Records nothing until somebody wants to observe it.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    observed: OnceLock<Observed>,
}

#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) operations: Histogram<f64>,
    pub(crate) collections: Histogram<f64>,
    /// What describes the exporter of each signal.
    pub(crate) exporters: Vec<(Signal, Vec<KeyValue>)>,
    pub(crate) reader: Vec<KeyValue>,
}

impl Operations {
    /// The first observer stays.
    pub(crate) fn observe(&self, observed: Observed) {
        let _ = self.observed.set(observed);
    }

    pub(crate) fn ended(&self, signal: Signal, began: Instant, failure: Option<&Failure>) {
        let Some(observed) = self.observed.get() else { return };
        let Some((_, exporter)) = observed.exporters.iter().find(|(of, _)| *of == signal) else { return };
        let mut attributes = exporter.clone();
        match failure {
            Some(Failure::Http(status)) => {
                attributes.push(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
            }
            Some(Failure::Grpc(code)) => {
                attributes.push(KeyValue::new("rpc.grpc.status_code", i64::from(*code as i32)));
            }
            _ => (),
        }
        attributes.extend(failure.map(|failure| KeyValue::new("error.type", failure.kind())));
        observed.operations.record(began.elapsed().as_secs_f64(), &attributes);
    }

    /// A failed collection has an error as well.
    pub(crate) fn collected(&self, began: Instant, error: Option<&'static str>) {
        let Some(observed) = self.observed.get() else { return };
        let mut attributes = observed.reader.clone();
        attributes.extend(error.map(|kind| KeyValue::new("error.type", kind)));
        observed.collections.record(began.elapsed().as_secs_f64(), &attributes);
    }
}
