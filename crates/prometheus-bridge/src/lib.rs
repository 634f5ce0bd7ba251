//! Collected metrics as Prometheus reads them: the text format, a service that answers scrapes, and an endpoint.
//!
//! Three steps, each usable alone. [`encode`] turns collected metrics into text and touches nothing else.
//! [`ScrapeService`] collects and encodes for one request; mount it in a server of your own, behind your own
//! authentication. [`Endpoint`] serves it on a port of its own, on a thread of its own.
//!
//! One bad line costs Prometheus the whole target, so nothing invalid is ever written: what cannot be shown is left
//! out, the rest stays, and a [`Finding`] says what happened.
//!
//! This is a crate of its own so that a service which only pushes has no HTTP server in it, and because the words
//! *family*, *sample* and *scrape* belong to Prometheus and nowhere else.

mod encode;

mod options;

mod family;

mod series;

mod labels;

mod attribute_text;

mod number_text;

mod finding;

mod scrape_service;

mod endpoint;

pub use crate::{
    encode::encode,
    endpoint::{BindError, Endpoint},
    finding::Finding,
    options::EncodeOptions,
    scrape_service::ScrapeService,
};
