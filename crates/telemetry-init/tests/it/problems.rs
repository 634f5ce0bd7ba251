//! What recording puts up with is logged when it first happens, and summed up at the end.

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Condvar, Mutex, mpsc},
    time::Duration,
};

use telemetry_init::{ProcessEnvironment, Providers, Settings};
use telemetry_testkit::OtlpReceiver;
use tracing::{Event, Subscriber, field::Field};
use tracing_subscriber::{
    Layer,
    filter::LevelFilter,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

use crate::child::{WATCHDOG, run, say};

/// Metrics of the service
#[metrics_define::domain(title = "Shop Metrics", crate = metrics_define)]
mod shop {
    /// Time
    #[histogram(name = "shop.time", unit = "s", buckets = [1.0])]
    pub(crate) struct Time;

    /// Events
    #[counter(name = "shop.events", unit = "{event}", value = f64)]
    pub(crate) struct Events<'a> {
        #[label(max_values = 2)]
        pub target: &'a str,
    }
}

/// A plug-in that was built with another version of the engine
#[metrics_define::domain(title = "Plug-in Metrics", crate = metrics_define_second)]
mod plugin {
    /// Counted
    #[counter(name = "plugin.counted", unit = "{thing}")]
    pub(crate) struct Counted;
}

#[test]
fn a_problem_is_logged_once_when_it_appears() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("problems", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
    let said = outcome.out + &outcome.log;
    let (before, after) = said.split_once("shutting down").unwrap();
    let invalid = "were negative, infinite or not a number and were ignored: check what is recorded";
    let engine = "and metrics-define 99.0.0 is in this program as well";
    for (text, before_shutdown) in [
        (format!(r#"metric "shop.time": 1 measurements {invalid}"#), 1),
        (format!(r#"metric "shop.time": 3 measurements {invalid}"#), 0),
        (engine.to_owned(), 1),
    ] {
        assert_eq!(before.matches(&text).count(), before_shutdown, "{text:?} in {said}");
        assert_eq!(after.matches(&text).count(), 1 - before_shutdown, "{text:?} in {said}");
    }
    assert!(said.contains("WARN"), "{said}");
}

pub(crate) fn child() {
    let (settings, _) = Settings::from_environment(&ProcessEnvironment);
    let providers = Providers::build(settings).unwrap();
    let seen = Seen::default();
    let console = tracing_subscriber::fmt::layer().with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(console).with(seen.layer()).with(providers.layer());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let telemetry = providers.install_without_subscriber().unwrap();
    for _ in 0..3 {
        shop::Time.record(f64::NAN);
        plugin::Counted.inc();
    }
    // Whoever records does not wait for the log, so the log is waited for.
    seen.wait_for("shop.time");
    seen.wait_for("99.0.0");
    tracing::warn!("shutting down");
    telemetry.shutdown(WATCHDOG);
}

/// A layer that counts events under a lock, as layers do, and meets every problem in the middle of that.
#[derive(Clone, Default)]
struct Seen(Arc<(Mutex<Vec<String>>, Condvar)>);

impl<S: Subscriber> Layer<S> for Seen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut seen = self.0.0.lock().unwrap();
        shop::Events { target: event.metadata().target() }.add(-1.0);
        for target in ["a", "b", "c"] {
            shop::Events { target }.add(1.0);
        }
        let mut text = String::new();
        event.record(&mut |_: &Field, value: &dyn fmt::Debug| writeln!(text, "{value:?}").unwrap());
        seen.push(text);
        self.0.1.notify_all();
    }
}

impl Seen {
    /// Not of what the SDK says in detail when it makes an instrument, which is in the middle of recording.
    fn layer<S: Subscriber + for<'span> LookupSpan<'span>>(&self) -> impl Layer<S> + use<S> {
        self.clone().with_filter(LevelFilter::INFO)
    }

    /// Waits until as many events had the text.
    fn wait_for(&self, text: &str) {
        let (seen, changed) = &*self.0;
        let missing = |seen: &mut Vec<String>| !seen.iter().any(|event| event.contains(text));
        let (seen, timeout) = changed.wait_timeout_while(seen.lock().unwrap(), WATCHDOG, missing).unwrap();
        assert!(!timeout.timed_out(), "{text:?} in {seen:?}");
    }
}

#[test]
fn a_layer_that_records_under_its_own_lock_neither_deadlocks_nor_goes_on_for_ever() {
    let receiver = OtlpReceiver::start().unwrap();
    let outcome = run("reentrant", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
    assert_eq!(outcome.values["events"], "3", "{}", outcome.out);
}

/// Any event begins it, at the latest this one: the layer's own two problems are logged, each once, and each logging meets them again.
pub(crate) fn reentrant() {
    let (settings, _) = Settings::from_environment(&ProcessEnvironment);
    let providers = Providers::build(settings).unwrap();
    let seen = Seen::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(seen.layer())).unwrap();
    let telemetry = providers.install_without_subscriber().unwrap();
    tracing::warn!("begin");
    seen.wait_for("were negative");
    seen.wait_for("had a new value");
    let events = seen.0.0.lock().unwrap().clone();
    println!("{events:#?}");
    // Not the other events of the start, which already meet the problems.
    let is_counted =
        |event: &&String| ["begin", "were negative", "had a new value"].iter().any(|it| event.contains(it));
    say("events", events.iter().filter(is_counted).count());
    telemetry.shutdown(WATCHDOG);
}

#[test]
fn shutdown_waits_for_the_problem_that_is_being_logged_and_sums_up_after_it() {
    for (scenario, expected) in [("in_hand", "1"), ("in_hand_and_again", "1 3")] {
        let receiver = OtlpReceiver::start().unwrap();
        let outcome = run(scenario, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint())]);
        assert_eq!(outcome.values["logged"], expected, "{}", outcome.out);
    }
}

/// Shuts down while a layer has the first problem, which is met a few times more before.
pub(crate) fn in_hand(more: usize) {
    let (settings, _) = Settings::from_environment(&ProcessEnvironment);
    let providers = Providers::build(settings).unwrap();
    let (begins, has_begun) = mpsc::channel();
    let slow = Slow { begins, logged: Arc::default() };
    let logged = Arc::clone(&slow.logged);
    let slow = slow.with_filter(LevelFilter::INFO);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(slow)).unwrap();
    let telemetry = providers.install_without_subscriber().unwrap();
    shop::Time.record(f64::NAN);
    has_begun.recv_timeout(WATCHDOG).unwrap();
    (0..more).for_each(|_| shop::Time.record(f64::NAN));
    telemetry.shutdown(WATCHDOG);
    say("logged", logged.lock().unwrap().join(" "));
}

/// A layer that takes its time, as a slow console does, and keeps how many measurements it was told of.
struct Slow {
    begins: mpsc::Sender<()>,
    logged: Arc<Mutex<Vec<String>>>,
}

impl<S: Subscriber> Layer<S> for Slow {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = String::new();
        event.record(&mut |_: &Field, value: &dyn fmt::Debug| write!(text, "{value:?}").unwrap());
        let Some((_, counted)) = text.split_once(r#"metric "shop.time": "#) else { return };
        self.begins.send(()).unwrap();
        let (_nobody, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(Duration::from_millis(50));
        let measurements = counted.split(' ').next().unwrap().to_owned();
        self.logged.lock().unwrap().push(measurements);
    }
}
