//! Many scrapes at a time, slow callbacks, slow readers.

use std::{
    io::Read as _,
    panic::resume_unwind,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use metrics_pipeline::guard;
use opentelemetry::{KeyValue, metrics::MeterProvider as _};
use prometheus_bridge::{EncodeOptions, ScrapeService};

use crate::{exposition, recording::Recording};

const DEADLINE: Duration = Duration::from_secs(20);

fn service(recording: &Recording) -> ScrapeService {
    ScrapeService::new(recording.collector.clone(), EncodeOptions::default().with_scope_labels(false))
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect()
}

fn get(service: &ScrapeService, pairs: &[(&'static str, &str)]) -> Response<Full<Bytes>> {
    service.respond(&Method::GET, &headers(pairs))
}

fn bytes(response: Response<Full<Bytes>>) -> Bytes {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(response.into_body().collect()).unwrap().to_bytes()
}

fn text(response: Response<Full<Bytes>>) -> String {
    String::from_utf8(bytes(response).to_vec()).unwrap()
}

#[test]
fn the_format_is_negotiated() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let service = service(&recording);
    let response = get(&service, &[("accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8")]);
    assert_eq!(
        response.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
    );
    assert_eq!(text(response), "# TYPE hits counter\nhits_total 2\n# EOF\n");
}

#[test]
fn a_body_is_compressed_only_when_gzip_is_asked_for() {
    let recording = Recording::new();
    recording.meter("a").u64_counter("hits").build().add(2, &[]);
    let service = service(&recording);
    for (accepted, compressed) in [
        ("gzip", true),
        ("deflate, GZIP;q=0.5", true),
        ("gzip;q=0", false),
        ("identity", false),
        ("*", false),
        ("", false),
    ] {
        let response = get(&service, &[("accept-encoding", accepted)]);
        assert_eq!(response.headers().contains_key("content-encoding"), compressed, "{accepted}");
        assert_eq!(response.headers()["vary"], "Accept, Accept-Encoding");
        let body = bytes(response);
        let mut plain = String::new();
        if compressed {
            GzDecoder::new(&body[..]).read_to_string(&mut plain).unwrap();
        } else {
            plain = String::from_utf8(body.to_vec()).unwrap();
        }
        assert_eq!(plain, "# TYPE hits_total counter\nhits_total 2\n", "{accepted}");
    }
}

/// While one collection waits in a callback, all others gather behind it.
#[test]
fn concurrent_scrapes_share_one_collection() {
    const SCRAPES: usize = 16;
    let recording = Recording::new();
    let collections = Arc::new(AtomicUsize::new(0));
    let (entered, is_in_callback) = mpsc::channel();
    let (release, held) = mpsc::channel::<()>();
    let (held, counted) = (Mutex::new(held), Arc::clone(&collections));
    let _gauge = guard(recording.provider.clone(), &recording.collector)
        .meter("a")
        .u64_observable_gauge("g")
        .with_callback(move |gauge| {
            gauge.observe(counted.fetch_add(1, Ordering::SeqCst) as u64 + 1, &[]);
            entered.send(()).unwrap();
            let _ = held.lock().unwrap().recv_timeout(DEADLINE);
        })
        .build();
    let service = service(&recording);
    let first = thread::spawn({
        let service = service.clone();
        move || text(get(&service, &[]))
    });
    is_in_callback.recv_timeout(DEADLINE).unwrap();
    let barrier = Arc::new(Barrier::new(SCRAPES + 1));
    let others: Vec<_> = (0..SCRAPES)
        .map(|_| {
            let (service, barrier) = (service.clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                let asking = service.respond_later();
                barrier.wait();
                text(asking())
            })
        })
        .collect();
    barrier.wait();
    drop(release);
    let bodies: Vec<String> =
        others.into_iter().map(|other| other.join().unwrap()).chain([first.join().unwrap()]).collect();
    assert!(bodies.iter().all(|body| body == "# TYPE g gauge\ng 1\n"), "{bodies:?}");
    assert_eq!(collections.load(Ordering::SeqCst), 1);
}

/// Asks now and waits later.
trait RespondLater {
    fn respond_later(&self) -> impl FnOnce() -> Response<Full<Bytes>>;
}

impl RespondLater for ScrapeService {
    fn respond_later(&self) -> impl FnOnce() -> Response<Full<Bytes>> {
        let scrape = tower::Service::call(&mut self.clone(), http::Request::new(()));
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(scrape).unwrap()
        }
    }
}

