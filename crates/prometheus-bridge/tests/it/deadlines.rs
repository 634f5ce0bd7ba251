//! Each scrape has a deadline of its own, whoever else scrapes and however slow a callback is.
//!
//! The callbacks here go on when the test says so, and no test waits for time to pass but that of a scrape's deadline.

use std::{
    sync::{
        Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use metrics_pipeline::guard;
use opentelemetry::metrics::MeterProvider as _;
use prometheus_bridge::{EncodeOptions, ScrapeService};
use telemetry_testkit::wait_until;

use crate::recording::Recording;

const DEADLINE: Duration = Duration::from_secs(20);
const HASTY: &str = "0.1";
const PATIENT: &str = "10";

/// A gauge `slow` that shows how often its callback has run, and a counter beside it.
struct Slow {
    recording: Recording,
    service: ScrapeService,
    /// Hears from the callback when it runs.
    entered: mpsc::Receiver<()>,
    /// Lets it go on once.
    go_on: mpsc::Sender<()>,
}

impl Slow {
    fn new(is_guarded: bool) -> Self {
        let recording = Recording::new();
        recording.meter("a").u64_counter("hits").build().add(2, &[]);
        let (enter, entered) = mpsc::channel();
        let (go_on, held) = mpsc::channel::<()>();
        let held = Mutex::new((held, 0));
        let meter = if is_guarded {
            guard(recording.provider.clone(), &recording.collector).meter("a")
        } else {
            recording.meter("a")
        };
        let _gauge = meter
            .u64_observable_gauge("slow")
            .with_callback(move |gauge| {
                let mut held = held.lock().unwrap();
                held.1 += 1;
                gauge.observe(held.1, &[]);
                // The test may be over.
                let _ = enter.send(());
                let _ = held.0.recv_timeout(DEADLINE);
            })
            .build();
        let options = EncodeOptions::default().with_scope_labels(false);
        let service = ScrapeService::new(recording.collector.clone(), options);
        Self { recording, service, entered, go_on }
    }

    fn get(&self, timeout: &str) -> Response<Full<Bytes>> {
        get(&self.service, timeout)
    }

    /// A scrape that has begun: its collection is in the callback.
    fn begin(&self) -> thread::JoinHandle<Response<Full<Bytes>>> {
        let service = self.service.clone();
        let scrape = thread::spawn(move || get(&service, PATIENT));
        self.entered.recv_timeout(DEADLINE).unwrap();
        scrape
    }
}

fn get(service: &ScrapeService, timeout: &str) -> Response<Full<Bytes>> {
    let mut headers = HeaderMap::new();
    headers.insert("x-prometheus-scrape-timeout-seconds", timeout.parse().unwrap());
    service.respond(&Method::GET, &headers)
}

fn text(response: Response<Full<Bytes>>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

const FIRST: &str = "# TYPE hits_total counter\nhits_total 2\n# TYPE slow gauge\nslow 1\n";

#[test]
fn what_was_collected_too_late_is_shown_by_the_next_scrape_with_its_age() {
    for is_guarded in [false, true] {
        let slow = Slow::new(is_guarded);
        let mut refused = 0;
        // The callback is always slower than the scrape: it goes on when the scrape has had its answer.
        let shown = wait_until(DEADLINE, || {
            let response = slow.get(HASTY);
            slow.entered.try_iter().for_each(|()| slow.go_on.send(()).unwrap());
            if response.headers().contains_key("age") {
                return Some(text(response));
            }
            refused += usize::from(response.status() == StatusCode::SERVICE_UNAVAILABLE);
            None
        });
        let shown = shown.expect("nothing that was collected late was ever shown");
        assert!(shown.contains("hits_total 2\n") && shown.contains("\nslow "), "{shown}");
        assert!(refused > 0, "the first had nothing to be shown");
    }
}

#[test]
fn a_hasty_scrape_does_not_wait_for_a_patient_one() {
    let slow = Slow::new(false);
    let patient = slow.begin();
    assert_eq!(slow.get(HASTY).status(), StatusCode::SERVICE_UNAVAILABLE);
    // The patient one would be refused too if the hasty one had waited for its deadline.
    slow.go_on.send(()).unwrap();
    let response = patient.join().unwrap();
    assert!(!response.headers().contains_key("age"));
    assert_eq!(text(response), FIRST);
}

#[test]
fn a_scrape_that_expires_starts_no_other_collection() {
    for is_guarded in [false, true] {
        let slow = Slow::new(is_guarded);
        let patient = slow.begin();
        assert_eq!(slow.get(HASTY).status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(slow.entered.try_recv().is_err(), "the callback runs twice");
        let Slow { recording, service, entered, go_on } = slow;
        drop(go_on);
        assert_eq!(text(patient.join().unwrap()), FIRST, "guarded: {is_guarded}");
        // Whatever still collects keeps the callback.
        drop((recording, service));
        assert_eq!(entered.recv_timeout(DEADLINE), Err(RecvTimeoutError::Disconnected), "the callback ran again");
    }
}
