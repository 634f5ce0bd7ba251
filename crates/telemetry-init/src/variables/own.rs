//! Variables that are ours, and the one of `tracing`.

use crate::{
    detectors::{self, Detector},
    parse,
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    RUST_LOG: String {
        does: "Which spans and events the console shows. It has no effect on what is exported.",
        default: "info",
        allowed: "directives such as info,my_crate=debug",
        beyond: "a bad filter is a warning",
        standing: Honoured,
        shown: Whole,
        parse: parse::console_filter,
    }
    OTELIER_RESOURCE_DETECTORS: Vec<Detector> {
        does: "What is found out about the place where the service runs. No detector uses the network or starts a process.",
        default: "all",
        allowed: "a list of host, os, process, container, kubernetes; or all; or none",
        beyond: "the SDK has none of these",
        standing: Honoured,
        shown: Whole,
        parse: detectors::parse,
    }
}
