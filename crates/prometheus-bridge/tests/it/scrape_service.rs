//! The service without a server.

use std::{convert::Infallible, sync::mpsc, thread, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use opentelemetry::KeyValue;
use prometheus_bridge::{EncodeOptions, ScrapeService};
use tower::Service as _;
use tracing::dispatcher;

use crate::{
    log::{logged, logged_to_nobody},
    recording::Recording,
};

fn service(recording: &Recording) -> ScrapeService {
    ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false))
}

fn body(response: Response<Full<Bytes>>) -> String {
    let collected = wait(response.into_body().collect());
    String::from_utf8(collected.unwrap().to_bytes().to_vec()).unwrap()
}

fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn get_answers_with_the_body() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let request = Request::builder().uri("/anything").body("a body of any type").unwrap();
    let response = wait(service(&recording).call(request)).unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(response.headers()["vary"], "Accept, Accept-Encoding");
    assert_eq!(body(response), "# TYPE hits_total counter\nhits_total 2\n");
}

#[test]
fn servers_can_mount_it() {
    fn mount<S>(_: S)
    where
        S: tower::Service<Request<String>, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
    {
    }
    mount(service(&Recording::new()));
}

#[test]
fn head_answers_with_the_length_alone() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let response = service(&recording).respond(&Method::HEAD, &HeaderMap::new());
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-length"], "39");
    assert_eq!(body(response), "");
}

#[test]
fn other_methods_are_refused() {
    let service = service(&Recording::new());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        let response = service.respond(&method, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()["allow"], "GET, HEAD");
    }
}

#[test]
fn a_provider_that_was_shut_down_is_503() {
    let recording = Recording::new();
    let service = service(&recording);
    recording.provider.shutdown().unwrap();
    let response = service.respond(&Method::GET, &HeaderMap::new());
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body(response), "metrics cannot be collected: the meter provider was shut down\n");
}

#[test]
fn a_callback_that_panics_is_contained() {
    let recording = Recording::new();
    let _gauge = recording
        .meter("a")
        .f64_observable_gauge("g")
        .with_callback(|_| panic!("foreign code went wrong, as this test wants"))
        .build();
    let service = service(&recording);
    for _ in 0..2 {
        let response = service.respond(&Method::GET, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(body(response).contains("callback"));
    }
}

#[test]
fn findings_are_logged_once_and_outside_of_any_span() {
    let recording = Recording::with_resource([KeyValue::new("service.name", "shop")]);
    recording.meter("a").f64_gauge("g").build().record(1.0, &[KeyValue::new("__x__", "1")]);
    recording.meter("a").f64_gauge("target.info").build().record(1.0, &[]);
    let service = service(&recording);
    let lines = logged(|| {
        for _ in 0..3 {
            assert_eq!(service.respond(&Method::GET, &HeaderMap::new()).status(), StatusCode::OK);
        }
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("WARN ")), "{lines:?}");
}

#[test]
fn a_log_that_nobody_reads_holds_no_scrape_up() {
    let recording = Recording::new();
    recording.meter("a").f64_gauge("g").build().record(1.0, &[KeyValue::new("__x__", "1")]);
    let service = service(&recording);
    let lines = logged_to_nobody(|| {
        let (dispatch, service) = (dispatcher::get_default(Clone::clone), service.clone());
        let (answered, answers) = mpsc::channel();
        thread::spawn(move || {
            dispatcher::with_default(&dispatch, || {
                for _ in 0..3 {
                    let _ = answered.send(service.respond(&Method::GET, &HeaderMap::new()).status());
                }
            });
        });
        for _ in 0..3 {
            assert_eq!(answers.recv_timeout(Duration::from_secs(20)), Ok(StatusCode::OK));
        }
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
}

/// Names of attributes may come from outside, and so may any number of findings.
#[test]
fn a_loss_is_told_however_many_labels_were_renamed() {
    const MOST: usize = 100;
    let recording = Recording::new();
    let gauge = recording.meter("a").f64_gauge("g").build();
    let service = service(&recording);
    let scrape = || assert_eq!(service.respond(&Method::GET, &HeaderMap::new()).status(), StatusCode::OK);
    let record_odd_labels = |numbers: std::ops::Range<i32>| {
        numbers.for_each(|number| gauge.record(1.0, &[KeyValue::new(format!("__k{number}__"), "x")]));
    };
    let lines = logged(|| {
        record_odd_labels(0..120);
        scrape();
        recording.meter("a").u64_counter("dup").build().add(1, &[]);
        recording.meter("b").i64_up_down_counter("dup.total").build().add(7, &[]);
        record_odd_labels(120..240);
        scrape();
        scrape();
    });
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count("its own name is reserved"), MOST);
    assert_eq!(count("further ones are not told"), 1, "{lines:?}");
    assert_eq!(count("metric \"dup.total\" of scope \"b\" is not shown"), 1, "{lines:?}");
    assert_eq!(lines.len(), MOST + 2);
}
