//! Enums as label values, also where the engine has another path.

use metrics_define::{Label, LabelValue};

/// A crate that re-exports the engine.
mod engine {
    pub(crate) use metrics_define::{Label, LabelValue, expansion};
}

#[derive(LabelValue, Clone, Copy, Debug)]
#[label(crate = crate::label_values::engine)]
enum Group {
    Execution,
    #[label("websocket")]
    WebSocket,
    HTTPError,
    r#Type,
}

#[test]
fn a_variant_is_its_place_in_the_set() {
    assert_eq!(Group::VALUES, ["execution", "websocket", "http_error", "type"]);
    for (ordinal, group) in [Group::Execution, Group::WebSocket, Group::HTTPError, Group::r#Type].iter().enumerate() {
        assert_eq!(group.label(), Label::closed(Group::VALUES, ordinal));
    }
}
