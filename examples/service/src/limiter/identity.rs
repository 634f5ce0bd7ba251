//! Who asks, as the request's headers say.

use http::HeaderMap;
use metrics_catalog::rate_limit::RateGroup;

/// Who asks. A gateway in front of this service is expected to set the headers; whoever reaches it directly can claim
/// any group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Whose rules apply.
    pub(crate) group: RateGroup,
    /// Whose bucket within the group.
    pub(crate) client: String,
    /// Whether an API key came along.
    pub(crate) authenticated: bool,
}

impl Identity {
    /// Reads `x-client-group`, `x-client-id` and `x-api-key`; an unknown group is `public`.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            group: text("x-client-group").map_or(RateGroup::Public, group),
            client: text("x-client-id").unwrap_or("anonymous").chars().take(MAX_CLIENT_CHARS).collect(),
            authenticated: headers.contains_key("x-api-key"),
        }
    }

    /// The key of this client's bucket.
    pub(super) fn key(&self) -> String {
        format!("rate_limit:{:?}:{}", self.group, self.client)
    }
}

/// The store keeps the id of every client, so the id's length is bounded too.
const MAX_CLIENT_CHARS: usize = 64;

fn group(name: &str) -> RateGroup {
    match name {
        "execution" => RateGroup::Execution,
        "admin" => RateGroup::Admin,
        "sse" => RateGroup::Sse,
        "websocket" => RateGroup::WebSocket,
        "auth" => RateGroup::Auth,
        "api" => RateGroup::Api,
        _ => RateGroup::Public,
    }
}
