//! The SDK side of metrics: one cumulative aggregation, read by whoever asks, however often.
//!
//! [`build`] gives a meter provider and a [`Collector`]. The push loop and the scrape both collect through it, so
//! recording costs the same with two outputs as with one, and memory is paid once.
//! [`walk`] goes over what was collected with the SDK's twelve combinations of number and aggregation folded into one.
//!
//! This is a crate of its own because it is the only place that uses the SDK's experimental reader interface:
//! when that interface moves, only this crate does.

mod collector;
mod number;
mod provider;
mod reader;
mod view;
mod walk;

pub use collector::{CollectError, Collector};
pub use number::Number;
pub use provider::build;
pub use walk::{HistogramValue, Metric, Point, Value, walk};
