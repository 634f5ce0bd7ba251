//! The one line that says at start what telemetry does, or why it does nothing.

use std::fmt;

use telemetry_export::Target;

use crate::{
    providers::Providers,
    settings::{
        batched::{Logs, Traces},
        metrics::Metrics,
    },
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
        match (&settings.traces, &settings.metrics, &settings.logs) {
            (Traces::Off(traces), Metrics::Off(metrics), Logs::Off(logs)) if traces == metrics && traces == logs => {
                return write!(f, "telemetry off: {traces}");
            }
            (Traces::Off(traces), Metrics::Off(metrics), Logs::Off(logs)) => {
                return write!(f, "telemetry off: traces: {traces}; metrics: {metrics}; logs: {logs}");
            }
            _ => write!(f, "telemetry on: service {:?}; ", settings.service_name)?,
        }
        match &settings.traces {
            Traces::Off(off) => write!(f, "traces off ({off}); ")?,
            Traces::On { otlp, console, .. } => write!(f, "traces to {}; ", Outputs(otlp.as_ref(), *console))?,
        }
        self.metrics(f)?;
        match &settings.logs {
            Logs::Off(off) => write!(f, "; logs off ({off})"),
            Logs::On { otlp, console, .. } => write!(f, "; logs to {}", Outputs(otlp.as_ref(), *console)),
        }
    }
}

impl StartLine<'_> {
    fn metrics(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.providers.settings;
        let (otlp, console) = match &settings.metrics {
            Metrics::Off(off) => return write!(f, "metrics off ({off})"),
            Metrics::On { otlp, console, .. } => (otlp.as_ref(), *console),
        };
        if otlp.is_none() && !console {
            write!(f, "metrics not pushed")?;
        } else {
            write!(f, "metrics to {} every {:?}", Outputs(otlp, console), settings.metric_interval)?;
        }
        let mut addresses = self.providers.scrape_addresses().iter();
        addresses.try_for_each(|address| write!(f, ", scraped at http://{address}/metrics"))
    }
}

/// The collector and the console, whichever there are.
struct Outputs<'t>(Option<&'t Target>, bool);

impl fmt::Display for Outputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(Some(target), false) => write!(f, "{}", Destination(target)),
            Self(Some(target), true) => write!(f, "{} and the console", Destination(target)),
            Self(None, _) => f.write_str("the console"),
        }
    }
}

struct Destination<'t>(&'t Target);

impl fmt::Display for Destination<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.endpoint(), self.0.protocol())
    }
}
