//! Switches and what concerns all signals.

use std::path::PathBuf;

use tracing::level_filters::LevelFilter;

use crate::{
    parse,
    settings::propagators::{self, Propagator},
    variable::{Entry, Parsed, Shown, Standing, Variable},
};

variables! {
    OTEL_SDK_DISABLED: bool {
        does: "Switches traces, metrics and logs off; propagators stay.",
        default: "false",
        allowed: "true, false",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::boolean,
    }
    OTEL_PROPAGATORS: Vec<Propagator> {
        does: "How context travels to other processes.",
        default: "tracecontext,baggage",
        allowed: "a list of tracecontext, baggage; or none",
        beyond: "the SDK ignores it and propagates nothing; b3, b3multi, jaeger, xray and ottrace are diagnosed",
        standing: Honoured,
        shown: Whole,
        parse: propagators::parse,
    }
    OTEL_LOG_LEVEL: LevelFilter {
        does: "How much is shown and exported of what telemetry says about itself, whatever RUST_LOG says; nothing is exported that is too detailed for the logs of the service.",
        default: "as RUST_LOG says",
        allowed: "none, error, warn, info, debug, trace",
        beyond: "the SDK ignores it",
        standing: Honoured,
        shown: Whole,
        parse: parse::level,
    }
    OTEL_CONFIG_FILE: PathBuf {
        does: "Declarative configuration, which would replace every other variable.",
        default: "unset",
        allowed: "a path",
        beyond: "not supported yet, so that starting with it is an error instead of a service that ignores its configuration",
        standing: Diagnosed,
        shown: Whole,
        parse: |text| Parsed::Good(PathBuf::from(text)),
    }
    OTEL_EXPERIMENTAL_CONFIG_FILE: PathBuf {
        does: "The deprecated name of OTEL_CONFIG_FILE.",
        default: "unset",
        allowed: "a path",
        beyond: "a warning says that it has no effect",
        standing: Diagnosed,
        shown: Whole,
        parse: |_| Parsed::Bad("is the deprecated name of OTEL_CONFIG_FILE, which is not supported yet".to_owned()),
    }
    OTEL_ENTITIES: String {
        does: "Entities of the resource; in development in the specification.",
        default: "unset",
        allowed: "text",
        beyond: "a warning says that it has no effect",
        standing: Diagnosed,
        shown: Never,
        parse: |_| Parsed::Bad("is not supported: use OTEL_RESOURCE_ATTRIBUTES".to_owned()),
    }
}
