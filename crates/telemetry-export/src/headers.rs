//! Headers that go with every request.

use std::fmt::{self, Debug, Formatter};

use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers for a target, usually credentials: their values are never printed.
///
/// ```
/// let mut headers = telemetry_export::Headers::default();
/// headers.insert("api-key", "secret")?;
/// assert_eq!(format!("{headers:?}"), r#"Headers(["api-key"])"#);
/// assert!(headers.insert("content-length", "1").is_err());
/// # Ok::<(), telemetry_export::HeaderError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    map: HeaderMap,
}

impl Headers {
    /// Adds a header, in place of an earlier one of this name.
    ///
    /// Fails when the name or the value cannot be sent, or when the name belongs to the protocol.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), HeaderError> {
        let parsed = HeaderName::try_from(name).map_err(|_| HeaderError::Name { name: name.to_owned() })?;
        if RESERVED.contains(&parsed.as_str()) || parsed.as_str().starts_with("grpc-") {
            return Err(HeaderError::Reserved { name: name.to_owned() });
        }
        let mut value = HeaderValue::try_from(value).map_err(|_| HeaderError::Value { name: name.to_owned() })?;
        value.set_sensitive(true);
        self.map.insert(parsed, value);
        Ok(())
    }

    pub(crate) fn as_map(&self) -> &HeaderMap {
        &self.map
    }
}

impl Debug for Headers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.map.keys().map(HeaderName::as_str).collect();
        f.debug_tuple("Headers").field(&names).finish()
    }
}

/// Why a header cannot be sent. The value is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Not a header name.
    #[error("{name:?} is no header name: use letters, digits and dashes")]
    Name {
        /// The name.
        name: String,
    },
    /// Not a header value.
    #[error("the value of header {name:?} holds a character that no header can carry")]
    Value {
        /// The header's name.
        name: String,
    },
    /// A header that the protocol sets itself.
    #[error("header {name:?} is set by the protocol: leave it out")]
    Reserved {
        /// The header's name.
        name: String,
    },
}

/// What we set ourselves, and what would change how a request is framed.
const RESERVED: [&str; 9] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

#[cfg(test)]
mod tests {
    use super::{HeaderError, Headers};

    #[test]
    fn what_cannot_be_sent_is_refused_without_its_value() {
        let mut headers = Headers::default();
        let refused = |result: Result<(), HeaderError>| result.unwrap_err().to_string();
        let cases = [
            (refused(headers.insert("a b", "secret")), r#""a b" is no header name: use letters, digits and dashes"#),
            (
                refused(headers.insert("a", "secret\r\nx: y")),
                r#"the value of header "a" holds a character that no header can carry"#,
            ),
            (refused(headers.insert("Host", "secret")), r#"header "Host" is set by the protocol: leave it out"#),
        ];
        for (message, expected) in cases {
            assert_eq!(message, expected);
        }
        assert_eq!(headers, Headers::default());
    }
}
