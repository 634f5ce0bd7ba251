//! The SDK side of metrics: one cumulative aggregation, read by whoever asks, however often.
//!
//! [`Pipeline`] gives a meter provider and a [`Collector`]. The push loop and the scrape both collect through it, so
//! recording costs the same with two outputs as with one, and memory is paid once.
//! [`guard`] wraps that provider for an application: no callback of an observable instrument runs under a lock of the
//! SDK, and one that panics or hangs takes nothing else with it.
//! [`walk`] goes over what was collected with the SDK's twelve combinations of number and aggregation folded into one.
//!
//! This is a crate of its own because it is the only place that uses the SDK's experimental reader interface:
//! when that interface moves, only this crate does.

mod callbacks;
mod collector;
mod guard;
mod number;
mod provider;
mod reader;
mod stream;
mod view;
mod walk;

pub use collector::{CollectError, Collector};
pub use guard::{GuardedMeterProvider, guard};
pub use number::Number;
pub use provider::{Pipeline, build};
pub use stream::Stream;
pub use view::exponential_buckets;
pub use walk::{ExponentialBuckets, ExponentialValue, HistogramValue, Metric, Point, Value, walk};
