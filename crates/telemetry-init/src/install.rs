//! The only place that touches globals.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use metrics_define::Recording;
use opentelemetry::{global, propagation::TextMapCompositePropagator};
use tracing_subscriber::layer::SubscriberExt;

use crate::{
    diagnostic::Diagnostic, environment::ProcessEnvironment, error::InitError, guard::TelemetryGuard, layers, problems,
    providers::Providers, settings::Settings, start_line::StartLine,
};

/// Starts telemetry as the environment says.
///
/// # Errors
///
/// [`InitError`], with nothing installed; a service may log it and go on.
pub fn init() -> Result<TelemetryGuard, InitError> {
    let (settings, diagnostics) = Settings::from_environment(&ProcessEnvironment);
    let guard = Providers::build(settings)?.install()?;
    diagnostics.iter().for_each(Diagnostic::log);
    Ok(guard)
}

/// Globals cannot be set twice in a useful way, so the first installation stays.
static INSTALLED: AtomicBool = AtomicBool::new(false);

impl Providers {
    /// Makes these providers the process's own: global providers, propagators, metrics, and a `tracing` subscriber
    /// with a console layer and the layer for export.
    ///
    /// # Errors
    ///
    /// [`InitError::AlreadyInstalled`] or [`InitError::Subscriber`]; then nothing was changed.
    pub fn install(self) -> Result<TelemetryGuard, InitError> {
        let subscriber = tracing_subscriber::registry()
            .with(layers::console(&self.settings.console_filter, self.settings.own_level))
            .with(self.layer());
        claim()?;
        if let Err(error) = tracing::subscriber::set_global_default(subscriber) {
            INSTALLED.store(false, Ordering::Release);
            return Err(InitError::Subscriber(error));
        }
        Ok(self.set_globals())
    }

    /// The same without a subscriber, for a service that sets its own, with [`Providers::layer`] in it.
    ///
    /// # Errors
    ///
    /// [`InitError::AlreadyInstalled`]; then nothing was changed.
    pub fn install_without_subscriber(self) -> Result<TelemetryGuard, InitError> {
        claim()?;
        Ok(self.set_globals())
    }

    fn set_globals(self) -> TelemetryGuard {
        let propagators = self.settings.propagators.iter().map(|propagator| propagator.build()).collect();
        global::set_text_map_propagator(TextMapCompositePropagator::new(propagators));
        // Metrics first: whoever is told of a tracer may already want to count.
        let metrics = self.metrics.as_ref().map(|metrics| {
            metrics_define::on_problem(problems::hear);
            global::set_meter_provider(metrics.guarded.clone());
            metrics_define::install(Arc::new(metrics.guarded.clone()), Recording::Bound)
        });
        if let Some(traces) = &self.traces {
            global::set_tracer_provider(traces.clone());
        }
        for diagnostic in &self.diagnostics {
            diagnostic.log();
        }
        tracing::info!(target: "telemetry_init", "{}", StartLine::new(&self));
        TelemetryGuard::new(self, metrics)
    }
}

fn claim() -> Result<(), InitError> {
    if INSTALLED.swap(true, Ordering::AcqRel) { Err(InitError::AlreadyInstalled) } else { Ok(()) }
}