#[test]
fn behind_a_slow_callback_there_are_the_last_complete_data() {
    let recording = Recording::new();
    let (release, held) = mpsc::channel::<()>();
    let (held, slow) = (Mutex::new(held), Arc::new(AtomicUsize::new(0)));
    let is_slow = Arc::clone(&slow);
    // Past the guard, so the SDK's own lock is held meanwhile.
    let _gauge = recording
        .meter("a")
        .u64_observable_gauge("g")
        .with_callback(move |gauge| {
            gauge.observe(1, &[]);
            if is_slow.load(Ordering::SeqCst) == 1 {
                let _ = held.lock().unwrap().recv_timeout(DEADLINE);
            }
        })
        .build();
    let service = service(&recording);
    let quickly = [("x-prometheus-scrape-timeout-seconds", "0.2")];
    let complete = text(get(&service, &quickly));
    slow.store(1, Ordering::SeqCst);
    // More often than there are collections that may hang.
    for _ in 0..6 {
        let started = Instant::now();
        let response = get(&service, &quickly);
        assert!(started.elapsed() < DEADLINE / 4, "it waited for the callback");
        assert_eq!(response.status(), StatusCode::OK);
        assert!(response.headers().contains_key("age"));
        assert_eq!(text(response), complete);
    }
    slow.store(0, Ordering::SeqCst);
    drop(release);
    let fresh =
        telemetry_testkit::wait_until(DEADLINE, || (!get(&service, &[]).headers().contains_key("age")).then_some(()));
    assert!(fresh.is_some(), "it never recovered");
}

#[test]
fn behind_a_callback_that_is_slow_from_the_beginning_there_is_503() {
    let recording = Recording::new();
    let (_release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let _gauge = recording
        .meter("a")
        .u64_observable_gauge("g")
        .with_callback(move |_| {
            let _ = held.lock().unwrap().recv_timeout(DEADLINE / 4);
        })
        .build();
    let response = get(&service(&recording), &[("x-prometheus-scrape-timeout-seconds", "0.1")]);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text(response), "metrics are not collected in time: the callback of an observable instrument is slow\n");
}

