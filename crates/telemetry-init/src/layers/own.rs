//! What telemetry says about itself, which has a level of its own.

use tracing::{
    Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::Interest,
};
use tracing_subscriber::layer::{Context, Filter};

/// The crates that telemetry consists of. The SDK's events have the package's name as their target.
const CRATES: [&str; 11] = [
    "metrics_define",
    "metrics_pipeline",
    "opentelemetry",
    "opentelemetry_http",
    "opentelemetry_otlp",
    "opentelemetry_proto",
    "opentelemetry_sdk",
    "prometheus_bridge",
    "telemetry_export",
    "telemetry_init",
    "tracing_opentelemetry",
];

/// Lets of telemetry's own spans and events through what `level` says, whatever `others` says, which decides on all
/// others; and on all, where there is no level.
pub(super) struct Own<F> {
    pub(super) level: Option<LevelFilter>,
    pub(super) others: F,
}

impl<F> Own<F> {
    fn decides(&self, metadata: &Metadata<'_>) -> Option<bool> {
        self.level.filter(|_| is_own(metadata.target())).map(|level| *metadata.level() <= level)
    }
}

/// A target is a path, of which the whole first name counts: `telemetry_init_of_user` is somebody else's.
fn is_own(target: &str) -> bool {
    let first = target.split("::").next().unwrap_or_default().as_bytes();
    let same = |(own, byte): (u8, &u8)| own == *byte || own == b'_' && *byte == b'-';
    CRATES.iter().any(|name| name.len() == first.len() && name.bytes().zip(first).all(same))
}

impl<S: Subscriber, F: Filter<S>> Filter<S> for Own<F> {
    fn enabled(&self, metadata: &Metadata<'_>, ctx: &Context<'_, S>) -> bool {
        self.decides(metadata).unwrap_or_else(|| self.others.enabled(metadata, ctx))
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.decides(metadata) {
            Some(true) => Interest::always(),
            Some(false) => Interest::never(),
            None => self.others.callsite_enabled(metadata),
        }
    }

    fn event_enabled(&self, event: &Event<'_>, ctx: &Context<'_, S>) -> bool {
        self.decides(event.metadata()).unwrap_or_else(|| self.others.event_enabled(event, ctx))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let others = self.others.max_level_hint()?;
        Some(self.level.map_or(others, |level| level.max(others)))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: Context<'_, S>) {
        self.others.on_new_span(attributes, id, ctx);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: Context<'_, S>) {
        self.others.on_record(id, values, ctx);
    }

    fn on_enter(&self, id: &Id, ctx: Context<'_, S>) {
        self.others.on_enter(id, ctx);
    }

    fn on_exit(&self, id: &Id, ctx: Context<'_, S>) {
        self.others.on_exit(id, ctx);
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        self.others.on_close(id, ctx);
    }
}

#[cfg(test)]
mod tests;
