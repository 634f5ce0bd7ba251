//! The one line that says at start what telemetry does, or why it does nothing.

use std::fmt;

use telemetry_export::Target;

use crate::{
    providers::Providers,
    settings::{Metrics, Traces},
};

pub(crate) struct StartLine<'p> {
    providers: &'p Providers,
}

impl<'p> StartLine<'p> {
    pub(crate) fn new(providers: &'p Providers) -> Self {
        Self { providers }
    }
}

impl fmt::Display for StartLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.providers.settings;
        match (&settings.traces, &settings.metrics) {
            (Traces::Off(traces), Metrics::Off(metrics)) if traces == metrics => {
                return write!(f, "telemetry off: {traces}");
            }
            (Traces::Off(traces), Metrics::Off(metrics)) => {
                return write!(f, "telemetry off: traces: {traces}; metrics: {metrics}");
            }
            _ => write!(f, "telemetry on: service {:?}; ", settings.service_name)?,
        }
        match &settings.traces {
            Traces::Off(off) => write!(f, "traces off ({off}); ")?,
            Traces::Otlp { target, .. } => write!(f, "traces to {}; ", Destination(target))?,
        }
        match &settings.metrics {
            Metrics::Off(off) => write!(f, "metrics off ({off})"),
            Metrics::On { otlp, .. } => {
                let addresses = self.providers.scrape_addresses();
                match otlp {
                    Some(target) => {
                        write!(f, "metrics to {} every {:?}", Destination(target), settings.metric_interval)?;
                    }
                    None => write!(f, "metrics not pushed")?,
                }
                addresses.iter().try_for_each(|address| write!(f, ", scraped at http://{address}/metrics"))
            }
        }
    }
}

struct Destination<'t>(&'t Target);

impl fmt::Display for Destination<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.endpoint(), self.0.protocol())
    }
}
