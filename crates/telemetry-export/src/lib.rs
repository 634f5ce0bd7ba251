//! Telemetry out of the process over OTLP, on one thread of its own.
//!
//! [`Export`] batches ended spans and log records, collects metrics periodically, and sends them to a collector over
//! gRPC or HTTP.
//! One thread named `otelier-export` does all of it: no caller's runtime is needed, driven or blocked,
//! recording never waits, and flush and shutdown return at their deadline whatever the collector does.
//! What it has to say to the application's log is said by another one, `otelier-log`, which lives only meanwhile.
//! What happened to every single item is counted and reported.
//!
//! It is a crate of its own because it is the only part that owns a thread, a runtime and sockets for sending;
//! nothing here reads the environment or sets a global, and nothing below it knows how telemetry leaves.
//!
//! ```no_run
//! use std::time::Duration;
//! use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
//! use telemetry_export::{BatchOptions, Export, Protocol, Target};
//!
//! let resource = Resource::builder().with_service_name("scripts").build();
//! let (meters, collector) = metrics_pipeline::build(resource.clone());
//! let traces = Target::new(Protocol::HttpProtobuf, "http://localhost:4318/v1/traces")?;
//! let metrics = Target::new(Protocol::Grpc, "http://localhost:4317")?;
//! let export = Export::builder(resource.clone())
//!     .with_traces(traces, BatchOptions::default())
//!     .with_metrics(metrics, collector, Duration::from_secs(10))
//!     .start()?;
//! let spans = export.span_processor().ok_or("traces are on")?;
//! let tracers = SdkTracerProvider::builder().with_resource(resource).with_span_processor(spans).build();
//!
//! // .. the service runs ..
//! let report = export.shutdown(Duration::from_secs(5));
//! assert!(!report.timed_out, "{report:?}");
//! # drop((meters, tracers));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod export;
mod report;
mod thread;

mod compression;
mod headers;
mod proxy;
mod target;
mod tls;

mod batch_loop;
mod batcher;
mod batches;
mod logs;
mod metrics;
mod open_spans;
mod points;
mod processor;
mod size;
mod traces;

mod announcer;
mod command;
mod counts;
mod ending;
mod exporter;
mod notice;
mod observe;
mod operations;

mod deadline;
mod delivery;
mod payload;
mod retry;
mod signal;
mod transport;

mod flag;
mod sync;

pub use crate::{
    batcher::BatchOptions,
    builder::{ExportBuilder, LeftOut, StartError},
    compression::Compression,
    export::Export,
    flag::on_export_thread,
    headers::{HeaderError, Headers},
    logs::{DROPPED_ATTRIBUTES, LogQueue},
    open_spans::{CountingSampler, MadeSpan, OpenSpansHandle},
    proxy::{Proxies, Proxy, ProxyError},
    report::{ExportReport, SignalReport},
    target::{Protocol, Target, TargetError},
    tls::{Tls, TlsError},
    traces::SpanQueue,
};
