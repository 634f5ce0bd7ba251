//! A catalogue with one metric of every kind, and of everything that a definition can say.

use metrics_define::{catalog, domain};

#[domain(title = "Every Kind", prefixes = ["every"], crate = metrics_define)]
#[allow_lint(MC020, reason = "only one of each")]
pub mod every_kind {
    //! One metric of each kind, and | every | argument.

    use std::borrow::Cow;

    use metrics_define::{LabelValue, label_text};

    /// An outcome.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        /// It is queued.
        QueuedUp,
        /// It is done.
        Done,
    }

    /// A counter
    #[counter(name = "every.counted.total", unit = "{thing}", stability = Stable)]
    pub struct CountedTotal<'a> {
        /// What came of it.
        #[label(key = "every.outcome")]
        pub outcome: Outcome,
        /// Whether it was the first.
        pub first: bool,
        /// Where it was.
        #[label(example = "here", max_values = 8)]
        pub place: &'a str,
    }

    /// A language.
    #[label_text(max_values = 8)]
    pub struct Language;

    /// Every type of label
    #[counter(name = "every.typed.total", unit = "{thing}")]
    pub struct TypedTotal<'a> {
        /// Looked up once.
        #[label(example = "is")]
        pub language: Language,
        /// A number.
        #[label(max_values = 16)]
        pub shard: u8,
        /// Borrowed or not.
        #[label(key = "type", max_values = 8)]
        pub kind: Cow<'a, str>,
    }

    /// A sum of floats
    #[counter(name = "every.cost", unit = "{USD}", value = f64, prometheus = "every_cost_dollars_total")]
    pub struct Cost;

    /// An up-down counter
    #[updown_counter(name = "every.active", unit = "{thing}")]
    pub struct Active;

    /// A level
    #[updown_counter(absolute, name = "every.level", unit = "{thing}")]
    pub struct Level;

    /// A gauge of integers
    #[gauge(name = "every.number", unit = "{thing}", value = i64)]
    pub struct Number;

    /// A time
    #[histogram(name = "every.duration", unit = "s", buckets = [0.5, 1.0, 2.5])]
    pub struct EveryDuration;

    /// A size
    #[histogram(exponential, name = "every.size", unit = "By")]
    pub struct Size;

    /// A share
    #[observable_gauge(name = "every.share", unit = "1")]
    pub struct Share;

    /// A build
    #[info(name = "every.build.info")]
    pub struct BuildInfo<'a> {
        /// Its version.
        #[label(example = "1.0", max_values = 4)]
        pub version: &'a str,
    }

    /// An old time
    #[deprecated(since = "0.2.0", note = "use `EveryDuration`")]
    #[allow_lint(MC012, reason = "dashboards show milliseconds")]
    #[histogram(name = "every.old.duration", unit = "ms", buckets = [1.0, 10.0], renamed_to = EveryDuration)]
    pub struct OldDuration;
}

catalog! { pub static EVERY_KIND = [every_kind::DEFINITION]; }
