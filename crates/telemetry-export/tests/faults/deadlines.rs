//! Collectors that hang, crawl, flicker or swallow connections, while flush and shutdown are called from several threads.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use opentelemetry_sdk::{
    logs::{LoggerProviderBuilder, SdkLoggerProvider},
    trace::{SdkTracerProvider, TracerProviderBuilder},
};
use telemetry_export::{BatchOptions, Export, ExportReport, Protocol, SignalReport, Target};
use telemetry_testkit::OtlpReceiver;
use tokio::{net::TcpSocket, runtime};

use crate::service::{GRACE, NEVER, PATIENCE, PROTOCOLS, Service, base, resource, spans, target, watched};

const WITHIN: Duration = Duration::from_millis(250);

/// Calls it on a thread with a watchdog; it must be back by its deadline.
fn in_time(within: Duration, call: impl FnOnce(Duration) -> ExportReport + Send + 'static) -> ExportReport {
    let (report, took) = watched(move || {
        let started = Instant::now();
        (call(within), started.elapsed())
    });
    assert!(took <= within + GRACE, "{took:?} instead of {within:?}");
    report
}

/// Flush and shutdown, each in time, and everything that was recorded still waits.
fn ends_in_time(service: Service, recorded: [u64; 3], case: &str) {
    let service = Arc::new(service);
    for end in [Export::flush, Export::shutdown] {
        let ending = Arc::clone(&service);
        let report = in_time(WITHIN, move |within| end(&ending.export, within));
        assert!(report.timed_out, "{case}");
        let waiting = |signal: Option<SignalReport>| signal.map_or(0, |signal| signal.unsent);
        let unsent = [report.traces, report.logs, report.metrics].map(waiting);
        assert_eq!(unsent[..2], recorded[..2], "{case}: {report:?}");
        assert!(unsent[2] >= recorded[2], "{case}: {report:?}");
    }
}

/// One signal alone, or all of them, to this collector.
fn service_of(protocol: Protocol, base: &str, [traces, logs, metrics]: [bool; 3]) -> Service {
    let (meters, collector) = metrics_pipeline::build(resource());
    let options = BatchOptions::default().with_schedule_delay(NEVER);
    let untimed = |signal| target(protocol, base, signal).with_timeout(None);
    let mut builder = Export::builder(resource());
    if traces {
        builder = builder.with_traces(untimed("traces"), options);
    }
    if logs {
        builder = builder.with_logs(untimed("logs"), options);
    }
    if metrics {
        builder = builder.with_metrics(untimed("metrics"), collector, NEVER);
    }
    let export = builder.start().unwrap();
    let tracers = export
        .span_processor()
        .into_iter()
        .fold(SdkTracerProvider::builder(), TracerProviderBuilder::with_span_processor);
    let loggers = export
        .log_processor()
        .into_iter()
        .fold(SdkLoggerProvider::builder(), LoggerProviderBuilder::with_log_processor);
    Service { export, tracers: tracers.build(), loggers: loggers.build(), meters }
}

const SIGNALS: [[bool; 3]; 4] = [[true, false, false], [false, true, false], [false, false, true], [true, true, true]];

fn every_signal_ends_in_time(protocol: Protocol, base: &str) {
    for signals in SIGNALS {
        let service = service_of(protocol, base, signals);
        service.record_spans(600);
        service.record_logs(600);
        service.count_job();
        let recorded = [600, 600, 1].into_iter().zip(signals).map(|(count, on)| if on { count } else { 0 });
        let recorded: Vec<u64> = recorded.collect();
        ends_in_time(service, recorded.try_into().unwrap(), &format!("{protocol} {signals:?}"));
    }
}

#[test]
fn hung_collector_lets_flush_and_shutdown_of_every_signal_end_at_their_deadline() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.hang();
        every_signal_ends_in_time(protocol, &base(protocol, &receiver));
    }
}

#[test]
fn black_hole_that_takes_connections_lets_flush_and_shutdown_end_at_their_deadline() {
    // The system completes the connections, and nobody ever reads from them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for protocol in PROTOCOLS {
        every_signal_ends_in_time(protocol, &format!("http://{}", listener.local_addr().unwrap()));
    }
}

#[test]
fn black_hole_that_takes_no_connection_lets_flush_and_shutdown_end_at_their_deadline() {
    let hole = FullBacklog::start();
    for protocol in PROTOCOLS {
        every_signal_ends_in_time(protocol, &hole.base());
    }
}

