//! What the environment says of a collector without saying where it is: for the endpoint that code may name.

use telemetry_export::{BatchOptions, Target};

use super::{
    batch,
    gates::Off,
    metrics,
    otlp::{self, Signal},
};
use crate::{environment::Environment, variable::Reader};

/// How each signal's collector is spoken to, and how spans and log records are gathered for it.
///
/// The targets are at the specification's default address, which nobody has asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unaddressed {
    pub(crate) traces: Result<Target, Off>,
    pub(crate) metrics: Result<Target, Off>,
    pub(crate) logs: Result<Target, Off>,
    pub(crate) spans: BatchOptions,
    pub(crate) log_records: BatchOptions,
}

impl Unaddressed {
    /// What is wrong with a variable is said where the settings themselves are read.
    pub(crate) fn from_environment(environment: &impl Environment) -> Self {
        let mut reader = Reader::new(environment);
        let push_within = metrics::timeout(&mut reader);
        Self {
            traces: otlp::unaddressed(&mut reader, Signal::Traces),
            metrics: otlp::unaddressed(&mut reader, Signal::Metrics).map(|target| batch::within(target, push_within)),
            logs: otlp::unaddressed(&mut reader, Signal::Logs),
            spans: batch::of_spans(&mut reader),
            log_records: batch::of_log_records(&mut reader),
        }
    }
}
