//! Where log records go.

use telemetry_export::{BatchOptions, Target};

use super::{
    batch,
    exporters::LogsExporter,
    gates::Off,
    otlp::{self, Asked, Signal},
};
use crate::{variable::Reader, variables::OTEL_LOGS_EXPORTER};

/// Where `tracing` events go as log records.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Logs {
    /// Nowhere. The console still shows events.
    Off(Off),
    /// To a collector, to standard output, or to both.
    On {
        /// The collector.
        otlp: Option<Target>,
        /// How log records are gathered for it.
        batch: BatchOptions,
        /// Whether they are printed to standard output.
        console: bool,
    },
}

impl Logs {
    pub(crate) fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let exporters = reader.read(&OTEL_LOGS_EXPORTER);
        let batch = batch::of_log_records(reader);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let named = |exporter| exporters.as_ref().map(|exporters| exporters.contains(&exporter));
        if named(LogsExporter::None) == Some(true) {
            return Self::Off(Off::ExporterNone);
        }
        let console = named(LogsExporter::Console) == Some(true);
        match Asked::by(named(LogsExporter::Otlp)).and_then(|asked| otlp::target(reader, Signal::Logs, asked)) {
            Some(Ok(target)) => Self::On { otlp: Some(target), batch, console },
            _ if console => Self::On { otlp: None, batch, console },
            Some(Err(off)) => Self::Off(off),
            None => Self::Off(Off::NoEndpoint),
        }
    }

    /// There are no certificates to check the collector with.
    pub(crate) fn stop_sending(&mut self) {
        match self {
            Self::On { otlp, console: true, .. } => *otlp = None,
            Self::On { otlp: Some(_), .. } => *self = Self::Off(Off::NoRootCertificates),
            Self::On { otlp: None, .. } | Self::Off(_) => {}
        }
    }

    pub(crate) fn console(&self) -> bool {
        matches!(self, Self::On { console: true, .. })
    }
}
