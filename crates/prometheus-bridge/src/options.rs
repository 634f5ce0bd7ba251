//! What the text holds beside the metrics themselves.

/// What [`encode`](crate::encode) writes beside the metrics themselves; everything by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// Whether the body begins with a gauge `target_info` that carries the resource's attributes. Default: true.
    pub target_info: bool,
    /// Whether every series carries `otel_scope_name` and the other labels of its scope. Default: true.
    ///
    /// Without them, metrics of one name from two scopes are one series; only the first is then shown.
    pub scope_labels: bool,
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
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self { target_info: true, scope_labels: true }
    }
}
