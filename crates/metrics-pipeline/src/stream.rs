//! What an instrument becomes, while views change it.

use std::borrow::Cow;

use metrics_define::{Kind, MetricDef, limit_stream, unsum_stream};
use opentelemetry::Key;
use opentelemetry_sdk::metrics::{Aggregation, Stream as SdkStream};

/// What an instrument becomes: a view is given one and changes what it wants.
///
/// The SDK's own builder cannot be asked what is in it, and recording has to know the limit and the attributes.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a view gives back the stream that it has changed"]
pub struct Stream {
    name: Option<Cow<'static, str>>,
    aggregation: Option<Aggregation>,
    keys: Option<Vec<Key>>,
    limit: Option<usize>,
}

impl Stream {
    /// The metric has this name instead of the instrument's.
    pub fn with_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The measurements are put together like this instead of as the kind of instrument has it.
    pub fn with_aggregation(mut self, aggregation: Aggregation) -> Self {
        self.aggregation = Some(aggregation);
        self
    }

    /// Only attributes with these keys are kept; series that differ only in others become one.
    pub fn with_allowed_attribute_keys(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.keys = Some(keys.into_iter().collect());
        self
    }

    /// There are at most this many series beside the overflow series, which has what is beyond; 2,000 unless changed.
    ///
    /// Of a defined metric with text labels some series beyond 20,000 may be in the overflow series before this many are
    /// reached: its table has no place for them.
    pub fn with_cardinality_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// What is wrong with it, in the words of the SDK; `None` when the SDK would take it.
    pub fn fault(&self) -> Option<String> {
        self.of_sdk(self.limit).err()
    }

    /// The SDK's stream of a defined instrument, of which the engine is told what it has to know.
    pub(crate) fn of_defined(&self, def: &MetricDef) -> Result<SdkStream, String> {
        if let Some(fault) = self.fault() {
            return Err(fault);
        }
        let limit = self.limit.unwrap_or_else(|| def.series_limit());
        // One more for the overflow series, which the engine records by itself. With one less, a thread that makes it could
        // take the room of the last series, while the thread that is about to record that one has not come to it yet.
        let stream = self.of_sdk(Some(limit.saturating_add(usize::from(limit < def.possible_series()))))?;
        limit_stream(limit, |key| self.keys.as_ref().is_none_or(|keys| keys.iter().any(|kept| kept.as_str() == key)));
        if self.is_no_sum_of(def) {
            unsum_stream();
        }
        Ok(stream)
    }

    /// Whether what its definition adds up is put together in another way.
    fn is_no_sum_of(&self, def: &MetricDef) -> bool {
        let is_sum =
            matches!(self.aggregation, None | Some(Aggregation::Default | Aggregation::Sum | Aggregation::Drop));
        matches!(def.kind, Kind::Counter | Kind::UpDownCounter) && !is_sum
    }

    /// The SDK's stream of any other instrument.
    pub(crate) fn of_foreign(&self) -> Result<SdkStream, String> {
        self.of_sdk(self.limit)
    }

    fn of_sdk(&self, limit: Option<usize>) -> Result<SdkStream, String> {
        let Self { name, aggregation, keys, .. } = self.clone();
        let mut stream = SdkStream::builder();
        if let Some(name) = name {
            stream = stream.with_name(name);
        }
        if let Some(aggregation) = aggregation {
            stream = stream.with_aggregation(aggregation);
        }
        if let Some(keys) = keys {
            stream = stream.with_allowed_attribute_keys(keys);
        }
        if let Some(limit) = limit {
            stream = stream.with_cardinality_limit(limit);
        }
        stream.build().map_err(|error| error.to_string())
    }
}
