//! The server span of a request.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use opentelemetry::global::get_text_map_propagator;
use opentelemetry_http::HeaderExtractor;
use tracing::{Instrument, Span, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Serves the request inside a span that continues the caller's trace.
pub(super) async fn trace_request(route: MatchedPath, request: Request, next: Next) -> Response {
    let span = server_span(route.as_str(), &request);
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("error.type", status.as_str());
        span.record("otel.status_code", "ERROR");
    }
    response
}

fn server_span(route: &str, request: &Request) -> Span {
    let method = request.method().as_str();
    let span = info_span!(
        "http.server.request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        error.type = Empty,
    );
    let caller = get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(request.headers())));
    // It has no effect, and says so, when traces are off.
    let _ = span.set_parent(caller);
    span
}
