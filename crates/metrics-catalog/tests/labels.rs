//! Words from outside become labels of the catalogue: known ones, old ones, and anything else.

#![allow(missing_docs, reason = "a test")]

use metrics_catalog::{
    aos::{IdempotencyResult, ReplayBehavior, ReplayOutcome, StorageBackend},
    connections::ConnectionType,
    health::HealthStatus,
    http::Method,
    notifications::Channel,
    voice::{EscalationReason, Intent, SttError, VoiceComponent, VoiceErrorType},
};

const UNKNOWN_WORDS: [&str; 5] = ["", "brew", "a\nb\"c\\", "\u{0}", "Ünknown"];

#[test]
fn what_nobody_knows_has_a_place_of_its_own() {
    let long = "x".repeat(100_000);
    for word in UNKNOWN_WORDS.into_iter().chain([long.as_str()]) {
        assert_eq!(HealthStatus::from_label(word), HealthStatus::Unknown);
        assert_eq!(Channel::from_label(word), Channel::Other);
        assert_eq!(ReplayBehavior::from_label(word), ReplayBehavior::Unknown);
        assert_eq!(ReplayOutcome::from_label(word), ReplayOutcome::Unknown);
        assert_eq!(StorageBackend::from_label(word), StorageBackend::Other);
        assert_eq!(Method::from_label(word), Method::Other);
        assert_eq!(SttError::from_label(word), SttError::Other);
        assert_eq!(Intent::from_label(word), Intent::Unknown);
        assert_eq!(EscalationReason::from_label(word), EscalationReason::Other);
        assert_eq!(VoiceErrorType::from_label(word), VoiceErrorType::Other);
    }
}

#[test]
fn a_set_without_such_a_place_says_that_it_does_not_know() {
    assert_eq!(IdempotencyResult::from_label("maybe"), None);
    assert_eq!(ConnectionType::from_label("polling"), None);
}

#[test]
fn known_words_are_read_as_they_are_written() {
    assert_eq!(Method::from_label("PATCH"), Method::Patch);
    assert_eq!(ReplayOutcome::from_label("from_cache"), ReplayOutcome::FromCache);
    assert_eq!(ConnectionType::from_label("websocket"), Some(ConnectionType::WebSocket));
    assert_eq!(VoiceComponent::from_label("ai_pipeline"), Some(VoiceComponent::Ai), "an old word");
    assert_eq!(VoiceComponent::from_label("audio_processor"), Some(VoiceComponent::Audio), "an old word");
}
