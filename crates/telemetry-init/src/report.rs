//! What became of everything that was recorded.

use std::fmt;

use telemetry_export::{ExportReport, SignalReport};

/// What became of everything that was recorded, per signal.
///
/// For each signal `accepted = exported + rejected + failed + dropped + unsent`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// Spans; `None` when traces were off.
    pub traces: Option<SignalReport>,
    /// Data points of pushed metrics; `None` when nothing was pushed.
    pub metrics: Option<SignalReport>,
    /// Log records; `None` when logs were not exported.
    pub logs: Option<SignalReport>,
    /// How often metrics could not be collected: a foreign callback hung, or the provider was gone.
    pub failed_collections: u64,
    /// Sampled spans that have begun and not ended: they are not accepted yet, and lost if this is the end.
    ///
    /// A `tracing` span counts from when it is made, also if it is never entered. Whether it is sampled is decided when
    /// it is first entered, so until then it counts whatever will be decided.
    pub open_spans: u64,
    /// Whether the time limit was reached before everything was sent, and printed by the console exporters.
    pub timed_out: bool,
    /// Whether this is the report of an earlier call.
    pub repeated: bool,
}

impl ShutdownReport {
    pub(crate) fn new(export: Option<ExportReport>) -> Self {
        match export {
            Some(ExportReport {
                traces, metrics, logs, failed_collections, open_spans, timed_out, repeated, ..
            }) => Self { traces, metrics, logs, failed_collections, open_spans, timed_out, repeated },
            None => Self {
                traces: None,
                metrics: None,
                logs: None,
                failed_collections: 0,
                open_spans: 0,
                timed_out: false,
                repeated: false,
            },
        }
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "spans", self.traces.as_ref())?;
        line(f, "data points", self.metrics.as_ref())?;
        line(f, "log records", self.logs.as_ref())?;
        if self.failed_collections > 0 {
            writeln!(f, "{:<12} {} of metrics failed", "collections", self.failed_collections)?;
        }
        if self.open_spans > 0 {
            writeln!(f, "{:<12} {} made and not ended", "open spans", self.open_spans)?;
        }
        f.write_str(match (self.timed_out, self.repeated) {
            (true, _) => "the time limit was reached before everything was sent and printed",
            (false, true) => "shut down before",
            (false, false) => "all within the time limit",
        })
    }
}

fn line(f: &mut fmt::Formatter<'_>, items: &str, signal: Option<&SignalReport>) -> fmt::Result {
    match signal {
        None => writeln!(f, "{items:<12} not exported"),
        Some(SignalReport { accepted, exported, rejected, failed, dropped, unsent, .. }) => writeln!(
            f,
            "{items:<12} {accepted} accepted = {exported} exported + {rejected} rejected + {failed} failed \
             + {dropped} dropped + {unsent} unsent"
        ),
    }
}