#[test]
fn black_hole_costs_each_batch_its_timeout_and_every_item_is_counted() {
    let hole = FullBacklog::start();
    for protocol in PROTOCOLS {
        let short = |target: Target| target.with_timeout(Some(Duration::from_millis(100)));
        let service = Service::start_with(protocol, &hole.base(), short, BatchOptions::default());
        service.record_spans(1200);
        let report = service.export.flush(PATIENCE);
        assert_eq!(spans(&report), [1200, 0, 0, 1200, 0, 0], "{protocol:?}");
        assert!(!report.timed_out, "failing is an outcome");
    }
}

/// A port whose queue of connections is full, so that the system drops every further attempt without a word.
struct FullBacklog {
    address: SocketAddr,
    _listener: tokio::net::TcpListener,
    _waiting: Vec<TcpStream>,
    _runtime: runtime::Runtime,
}

impl FullBacklog {
    fn start() -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let entered = runtime.enter();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        drop(entered);
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
        let waiting: Vec<_> = (0..1000).map_while(|_| connect()).collect();
        assert!(waiting.len() < 1000, "the queue of connections has no end");
        Self { address, _listener: listener, _waiting: waiting, _runtime: runtime }
    }

    fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Producers, a flush and two shutdowns at once; gives the last report of all.
fn used_by_many(service: Service, end: Duration) -> ExportReport {
    let service = Arc::new(service);
    service.record_spans(500);
    let producers: Vec<_> = (0..3)
        .map(|_| {
            let service = Arc::clone(&service);
            thread::spawn(move || (0..20).for_each(|_| service.record_spans(100)))
        })
        .collect();
    let flushing = Arc::clone(&service);
    let flushing = thread::spawn(move || in_time(end, move |within| flushing.export.flush(within)));
    let ends: Vec<_> = [end, end * 2]
        .into_iter()
        .map(|within| {
            let service = Arc::clone(&service);
            thread::spawn(move || in_time(within, move |within| service.export.shutdown(within)))
        })
        .collect();
    spans(&flushing.join().unwrap());
    let ends: Vec<_> = ends.into_iter().map(|end| end.join().unwrap()).collect();
    assert_eq!(ends.iter().filter(|report| report.repeated).count(), 1);
    for report in &ends {
        spans(report);
    }
    for producer in producers {
        producer.join().unwrap();
    }
    service.export.flush(PATIENCE)
}

/// What was exported has arrived, and gives what the receiver may have beyond it: requests that were cut off.
fn is_exact(report: &ExportReport, received: u64, case: &str) -> u64 {
    let [accepted, exported, rejected, failed, dropped, unsent] = spans(report);
    assert_eq!((accepted, rejected), (6500, 0), "{case}: {report:?}");
    assert!(exported > 0 && dropped < accepted, "{case}: {report:?}");
    assert!(received >= exported, "{case}: {received} of {report:?}");
    exported + failed + unsent
}

#[test]
fn slow_collector_and_several_ends_at_once_keep_the_counts_exact_and_the_deadlines() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        receiver.slow_down(Duration::from_millis(200));
        let options = BatchOptions::default().with_max_batch_size(100);
        let service = Service::start_with(protocol, &base(protocol, &receiver), |target| target, options);
        let report = used_by_many(service, Duration::from_millis(900));
        let received = receiver.received().spans_received();
        assert!(received <= is_exact(&report, received, &protocol.to_string()), "{received} of {report:?}");
    }
}

#[test]
fn flickering_collector_and_several_ends_at_once_keep_the_counts_exact_and_the_deadlines() {
    for protocol in PROTOCOLS {
        let first = OtlpReceiver::start().unwrap();
        let (grpc, http) = (first.grpc_port(), first.http_port());
        let options = BatchOptions::default().with_max_batch_size(100);
        let service = Service::start_with(protocol, &base(protocol, &first), |target| target, options);
        let (stop, stopped) = mpsc::channel::<()>();
        // Up for 100 ms and down for 100 ms, until the test has ended.
        let flickering = thread::spawn(move || {
            let (mut up, mut received) = (Some(first), 0);
            for _ in 0..1000 {
                if stopped.recv_timeout(Duration::from_millis(100)) != Err(mpsc::RecvTimeoutError::Timeout) {
                    break;
                }
                up = match up.take() {
                    Some(receiver) => {
                        receiver.stop();
                        received += receiver.received().spans_received();
                        None
                    }
                    None => OtlpReceiver::start_on(grpc, http).ok(),
                };
            }
            received + up.map_or(0, |receiver| receiver.received().spans_received())
        });
        let report = used_by_many(service, Duration::from_millis(900));
        drop(stop);
        // A request whose answer got lost is sent again, so some may have arrived twice.
        is_exact(&report, flickering.join().unwrap(), &protocol.to_string());
    }
}
