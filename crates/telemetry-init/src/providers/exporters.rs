//! What leaves the process, counted.

use telemetry_export::Export;

use super::Providers;

/// How many ways out each signal has: a collector, the console, a scrape endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exporters {
    /// Of spans.
    pub traces: usize,
    /// Of metrics. A scrape service that somebody mounts is not known here.
    pub metrics: usize,
    /// Of log records.
    pub logs: usize,
}

impl Providers {
    /// How many exporters run, for each signal.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use telemetry_init::{Exporters, Providers, Settings};
    ///
    /// let (settings, _) = Settings::from_environment(&BTreeMap::new());
    /// assert_eq!(Providers::build(settings)?.exporters(), Exporters::default());
    /// # Ok::<(), telemetry_init::InitError>(())
    /// ```
    pub fn exporters(&self) -> Exporters {
        let pushed = |signal: fn(&Export) -> bool| self.export.as_ref().is_some_and(signal);
        let printed = |signal: bool| self.console.is_some() && signal;
        let count = |ways: &[bool]| ways.iter().filter(|way| **way).count();
        let scraped = self.metrics.as_ref().is_some_and(|metrics| metrics.endpoint.is_some());
        let Self { settings, .. } = self;
        Exporters {
            traces: count(&[pushed(|export| export.span_processor().is_some()), printed(settings.traces.console())]),
            metrics: count(&[pushed(Export::exports_metrics), scraped, printed(settings.metrics.console())]),
            logs: count(&[pushed(|export| export.log_processor().is_some()), printed(settings.logs.console())]),
        }
    }
}
