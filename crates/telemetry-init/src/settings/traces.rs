//! Where spans go.

use telemetry_export::{BatchOptions, Target};

use super::{
    batch,
    exporters::TracesExporter,
    gates::Off,
    otlp::{self, Asked, Signal},
};
use crate::{variable::Reader, variables::OTEL_TRACES_EXPORTER};

/// Where spans go.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one of it in a process")]
pub enum Traces {
    /// Nowhere.
    Off(Off),
    /// To a collector, to standard output, or to both.
    On {
        /// The collector.
        otlp: Option<Target>,
        /// How spans are gathered for it.
        batch: BatchOptions,
        /// Whether they are printed to standard output.
        console: bool,
    },
}

impl Traces {
    pub(crate) fn from_environment(reader: &mut Reader<'_>, gate: Option<Off>) -> Self {
        let exporters = reader.read(&OTEL_TRACES_EXPORTER);
        let batch = batch::of_spans(reader);
        if let Some(off) = gate {
            return Self::Off(off);
        }
        let named = |exporter| exporters.as_ref().map(|exporters| exporters.contains(&exporter));
        if named(TracesExporter::None) == Some(true) {
            return Self::Off(Off::ExporterNone);
        }
        let console = named(TracesExporter::Console) == Some(true);
        match Asked::by(named(TracesExporter::Otlp)).and_then(|asked| otlp::target(reader, Signal::Traces, asked)) {
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
