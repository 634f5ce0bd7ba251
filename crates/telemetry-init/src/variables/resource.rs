//! What the telemetry is about.

use crate::{
    parse,
    settings::resource,
    variable::{Entry, Shown, Standing, Variable},
};

variables! {
    OTEL_SERVICE_NAME: String {
        does: "The resource attribute service.name.",
        default: "service.name of OTEL_RESOURCE_ATTRIBUTES, else TRACING_SERVICE_NAME, else unknown_service:<executable>",
        allowed: "text",
        beyond: "it wins over OTEL_RESOURCE_ATTRIBUTES; in the SDK it loses",
        standing: Honoured,
        shown: Whole,
        parse: parse::text,
    }
    OTEL_RESOURCE_ATTRIBUTES: Vec<(String, String)> {
        does: "Attributes of the resource. They win over what detectors find.",
        default: "none",
        allowed: "key=value pairs, separated by commas, with percent-encoding",
        beyond: "percent-decoding; one broken pair discards the whole value with a warning, as specified, instead of being skipped silently",
        standing: Honoured,
        shown: Never,
        parse: resource::attributes,
    }
}
