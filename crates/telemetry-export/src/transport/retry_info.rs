//! The hint with which a gRPC server says when to come back.

use std::time::Duration;

use prost::Message;

/// The delay of the `google.rpc.RetryInfo` among a status's details, if there is one.
pub(super) fn delay(details: &[u8]) -> Option<Duration> {
    let status = RichStatus::decode(details).ok()?;
    let hint = status.details.iter().find(|detail| detail.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(hint.value.as_slice()).ok()?.retry_delay?;
    let seconds = u64::try_from(delay.seconds).ok()?;
    let nanos = u32::try_from(delay.nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    Some(Duration::new(seconds, nanos))
}

/// `google.rpc.Status`, without the code and the message, which gRPC carries apart.
#[derive(Clone, PartialEq, Message)]
struct RichStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<Detail>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct Detail {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, Copy, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prost::Message as _;

    use super::{Delay, Detail, RetryInfo, RichStatus, delay};

    #[test]
    fn the_hint_is_found_among_other_details() {
        let details = |seconds, nanos| {
            let hint = RetryInfo { retry_delay: Some(Delay { seconds, nanos }) };
            let other = Detail { type_url: "type.googleapis.com/google.rpc.Help".to_owned(), value: vec![1] };
            let hint =
                Detail { type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(), value: hint.encode_to_vec() };
            RichStatus { details: vec![other, hint] }.encode_to_vec()
        };
        assert_eq!(delay(&details(2, 500_000_000)), Some(Duration::from_millis(2500)));
        assert_eq!(delay(&details(-1, 0)), None);
        assert_eq!(delay(&details(0, i32::MAX)), None);
        assert_eq!(delay(b""), None);
        assert_eq!(delay(b"garbage"), None);
    }
}
