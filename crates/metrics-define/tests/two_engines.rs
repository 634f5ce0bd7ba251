//! Two versions of the engine in one program: the one that is installed finds the one that has recorded before.
//! One test, because the list of engines is the process's own.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use metrics_define::{ProblemKind, Recording, install, on_problem, problems};
use opentelemetry::metrics::noop::NoopMeterProvider;

/// A plug-in that was built with another version
#[metrics_define::domain(title = "Plug-in Metrics", crate = metrics_define_second)]
mod plugin {
    /// Counted
    #[counter(name = "plugin.counted", unit = "{thing}")]
    pub struct Counted;

    /// Cost
    #[counter(name = "plugin.cost", unit = "{EUR}", value = f64)]
    pub struct Cost;
}

static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[test]
fn an_installation_finds_the_version_that_recorded_before() {
    on_problem(|problem| TOLD.lock().unwrap().push(problem.to_string()));
    let first = allocation_counter::measure(|| plugin::Cost.add(-1.0));
    let later = allocation_counter::measure(|| plugin::Counted.inc());
    assert_eq!((first.count_total, later.count_total), (0, 0), "nothing is installed there");
    assert!(metrics_define_second::problems().is_empty(), "and nothing is counted");
    assert!(TOLD.lock().unwrap().is_empty(), "and nothing here either");

    // Installed twice, said once.
    for _ in 0..2 {
        let _installation = install(Arc::new(NoopMeterProvider::new()), Recording::Unbound);
    }
    let this = env!("CARGO_PKG_VERSION");
    assert_eq!(
        *TOLD.lock().unwrap(),
        [format!(
            "the provider is installed in metrics-define {this}, and metrics-define 99.0.0 is in this program as well: what is recorded through 99.0.0 is lost, unless a provider is installed there too; make all crates depend on one version (`cargo tree --duplicates` shows which one each has)"
        )]
    );
    let kinds: Vec<_> = problems().iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::AnotherEngine { version: "99.0.0" }]);

    // The other one, once it is installed as well, says the same of this one.
    let _installation =
        metrics_define_second::install(Arc::new(NoopMeterProvider::new()), metrics_define_second::Recording::Unbound);
    let kinds: Vec<_> = metrics_define_second::problems().iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [metrics_define_second::ProblemKind::AnotherEngine { version: this }]);
}
