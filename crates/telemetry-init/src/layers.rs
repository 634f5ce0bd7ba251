//! The `tracing` layers: what the console shows and what is exported are decided apart.

mod made_spans;
mod own;

use std::io::IsTerminal;

use opentelemetry_sdk::{logs::SdkLogger, trace::SdkTracer};
use telemetry_export::{OpenSpansHandle, on_export_thread};
use tracing::{Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::FilterExt,
    layer::{Context, Filter},
    registry::LookupSpan,
};

use self::{
    made_spans::{Begins, MadeSpans},
    own::Own,
};
use crate::{logs::LogLayer, panicked::PanicLayer, settings::limits::LogLimits};

/// Spans for export. Source location, thread and idle times are left out: they cost a third of a span's time.
pub(crate) fn opentelemetry<S>(
    tracer: SdkTracer,
    open: Option<OpenSpansHandle>,
    level: LevelFilter,
) -> impl Layer<S> + Send + Sync + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let made = open.clone().map(MadeSpans::new);
    let spans = tracing_opentelemetry::layer()
        .with_tracer(Begins { tracer, open })
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    let announce = made.as_ref().map(MadeSpans::announce);
    let settle = made.as_ref().map(MadeSpans::settle);
    PanicLayer.and_then(announce).and_then(spans).and_then(settle).with_filter(Exported { level })
}

/// Events for export, as log records.
pub(crate) fn logs<S>(
    logger: SdkLogger,
    limits: LogLimits,
    level: LevelFilter,
    own: Option<LevelFilter>,
) -> impl Layer<S> + Send + Sync + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let own = Own { level: own, others: LevelFilter::TRACE };
    LogLayer::new(logger, limits).with_filter(Exported { level }.and(Events).and(own))
}

/// The console: one line per event, on standard error.
pub(crate) fn console<S>(filter: &str, own_level: Option<LevelFilter>) -> impl Layer<S> + Send + Sync + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    // `from_environment` has checked the text; a text set in code that is no filter shows what it can.
    let filter = EnvFilter::builder().parse_lossy(filter);
    let filter = Own { level: own_level, others: filter };
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_filter(filter)
}

/// Keeps out what the export thread's own transport emits, which would otherwise be exported in its turn.
///
/// The thread is looked at and not the target: the same crates emit spans on the user's threads, and those count.
struct Exported {
    level: LevelFilter,
}

impl<S> Filter<S> for Exported {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        *metadata.level() <= self.level && !on_export_thread()
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        // Never "always": whether a call site counts depends on the thread.
        if *metadata.level() <= self.level { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }
}

/// Events alone: a layer that makes log records has no use for spans.
struct Events;

impl<S> Filter<S> for Events {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        metadata.is_event()
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.is_event() { Interest::always() } else { Interest::never() }
    }
}
