//! The first stage of the off rule: which signals may be on at all.

use std::fmt;

use crate::{
    variable::Reader,
    variables::{ENABLE_METRICS, ENABLE_TRACING, OTEL_SDK_DISABLED},
};

/// Why a signal is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Off {
    /// `OTEL_SDK_DISABLED=true`.
    SdkDisabled,
    /// `ENABLE_TRACING=false`.
    TracingDisabled,
    /// `ENABLE_METRICS=false`.
    MetricsDisabled,
    /// The signal's exporter is `none`.
    ExporterNone,
    /// No exporter is named and no OTLP endpoint is set.
    NoEndpoint,
    /// The endpoint that is set cannot be used.
    BadEndpoint,
    /// A certificate or key file that is set cannot be used.
    BadCertificate,
    /// The endpoint is `https`, and the system's root certificates cannot be loaded.
    NoRootCertificates,
}

impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SdkDisabled => "OTEL_SDK_DISABLED is true",
            Self::TracingDisabled => "ENABLE_TRACING is false",
            Self::MetricsDisabled => "ENABLE_METRICS is false",
            Self::ExporterNone => "the exporter is none",
            Self::NoEndpoint => "no OTLP endpoint is set",
            Self::BadEndpoint => "the OTLP endpoint cannot be used",
            Self::BadCertificate => "a certificate or key file of OTLP cannot be used",
            Self::NoRootCertificates => "the system's root certificates cannot be loaded",
        })
    }
}

/// Why signals are off, if they are.
pub(crate) struct Gates {
    pub(crate) traces: Option<Off>,
    pub(crate) metrics: Option<Off>,
    pub(crate) logs: Option<Off>,
}

impl Gates {
    pub(crate) fn from_environment(reader: &mut Reader<'_>) -> Self {
        let disabled = reader.read(&OTEL_SDK_DISABLED).unwrap_or(false);
        let tracing = reader.read(&ENABLE_TRACING).unwrap_or(true);
        let metrics = reader.read(&ENABLE_METRICS);
        if disabled {
            let off = Some(Off::SdkDisabled);
            return Self { traces: off, metrics: off, logs: off };
        }
        let traces = (!tracing).then_some(Off::TracingDisabled);
        let metrics = match metrics {
            Some(true) => None,
            Some(false) => Some(Off::MetricsDisabled),
            None => traces,
        };
        // Logs go with metrics when only traces are switched off: whoever keeps metrics keeps telemetry.
        Self { traces, metrics, logs: traces.filter(|_| metrics.is_some()) }
    }
}
