#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use tracing::{Event, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer,
    layer::{Context, SubscriberExt},
};

use super::{Own, is_own};

/// Keeps the targets of what gets through.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.lock().unwrap().push(format!("{} {}", event.metadata().level(), event.metadata().target()));
    }
}

fn seen(level: Option<LevelFilter>, rust_log: &str) -> Vec<String> {
    let seen = Seen::default();
    let others = EnvFilter::builder().parse_lossy(rust_log);
    let subscriber = tracing_subscriber::registry().with(seen.clone().with_filter(Own { level, others }));
    tracing::subscriber::with_default(subscriber, || {
        tracing::debug!(target: "telemetry_export::notice", "own");
        tracing::warn!(target: "opentelemetry_sdk", "own");
        tracing::warn!(target: "telemetry_init_of_user::x", "a user's");
        tracing::debug!(target: "telemetry_init_of_user::x", "a user's");
    });
    let seen = seen.0.lock().unwrap();
    seen.clone()
}

#[test]
fn the_own_level_holds_against_the_filter_and_for_nobody_else() {
    const USER: &str = "WARN telemetry_init_of_user::x";
    let own = ["DEBUG telemetry_export::notice", "WARN opentelemetry_sdk"];
    assert_eq!(seen(None, "info"), [own[1], USER]);
    assert_eq!(seen(Some(LevelFilter::DEBUG), "info"), [own[0], own[1], USER]);
    assert_eq!(seen(Some(LevelFilter::OFF), "info"), [USER]);
    // However exact the filter is.
    assert_eq!(seen(Some(LevelFilter::ERROR), "info,telemetry_export::notice=trace,opentelemetry_sdk=trace"), [USER]);
    assert_eq!(seen(Some(LevelFilter::DEBUG), "off"), own);
}

#[test]
fn a_crate_is_meant_by_its_whole_name() {
    for own in ["telemetry_init", "telemetry_init::x", "opentelemetry-otlp", "opentelemetry_sdk::trace"] {
        assert!(is_own(own), "{own}");
    }
    for other in ["telemetry_init_of_user::x", "telemetry", "opentelemetry_of_user", "user::telemetry_init", ""] {
        assert!(!is_own(other), "{other}");
    }
}
