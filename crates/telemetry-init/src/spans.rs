//! Ended spans on their way out: what the SDK does not limit is limited here, once for every output.

use std::{collections::HashSet, mem, time::Duration};

use opentelemetry::{Array, Context, KeyValue, StringValue, Value, trace::Status};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};
use telemetry_export::SpanQueue;

use crate::{console::Console, panicked};

/// Hands ended spans to the outputs: a key that was set twice once, with its last value, and no text too long.
#[derive(Debug)]
pub(crate) struct SpanOutputs {
    pub(crate) value_length: Option<u32>,
    pub(crate) export: Option<SpanQueue>,
    pub(crate) console: Option<Console>,
}

impl SpanOutputs {
    fn limit(&self, span: &mut SpanData) {
        keep_last(&mut span.attributes);
        let Some(length) = self.value_length else { return };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let of_events = span.events.events.iter_mut().map(|event| &mut event.attributes);
        let of_links = span.links.links.iter_mut().map(|link| &mut link.attributes);
        let attributes = [&mut span.attributes].into_iter().chain(of_events).chain(of_links).flatten();
        attributes.for_each(|attribute| cut(&mut attribute.value, length));
    }
}

impl SpanProcessor for SpanOutputs {
    fn on_start(&self, span: &mut Span, ctx: &Context) {
        // The export counts open spans, and measures their time by a clock that nobody sets.
        if let Some(export) = &self.export {
            export.on_start(span, ctx);
        }
    }

    fn on_end(&self, mut span: SpanData) {
        let panicked = panicked::take_ending();
        if !span.span_context.is_sampled() {
            return;
        }
        if panicked && span.status == Status::Unset {
            span.status = Status::error("panicked");
        }
        self.limit(&mut span);
        if let Some(console) = &self.console {
            console.span(&span);
        }
        if let Some(export) = &self.export {
            export.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.export.as_ref().map_or(Ok(()), SpanProcessor::force_flush)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.export.as_ref().map_or(Ok(()), |export| export.shutdown_with_timeout(timeout))
    }
}

/// Spans have few attributes, and nearly none has a key twice: comparing them all beats a set.
const FEW: usize = 16;

fn keep_last(attributes: &mut Vec<KeyValue>) {
    let repeated = if attributes.len() <= FEW {
        let later = |at: usize| &attributes[at + 1..];
        (0..attributes.len()).any(|at| later(at).iter().any(|later| later.key == attributes[at].key))
    } else {
        let mut keys = HashSet::with_capacity(attributes.len());
        !attributes.iter().all(|attribute| keys.insert(&attribute.key))
    };
    if repeated {
        let mut keys = HashSet::with_capacity(attributes.len());
        let mut kept: Vec<_> =
            mem::take(attributes).into_iter().rev().filter(|attribute| keys.insert(attribute.key.clone())).collect();
        kept.reverse();
        *attributes = kept;
    }
}

/// Texts are cut by characters, arrays of them one by one; nothing else has a length.
fn cut(value: &mut Value, length: usize) {
    match value {
        Value::String(text) => cut_text(text, length),
        Value::Array(Array::String(texts)) => texts.iter_mut().for_each(|text| cut_text(text, length)),
        _ => {}
    }
}

fn cut_text(text: &mut StringValue, length: usize) {
    let short = shortened(text.as_str(), length);
    if short.len() < text.as_str().len() {
        *text = short.to_owned().into();
    }
}

/// The first characters of a text.
pub(crate) fn shortened(text: &str, characters: usize) -> &str {
    // A text has no more characters than bytes.
    if text.len() <= characters {
        return text;
    }
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_key_is_kept() {
        for filler in [0, 40] {
            let mut attributes = vec![KeyValue::new("a", 1), KeyValue::new("b", 2), KeyValue::new("a", 3)];
            attributes.extend((0..filler).map(|number| KeyValue::new(format!("filler{number}"), number)));
            keep_last(&mut attributes);
            assert_eq!(attributes[..2], [KeyValue::new("b", 2), KeyValue::new("a", 3)]);
            assert_eq!(attributes.len(), 2 + usize::try_from(filler).unwrap());
        }
    }

    #[test]
    fn texts_are_cut_by_characters_and_nothing_else_is() {
        let cases = [
            (Value::from("smørrebrød"), Value::from("smø")),
            (Value::from("so"), Value::from("so")),
            (Value::from(123_456), Value::from(123_456)),
            (
                Value::Array(Array::String(vec!["abcd".into(), "ef".into()])),
                Value::Array(Array::String(vec!["abc".into(), "ef".into()])),
            ),
            (Value::Array(Array::I64(vec![12_345])), Value::Array(Array::I64(vec![12_345]))),
        ];
        for (mut value, expected) in cases {
            cut(&mut value, 3);
            assert_eq!(value, expected);
        }
        assert_eq!(shortened("abc", 0), "");
    }
}