#[test]
fn a_guarded_callback_that_hangs_costs_one_scrape_and_no_other_metric() {
    let recording = Recording::new();
    let provider = guard(recording.provider.clone(), &recording.collector);
    let (_release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let meter = provider.meter("a");
    let _hanging = meter
        .u64_observable_gauge("hanging")
        .with_callback(move |_| {
            let _ = held.lock().unwrap().recv_timeout(DEADLINE / 4);
        })
        .build();
    let _broken =
        meter.u64_observable_gauge("broken").with_callback(|_| resume_unwind(Box::new("as this test wants"))).build();
    meter.u64_counter("hits").build().add(2, &[]);
    let service = service(&recording);
    let within = [("x-prometheus-scrape-timeout-seconds", "2")];
    assert_eq!(
        get(&service, &[("x-prometheus-scrape-timeout-seconds", "0.1")]).status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(text(get(&service, &within)), "# TYPE hits_total counter\nhits_total 2\n");
}

#[test]
fn slow_readers_share_what_they_read() {
    let recording = Recording::new();
    let counter = recording.meter("a").u64_counter("hits").build();
    let service = service(&recording);
    let mut held = Vec::new();
    for _ in 0..64 {
        counter.add(1, &[]);
        let response = get(&service, &[]);
        assert_eq!(response.status(), StatusCode::OK);
        held.push(response);
    }
    // Of another format there is no body to share.
    let other = get(&service, &[("accept", "application/openmetrics-text;version=1.0.0")]);
    assert_eq!(other.status(), StatusCode::SERVICE_UNAVAILABLE);
    let mut bodies: Vec<Bytes> = held.into_iter().map(bytes).collect();
    bodies.dedup();
    assert_eq!(bodies.len(), 8, "so many bodies were alive");
    drop(bodies);
    assert!(text(get(&service, &[])).ends_with("hits_total 64\n"), "there is room again");
}

/// Every body is whole and of one moment, and its counters never fall, however many record and scrape.
#[test]
fn a_scrape_is_consistent_under_concurrent_writes() {
    check_consistency(4, 4, 50);
}

#[test]
fn a_scrape_is_consistent_for_many_recorders_and_scrapers() {
    check_consistency(32, 32, 8);
}

/// Of each value it is known in which bucket it counts, one being above all bounds.
const RECORDED: [f64; 4] = [1.0, 2.0, 3.0, 100.0];

fn check_consistency(recorders: i64, scrapers: usize, times: usize) {
    let recording = Recording::new();
    let meter = recording.meter("a");
    let counter = meter.u64_counter("hits").build();
    let histogram = meter.f64_histogram("sizes").with_boundaries(RECORDED[..3].to_vec()).build();
    let service = service(&recording);
    let stop = AtomicUsize::new(0);
    thread::scope(|scope| {
        for recorder in 0..recorders {
            let (counter, histogram, stop) = (&counter, &histogram, &stop);
            scope.spawn(move || {
                // Half of them share a series.
                let attributes = [KeyValue::new("recorder", recorder / 2 * (recorder % 2))];
                for value in RECORDED.iter().cycle() {
                    if stop.load(Ordering::Relaxed) > 0 {
                        break;
                    }
                    counter.add(1, &attributes);
                    histogram.record(*value, &attributes);
                }
            });
        }
        let scrapers: Vec<_> = (0..scrapers)
            .map(|_| {
                let service = &service;
                scope.spawn(move || {
                    let mut before = exposition::parse("");
                    for _ in 0..times {
                        let read = exposition::parse(&text(get(service, &[])));
                        for (series, value) in &before.samples {
                            assert!(read.samples[series] >= *value, "{series} fell");
                        }
                        check_histograms(&read);
                        before = read;
                    }
                    before
                })
            })
            .collect();
        let last: Vec<_> = scrapers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        // Before anything can fail, or the recorders would never end.
        stop.store(1, Ordering::Relaxed);
        let last: Vec<_> = last.into_iter().map(Result::unwrap).collect();
        assert!(last.iter().any(|read| read.samples.len() > 8), "nothing was recorded meanwhile");
    });
}

/// The sum says how many values of each kind there are, so it can only be right if it is of the same moment as every
/// bucket and the count, which is the only one to know the values above all bounds.
fn check_histograms(read: &exposition::Exposition) {
    for (series, sum) in read.samples.iter().filter(|(series, _)| series.starts_with("sizes_sum")) {
        let labels = series.strip_prefix("sizes_sum{").unwrap().strip_suffix('}').unwrap();
        let bucket = |bound: &str| read.samples[&format!("sizes_bucket{{{labels},le=\"{bound}\"}}")];
        let cumulative =
            [bucket("1.0"), bucket("2.0"), bucket("3.0"), read.samples[&format!("sizes_count{{{labels}}}")]];
        let mut below = 0.0;
        let mut expected = 0.0;
        for (value, count) in RECORDED.iter().zip(cumulative) {
            expected += value * (count - below);
            below = count;
        }
        assert!((*sum - expected).abs() < 0.5, "{series} is {sum}, its buckets {cumulative:?} make {expected}");
    }
}
