//! Metrics for one test, apart from those of every other.

use std::{fmt, sync::Arc};

use metrics_define::{Recording, Scope, scope};
use metrics_pipeline::Collector;
use opentelemetry::ContextGuard;
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};

use crate::probe::Probe;

/// Metrics for one test: what is recorded inside is seen by its [`Probe`], and nothing else is.
///
/// Any number of tests run in parallel, whether or not a provider is installed in the process.
///
/// ```
/// use metrics_catalog::execution::{ExecutionStatus, ExecutionsTotal};
/// use telemetry_testkit::TestTelemetry;
///
/// let telemetry = TestTelemetry::new();
/// let _inside = telemetry.enter();
/// ExecutionsTotal { status: ExecutionStatus::Failed, lang_and_version: "python-3.12" }.inc();
///
/// let failed = ExecutionsTotal { status: ExecutionStatus::Failed, lang_and_version: "python-3.12" };
/// assert_eq!(telemetry.probe().value(failed), 1);
/// ```
#[derive(Clone)]
pub struct TestTelemetry {
    scope: Scope,
    /// The collector sees nothing of a provider that is gone.
    _provider: SdkMeterProvider,
    collector: Collector,
}

impl TestTelemetry {
    /// Empty metrics.
    #[expect(clippy::new_without_default, reason = "a test says that it begins anew")]
    pub fn new() -> Self {
        let (provider, collector) = metrics_pipeline::build(Resource::builder_empty().build());
        let scope = scope(Arc::new(provider.clone()), Recording::Bound);
        Self { scope, _provider: provider, collector }
    }

    /// Puts the current thread inside, until the guard is dropped.
    ///
    /// A thread that the test starts enters by itself, with a clone.
    #[must_use = "bind it to a name such as `_inside`: `let _ = ..` would leave at once"]
    pub fn enter(&self) -> Inside {
        Inside { _guard: self.scope.enter() }
    }

    /// Runs a future inside, whatever thread polls it: for an asynchronous test, and for a task that it spawns.
    pub async fn run<F: Future>(&self, future: F) -> F::Output {
        self.scope.run(future).await
    }

    /// What says what was recorded.
    pub fn probe(&self) -> Probe {
        Probe::new(self.collector.clone())
    }
}

impl fmt::Debug for TestTelemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestTelemetry").finish_non_exhaustive()
    }
}

/// A thread is inside a [`TestTelemetry`] until this is dropped.
#[derive(Debug)]
pub struct Inside {
    _guard: ContextGuard,
}
