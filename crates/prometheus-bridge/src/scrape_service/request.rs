//! What a scrape asks for, read from its headers.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header};

use crate::{format::Format, negotiation::accepts_gzip};

/// What a scrape asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) body: BodyKind,
    pub(super) within: Duration,
}

/// Scrapes with the same are answered with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BodyKind {
    pub(super) format: Format,
    pub(super) gzip: bool,
}

impl Wanted {
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        let body = BodyKind {
            format: Format::from_accept(values(headers, header::ACCEPT)),
            gzip: accepts_gzip(values(headers, header::ACCEPT_ENCODING)),
        };
        Self { body, within: within(headers) }
    }
}

fn values(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

/// Nine tenths of the time that the scraper says it waits: the answer has a way to go.
fn within(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get("x-prometheus-scrape-timeout-seconds")
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok())
        .filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    match seconds {
        Some(seconds) => Duration::from_secs_f64((seconds * 0.9).clamp(SHORTEST, LONGEST)),
        None => DEFAULT,
    }
}

const DEFAULT: Duration = Duration::from_secs(5);
const SHORTEST: f64 = 0.05;
/// The endpoint gives a client 10 s for a whole request.
const LONGEST: f64 = 9.0;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;

    use super::Wanted;

    #[test]
    fn the_scrapers_timeout_is_respected_within_bounds() {
        for (value, expected) in [
            ("10", 9000),
            ("1.5", 1350),
            ("0.000001", 50),
            ("86400", 9000),
            ("0", 5000),
            ("-1", 5000),
            ("NaN", 5000),
            ("inf", 5000),
            ("soon", 5000),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-prometheus-scrape-timeout-seconds", value.parse().unwrap());
            assert_eq!(Wanted::from_headers(&headers).within, Duration::from_millis(expected), "{value}");
        }
        assert_eq!(Wanted::from_headers(&HeaderMap::new()).within, Duration::from_secs(5));
    }
}
