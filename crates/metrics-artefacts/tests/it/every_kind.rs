//! A catalogue with one metric of every kind, and of everything that a definition can say.

use metrics_define::{catalog, domain};

#[domain(title = "Every Kind", prefixes = ["every"], crate = metrics_define)]
#[allow_lint(MC020, reason = "only one of each")]
pub mod every_kind {
    //! One metric of each kind, and | every | argument.

    use std::{borrow::Cow, sync::Arc};

    use metrics_define::{Label, LabelValue, label_text};

    use crate::every_kind::elsewhere::Colour;

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

    /// How something was sent.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Channel {
        /// It is `ws` in the label.
        #[label("ws")]
        WebSocket,
        /// It is a word of Rust.
        r#Async,
    }

    /// A queue's name.
    #[derive(Clone, Copy, Debug)]
    pub struct Queue<'a>(pub &'a str);

    impl LabelValue for Queue<'_> {
        const VALUES: &'static [&'static str] = &[];

        fn label(&self) -> Label<'_> {
            Label::text(self.0)
        }
    }

    /// Labels that are written in other ways
    #[counter(name = "every.written.total", unit = "{thing}")]
    pub struct WrittenTotal<'a> {
        /// Its text is not its variant.
        pub channel: Channel,
        /// A reference.
        pub r#ref: &'a Outcome,
        /// A type of another module.
        pub colour: Colour,
        /// Shared.
        #[label(max_values = 8)]
        pub shared: Arc<str>,
        /// Owned.
        #[label(max_values = 8)]
        pub owned: Box<str>,
        /// A type that is a label by hand.
        #[label(max_values = 8)]
        pub queue: Queue<'a>,
        /// A number with an example that is none.
        #[label(example = "many", max_values = 8)]
        pub number: i16,
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

/// What a domain may use from elsewhere.
pub mod elsewhere {
    use metrics_define::LabelValue;

    /// A colour.
    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Colour {
        /// Red.
        Red,
    }
}

catalog! { pub static EVERY_KIND = [every_kind::DEFINITION]; }
