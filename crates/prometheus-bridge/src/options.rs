//! What an exposition holds beside the metrics themselves, and how things are named in it.

use metric_names::Strategy;

/// How collected metrics are exposed.
///
/// ```
/// use prometheus_bridge::{EncodeOptions, ResourceLabels};
///
/// let options = EncodeOptions::default()
///     .with_namespace("shop")
///     .with_constant_labels([("region", "eu")])
///     .with_resource_labels(ResourceLabels::default().with_include(["service.*"]).with_exclude(["service.version"]));
/// assert!(options.target_info);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// Whether the resource's attributes are shown as an info metric `target`. Default: true.
    pub target_info: bool,
    /// Whether every series carries `otel_scope_name` and the other labels of its scope. Default: true.
    ///
    /// Without them, metrics of one name from two scopes are one series; only the first is then shown.
    pub scope_labels: bool,
    /// How instruments are named. Default: [`Strategy::UnderscoreEscapingWithSuffixes`].
    ///
    /// A defined metric with an exact name keeps it under every strategy, and the default leaves whether the unit is
    /// added to the metric's domain.
    pub strategy: Strategy,
    /// What stands before every name, with a `_` between. Default: nothing.
    pub namespace: String,
    /// Labels that every series carries, as key and value. Default: none.
    pub constant_labels: Vec<(String, String)>,
    /// Which attributes of the resource every series carries as labels; they stay in `target_info` too. Default: none.
    pub resource_labels: ResourceLabels,
    /// Whether OpenMetrics has a `_created` sample for each counter and histogram, and protocol buffers a
    /// `created_timestamp`. Default: false.
    pub created: bool,
}

impl EncodeOptions {
    /// Sets whether `target_info` is written.
    #[must_use]
    pub fn with_target_info(mut self, target_info: bool) -> Self {
        self.target_info = target_info;
        self
    }

    /// Sets whether series carry the labels of their scope.
    #[must_use]
    pub fn with_scope_labels(mut self, scope_labels: bool) -> Self {
        self.scope_labels = scope_labels;
        self
    }

    /// Sets how instruments are named.
    #[must_use]
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Sets what stands before every name.
    #[must_use]
    pub fn with_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Replaces the labels that every series carries.
    #[must_use]
    pub fn with_constant_labels<K: Into<String>, V: Into<String>>(
        mut self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.constant_labels = labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        self
    }

    /// Sets which attributes of the resource every series carries.
    #[must_use]
    pub fn with_resource_labels(mut self, resource_labels: ResourceLabels) -> Self {
        self.resource_labels = resource_labels;
        self
    }

    /// Sets whether OpenMetrics and protocol buffers say since when counters and histograms count.
    #[must_use]
    pub fn with_created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            target_info: true,
            scope_labels: true,
            strategy: Strategy::default(),
            namespace: String::new(),
            constant_labels: Vec::new(),
            resource_labels: ResourceLabels::default(),
            created: false,
        }
    }
}

/// A choice of resource attributes by their keys; a `*` at the end of a pattern stands for any rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceLabels {
    /// What is chosen. Default: nothing.
    pub include: Vec<String>,
    /// What is left out of that. Default: nothing.
    pub exclude: Vec<String>,
}

impl ResourceLabels {
    /// Replaces the patterns of what is chosen.
    #[must_use]
    pub fn with_include<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.include = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Replaces the patterns of what is left out.
    #[must_use]
    pub fn with_exclude<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.exclude = patterns.into_iter().map(Into::into).collect();
        self
    }

    pub(crate) fn chooses(&self, key: &str) -> bool {
        self.include.iter().any(|pattern| matches(pattern, key))
            && !self.exclude.iter().any(|pattern| matches(pattern, key))
    }
}

fn matches(pattern: &str, key: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => key == pattern,
    }
}
