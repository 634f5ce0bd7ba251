//! An OTLP receiver inside the process, for tests and for demonstrations.
//!
//! [`OtlpReceiver::start`] listens on two free loopback ports, one for gRPC and one for HTTP with protobuf or JSON,
//! takes traces, metrics and logs, compressed or not, and keeps them flattened for assertions.
//! [`OtlpReceiver::expect`] waits until what arrived satisfies a condition and prints what was there instead when it never does.
//! [`FaultReceiver::start`] is its opposite: it understands nothing and answers as a test says, however wrong that is.
//! [`TestTelemetry`] gives each test metrics of its own, and [`Probe`] says what was recorded in it.
//!
//! It is a crate of its own because a server has no place in the dependency graph of an instrumented service:
//! only tests, examples and demonstrations depend on it.
//!
//! ```
//! use std::time::Duration;
//! use telemetry_testkit::OtlpReceiver;
//!
//! let receiver = OtlpReceiver::start()?;
//! let endpoint = receiver.http_endpoint(); // where the service under test sends its telemetry
//! assert!(endpoint.starts_with("http://127.0.0.1:"));
//!
//! let received = receiver.expect(Duration::from_secs(1), "no span at all", |received| received.spans.is_empty());
//! assert_eq!(received.sum("script.executions.total", &[("status", "completed")]), 0.0);
//! # Ok::<(), std::io::Error>(())
//! ```

mod receiver;

mod fault;
mod fault_receiver;

mod grpc;
mod http;
mod intake;
mod invariants;
mod signal;

mod attributes;
mod log_record;
mod point;
mod received;
mod span;

mod program;

mod probe;
mod test_telemetry;

pub use crate::{
    attributes::Attributes,
    fault::Fault,
    fault_receiver::{FaultReceiver, FaultRequest},
    log_record::LogRecord,
    point::{Point, PointValue},
    probe::{Measured, Probe},
    program::{Program, find_program, free_port, http_get, wait_until},
    received::{Received, Requests, SignalRequests},
    receiver::OtlpReceiver,
    span::{Span, SpanEvent, SpanStatus},
    test_telemetry::{Inside, TestTelemetry},
};
