//! Collected metrics as Prometheus reads them: the text format, a service that answers scrapes, and an endpoint.
//!
//! Three steps, each usable alone. [`Encoder`] turns collected metrics into an exposition and touches nothing else.
//! [`ScrapeService`] collects and encodes for one request; mount it in a server of your own, behind your own
//! authentication. [`Endpoint`] serves it on a port of its own, on a thread of its own.
//!
//! One bad line costs Prometheus the whole target, so nothing invalid is ever written: what cannot be shown is left
//! out, the rest stays, and a [`Finding`] says what happened.
//!
//! With the feature `registry`, metrics of the `prometheus` crate and ours can be shown together: `join` and
//! `ScrapeService::with_registry`. With `upstream`, `upstream_compatible` keeps the names of opentelemetry-prometheus
//! alive beside ours.
//!
//! This is a crate of its own so that a service which only pushes has no HTTP server in it, and because the words
//! *family*, *sample* and *scrape* belong to Prometheus and nowhere else.

mod encode;

mod format;

mod options;

mod finding;

mod family;

mod points;

mod labels;

mod exponential;

mod text;

mod protobuf;

mod attribute_text;

mod number_text;

#[cfg(feature = "registry")]
mod foreign;
#[cfg(not(feature = "registry"))]
#[path = "no_foreign.rs"]
mod foreign;

mod negotiation;

mod collecting;

mod reported;

mod scrape_service;

mod endpoint;

#[cfg(feature = "registry")]
pub use crate::foreign::{Joined, join};
#[cfg(feature = "upstream")]
pub use crate::foreign::{UpstreamError, upstream_compatible};
pub use metric_names::{Escaping, Strategy};

pub use crate::{
    encode::{Encoder, encode},
    endpoint::{BindError, Endpoint},
    finding::Finding,
    format::Format,
    options::{EncodeOptions, ResourceLabels},
    scrape_service::{Scrape, ScrapeService},
};
