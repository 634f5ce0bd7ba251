//! A small instrumented service whose telemetry goes where a test says; each suite uses a part of it.
#![allow(dead_code, reason = "see above")]

use std::{sync::mpsc, thread, time::Duration};

use opentelemetry::{
    KeyValue,
    logs::{LogRecord as _, Logger as _, LoggerProvider as _},
    metrics::{Meter, MeterProvider as _},
    trace::{Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::{
    Resource,
    logs::SdkLoggerProvider,
    metrics::SdkMeterProvider,
    trace::{SdkTracer, SdkTracerProvider},
};
use telemetry_export::{BatchOptions, Export, ExportReport, Protocol, SignalReport, Target};
use telemetry_testkit::OtlpReceiver;

pub(crate) const PROTOCOLS: [Protocol; 3] = [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson];

/// Long enough for a busy machine; a wait that succeeds never takes it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What flush and shutdown may take beyond their deadline.
pub(crate) const GRACE: Duration = Duration::from_millis(250);

/// Nothing goes out by itself: neither a batch nor a collection is due while a test runs.
pub(crate) const NEVER: Duration = Duration::from_secs(3600);

pub(crate) struct Service {
    pub(crate) export: Export,
    pub(crate) tracers: SdkTracerProvider,
    pub(crate) loggers: SdkLoggerProvider,
    pub(crate) meters: SdkMeterProvider,
}

impl Service {
    /// All signals to this receiver.
    pub(crate) fn start(protocol: Protocol, receiver: &OtlpReceiver) -> Self {
        Self::start_with(protocol, &base(protocol, receiver), |target| target, BatchOptions::default())
    }

    pub(crate) fn start_with(
        protocol: Protocol,
        base: &str,
        adjust: impl Fn(Target) -> Target,
        options: BatchOptions,
    ) -> Self {
        let (meters, collector) = metrics_pipeline::build(resource());
        let options = options.with_schedule_delay(NEVER);
        let export = Export::builder(resource())
            .with_traces(adjust(target(protocol, base, "traces")), options)
            .with_logs(adjust(target(protocol, base, "logs")), options)
            .with_metrics(adjust(target(protocol, base, "metrics")), collector, NEVER)
            .start()
            .unwrap();
        let spans = export.span_processor().unwrap();
        let tracers = SdkTracerProvider::builder().with_resource(resource()).with_span_processor(spans).build();
        let logs = export.log_processor().unwrap();
        let loggers = SdkLoggerProvider::builder().with_resource(resource()).with_log_processor(logs).build();
        Self { export, tracers, loggers, meters }
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.tracers.tracer("tests")
    }

    pub(crate) fn meter(&self) -> Meter {
        self.meters.meter("tests")
    }

    pub(crate) fn record_spans(&self, count: u32) {
        let tracer = self.tracer();
        (0..count).for_each(|_| drop(tracer.start("work")));
    }

    pub(crate) fn record_logs(&self, count: u32) {
        let logger = self.loggers.logger("tests");
        for _ in 0..count {
            let mut record = logger.create_log_record();
            record.set_body("something happened".into());
            record.add_attribute("script.lang", "rhai");
            logger.emit(record);
        }
    }

    /// One series, so one data point in each collection.
    pub(crate) fn count_job(&self) {
        self.meter().u64_counter("jobs").build().add(1, &[KeyValue::new("status", "ok")]);
    }
}

pub(crate) fn base(protocol: Protocol, receiver: &OtlpReceiver) -> String {
    match protocol {
        Protocol::Grpc => receiver.grpc_endpoint(),
        Protocol::HttpProtobuf | Protocol::HttpJson => receiver.http_endpoint(),
    }
}

pub(crate) fn target(protocol: Protocol, base: &str, signal: &str) -> Target {
    let endpoint = match protocol {
        Protocol::Grpc => base.to_owned(),
        Protocol::HttpProtobuf | Protocol::HttpJson => format!("{base}/v1/{signal}"),
    };
    Target::new(protocol, &endpoint).unwrap()
}

pub(crate) fn resource() -> Resource {
    Resource::builder_empty().with_service_name("scripts").build()
}

/// The spans' report as (accepted, exported, rejected, failed, dropped, unsent), checked to add up.
pub(crate) fn spans(report: &ExportReport) -> [u64; 6] {
    figures(report.traces.unwrap())
}

/// The same for log records.
pub(crate) fn logs(report: &ExportReport) -> [u64; 6] {
    figures(report.logs.unwrap())
}

/// The same for data points.
pub(crate) fn points(report: &ExportReport) -> [u64; 6] {
    figures(report.metrics.unwrap())
}

fn figures(report: SignalReport) -> [u64; 6] {
    let SignalReport { accepted, exported, rejected, failed, dropped, unsent, .. } = report;
    assert_eq!(accepted, exported + rejected + failed + dropped + unsent, "{report:?}");
    [accepted, exported, rejected, failed, dropped, unsent]
}

/// Fails instead of hanging when `run` does not come back.
pub(crate) fn watched<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let (sent, finished) = mpsc::channel();
    let thread = thread::spawn(move || sent.send(run()).ok());
    match finished.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("still not back after {PATIENCE:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}
