//! Where a signal goes that is gathered in batches: spans and log records follow one rule.

use telemetry_export::{BatchOptions, Target, TargetError};

use super::{
    batch,
    exporters::BatchedExporter,
    gates::Off,
    otlp::{self, Asked, Signal},
};
use crate::{
    variable::{Reader, Variable},
    variables::{OTEL_LOGS_EXPORTER, OTEL_TRACES_EXPORTER},
};

/// Where spans go.
pub type Traces = Batched;

/// Where `tracing` events go as log records. The console shows events also when they go nowhere else.
pub type Logs = Batched;

/// Where spans or log records go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there are two of it in a process")]
pub enum Batched {
    /// Nowhere.
    Off(Off),
    /// To a collector, to standard output, or to both.
    On {
        /// The collector.
        otlp: Option<Target>,
        /// How they are gathered for it.
        batch: BatchOptions,
        /// Whether they are printed to standard output.
        console: bool,
    },
}

/// Which of the two it is, and the variables that it has to itself.
pub(crate) struct Items {
    signal: Signal,
    exporters: &'static Variable<Vec<BatchedExporter>>,
    batch: fn(&mut Reader<'_>) -> BatchOptions,
}

pub(crate) const SPANS: Items =
    Items { signal: Signal::Traces, exporters: &OTEL_TRACES_EXPORTER, batch: batch::of_spans };

pub(crate) const LOG_RECORDS: Items =
    Items { signal: Signal::Logs, exporters: &OTEL_LOGS_EXPORTER, batch: batch::of_log_records };

impl Batched {
    pub(crate) fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>, items: &Items) -> Self {
        let exporters = reader.read(items.exporters);
        let batch = (items.batch)(reader);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let named = |exporter| exporters.as_ref().map(|exporters| exporters.contains(&exporter));
        if named(BatchedExporter::None) == Some(true) {
            return Self::Off(Off::ExporterNone);
        }
        let console = named(BatchedExporter::Console) == Some(true);
        match Asked::by(named(BatchedExporter::Otlp)).and_then(|asked| otlp::target(reader, items.signal, asked)) {
            Some(Ok(target)) => Self::On { otlp: Some(target), batch, console },
            _ if console => Self::On { otlp: None, batch, console },
            Some(Err(off)) => Self::Off(off),
            None => Self::Off(Off::NoEndpoint),
        }
    }

    /// The same with the collector that code names, which is spoken to like the one there was, else as the environment
    /// says.
    pub(crate) fn sent_to(
        self,
        target: impl FnOnce(&Target) -> Result<Target, TargetError>,
        unaddressed: &Result<Target, Off>,
        gathered: BatchOptions,
    ) -> Result<Self, TargetError> {
        let (earlier, batch, console) = match (&self, unaddressed) {
            (Self::On { otlp: Some(earlier), batch, console }, _)
            | (Self::On { otlp: None, batch, console }, Ok(earlier)) => (earlier, *batch, *console),
            (Self::Off(Off::NoEndpoint | Off::BadEndpoint), Ok(earlier)) => (earlier, gathered, false),
            (Self::Off(Off::NoEndpoint | Off::BadEndpoint), Err(off)) => return Ok(Self::Off(*off)),
            (Self::On { otlp: None, .. }, Err(_)) | (Self::Off(_), _) => return Ok(self),
        };
        Ok(Self::On { otlp: Some(target(earlier)?), batch, console })
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
