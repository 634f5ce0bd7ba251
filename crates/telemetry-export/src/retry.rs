//! Whether and when a request is sent again: the protocol's tables.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    time::{Duration, SystemTime},
};

use http::StatusCode;
use tonic::Code;

/// How often a request is sent at most.
pub(crate) const ATTEMPTS: u32 = 4;

/// Whether an HTTP status that is no success may change when the request is sent again.
pub(crate) fn http_status_is_transient(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// The same for a gRPC code. A collector out of resources recovers only if it says so by a retry hint.
pub(crate) fn grpc_code_is_transient(code: Code, hinted: bool) -> bool {
    match code {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => true,
        Code::ResourceExhausted => hinted,
        _ => false,
    }
}

/// How long to wait after this many attempts: doubling from 100 ms to 1.6 s, plus jitter.
/// A hint of the collector is a lower bound, believed up to 30 s.
pub(crate) fn delay(attempts: u32, at_least: Option<Duration>, jitter: Duration) -> Duration {
    let doubled = FIRST_DELAY * 2_u32.saturating_pow(attempts.saturating_sub(1)).min(16);
    let hint = at_least.unwrap_or_default().min(LONGEST_HINT);
    doubled.max(hint) + jitter
}

/// Up to 100 ms, so that the instances of a service do not come back all at once.
pub(crate) fn jitter() -> Duration {
    // Every `RandomState` of the standard library hashes differently, which is randomness enough here.
    let random = RandomState::new().build_hasher().finish();
    Duration::from_millis(random % 101)
}

/// `Retry-After`, in seconds or as an HTTP date.
pub(crate) fn retry_after(value: &[u8]) -> Option<Duration> {
    let value = str::from_utf8(value).ok()?.trim();
    let date = || httpdate::parse_http_date(value).ok();
    // A date that has passed means now.
    let until = |date: SystemTime| date.duration_since(SystemTime::now()).unwrap_or_default();
    value.parse().map(Duration::from_secs).ok().or_else(|| date().map(until))
}

const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_HINT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        time::{Duration, SystemTime},
    };

    use http::StatusCode;
    use tonic::Code;

    use super::{delay, grpc_code_is_transient, http_status_is_transient, jitter, retry_after};

    #[test]
    fn these_http_statuses_and_no_others_are_tried_again() {
        let transient: Vec<u16> =
            (300..600).filter(|status| http_status_is_transient(StatusCode::from_u16(*status).unwrap())).collect();
        assert_eq!(transient, [429, 502, 503, 504]);
    }

    #[test]
    fn these_grpc_codes_and_no_others_are_tried_again() {
        let transient =
            |hinted| -> Vec<i32> { (0..17).filter(|code| grpc_code_is_transient(Code::from(*code), hinted)).collect() };
        assert_eq!(transient(false), [1, 4, 10, 11, 14, 15]);
        assert_eq!(transient(true), [1, 4, 8, 10, 11, 14, 15]);
    }

    #[test]
    fn the_delay_doubles_up_to_a_limit_and_heeds_a_sensible_hint() {
        let delays: Vec<u128> = (1..8).map(|attempts| delay(attempts, None, Duration::ZERO).as_millis()).collect();
        assert_eq!(delays, [100, 200, 400, 800, 1600, 1600, 1600]);
        let hint = |seconds| delay(1, Some(Duration::from_secs(seconds)), Duration::from_millis(7)).as_millis();
        assert_eq!(hint(0), 107);
        assert_eq!(hint(2), 2_007);
        assert_eq!(hint(u64::MAX), 30_007);
    }

    #[test]
    fn jitter_differs_and_stays_within_its_limit() {
        let jitters: Vec<Duration> = (0..100).map(|_| jitter()).collect();
        assert!(jitters.iter().all(|jitter| *jitter <= Duration::from_millis(100)));
        assert!(jitters.iter().collect::<HashSet<_>>().len() > 10);
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        assert_eq!(retry_after(b" 3 "), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(b"Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
        let in_a_minute = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
        let left = retry_after(in_a_minute.as_bytes()).unwrap();
        assert!(left > Duration::from_secs(30) && left <= Duration::from_secs(60), "{left:?}");
        for absurd in [&b"-1"[..], b"99999999999999999999", b"soon", b"\xff"] {
            assert_eq!(retry_after(absurd), None);
        }
    }
}
