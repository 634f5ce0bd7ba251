//! Changes to what instruments become, as plain data.

use metrics_pipeline::{Stream, exponential_buckets};
use opentelemetry::Key;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, InstrumentKind};

use crate::{
    diagnostic::{Diagnostic, Severity},
    settings::aggregation::Histograms,
};

/// A change to what some instruments become, in every output.
///
/// The first view that fits an instrument holds; what it does not say stays as the definition says.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use telemetry_init::{Settings, View};
///
/// let (settings, _) = Settings::from_environment(&BTreeMap::new());
/// let settings = settings
///     .add_view(View::of("debug.*").dropped())
///     .add_view(View::of("http.server.request.duration").with_boundaries([0.1, 1.0]).with_labels(["http.route"]))
///     .add_view(View::of("cache.*").from_meter("vendor").with_limit(100));
/// assert_eq!(settings.views.len(), 3);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a view does nothing before it is added to the settings"]
pub struct View {
    instrument: String,
    meter: Option<String>,
    name: Option<String>,
    dropped: bool,
    boundaries: Option<Vec<f64>>,
    labels: Option<Vec<String>>,
    limit: Option<usize>,
}

impl View {
    /// A view of the instruments of this name, in any case; `*` stands for any text and `?` for one character.
    pub fn of(instrument: &str) -> Self {
        Self {
            instrument: instrument.to_owned(),
            meter: None,
            name: None,
            dropped: false,
            boundaries: None,
            labels: None,
            limit: None,
        }
    }

    /// Only of the instruments of this meter.
    pub fn from_meter(mut self, meter: &str) -> Self {
        self.meter = Some(meter.to_owned());
        self
    }

    /// They record nothing.
    pub fn dropped(mut self) -> Self {
        self.dropped = true;
        self
    }

    /// The metric has this name. A pattern of several instruments cannot be renamed: they would become one.
    pub fn renamed(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// A histogram has these upper bounds, which must increase and be finite.
    pub fn with_boundaries(mut self, boundaries: impl Into<Vec<f64>>) -> Self {
        self.boundaries = Some(boundaries.into());
        self
    }

    /// Only these labels are kept; series that differ only in others become one.
    pub fn with_labels<L: Into<String>>(mut self, labels: impl IntoIterator<Item = L>) -> Self {
        self.labels = Some(labels.into_iter().map(Into::into).collect());
        self
    }

    /// At most this many series, up to 20,000; further ones count in the overflow series.
    pub fn with_limit(mut self, series: usize) -> Self {
        self.limit = Some(series);
        self
    }

    fn fits(&self, instrument: &Instrument) -> bool {
        self.meter.as_deref().is_none_or(|meter| meter == instrument.scope().name())
            && matches(&self.instrument.to_ascii_lowercase(), &instrument.name().to_ascii_lowercase())
    }

    fn change(&self, stream: Stream, histogram: bool) -> Stream {
        if self.dropped {
            return stream.with_aggregation(Aggregation::Drop);
        }
        let stream = match &self.name {
            Some(name) => stream.with_name(name.clone()),
            None => stream,
        };
        let stream = match &self.boundaries {
            Some(boundaries) if histogram => stream.with_aggregation(Aggregation::ExplicitBucketHistogram {
                boundaries: boundaries.clone(),
                record_min_max: true,
            }),
            _ => stream,
        };
        let stream = match &self.labels {
            Some(labels) => stream.with_allowed_attribute_keys(labels.iter().cloned().map(Key::from)),
            None => stream,
        };
        match self.limit {
            Some(limit) => stream.with_cardinality_limit(limit),
            None => stream,
        }
    }

    /// Why the view cannot be used.
    fn fault(&self) -> Option<String> {
        let name = &self.instrument;
        if self.name.is_some() && name.contains(['*', '?']) {
            return Some(format!("{name:?} may fit several instruments, which cannot all have one name"));
        }
        if self.limit.is_some_and(|limit| limit > MOST_SERIES) {
            return Some(format!("the one of {name:?} allows more than {MOST_SERIES} series"));
        }
        self.change(Stream::default(), true).fault().map(|error| format!("the one of {name:?} cannot be: {error}"))
    }
}

/// As many as the engine's table of text labels has places for; and the SDK asks for the memory of all of them at once.
const MOST_SERIES: usize = 20_000;

/// Checks views, and says which are left out.
pub(crate) fn usable(views: &[View], diagnostics: &mut Vec<Diagnostic>) -> Vec<View> {
    let mut good = Vec::new();
    for view in views {
        match view.fault() {
            None => good.push(view.clone()),
            Some(reason) => diagnostics.push(Diagnostic::new(
                "Settings::views",
                Severity::Warning,
                reason,
                "this view is left out".to_owned(),
            )),
        }
    }
    good
}

/// What the settings make of an instrument, on top of its definition.
pub(crate) fn compose(
    views: Vec<View>,
    histograms: Histograms,
) -> impl Fn(&Instrument, Stream) -> Stream + Send + Sync + 'static {
    move |instrument, stream| {
        let histogram = instrument.kind() == InstrumentKind::Histogram;
        let stream = match histograms {
            Histograms::Base2Exponential if histogram => stream.with_aggregation(exponential_buckets()),
            _ => stream,
        };
        match views.iter().find(|view| view.fits(instrument)) {
            Some(view) => view.change(stream, histogram),
            None => stream,
        }
    }
}

/// Whether a pattern with `*` and `?` fits a text, in time proportional to both lengths.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<_>, Vec<_>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut star, mut retry) = (0, None, 0);
    let mut position = 0;
    while position < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some(at);
                retry = position;
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[position] => {
                at += 1;
                position += 1;
            }
            _ => {
                let Some(star) = star else { return false };
                retry += 1;
                position = retry;
                at = star + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("a.*", "a.b.c", true),
            ("*.c", "a.b.c", true),
            ("*b*", "abc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("?", "", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*d", "a-b-b-c", false),
        ];
        for (pattern, text, fits) in cases {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn what_cannot_be_is_said_and_left_out() {
        let views = [
            View::of("a.*").renamed("b"),
            View::of("a").with_boundaries([2.0, 1.0]),
            View::of("a").with_limit(0),
            View::of("a").with_limit(20_001),
            View::of("a").renamed("b"),
            View::of("a").with_limit(20_000),
        ];
        let mut diagnostics = Vec::new();
        let good = usable(&views, &mut diagnostics);
        assert_eq!(good, [View::of("a").renamed("b"), View::of("a").with_limit(20_000)]);
        assert_eq!(diagnostics.len(), 4, "{diagnostics:?}");
    }
}
