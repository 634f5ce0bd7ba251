//! Metrics of the kinds and with the types of labels that no instrument of the catalogue has, and what they are read from.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use metrics_catalog::{Observing, domain};

use exact::Language;

/// What no instrument of the catalogue has: the other kinds, and the other types of labels.
#[domain(title = "Exact Metrics", crate = metrics_catalog)]
pub(crate) mod exact {
    use metrics_catalog::{LabelValue, label_text};

    /// A language.
    #[label_text(max_values = 32)]
    pub(crate) struct Language;

    /// How something ended.
    #[derive(LabelValue, Clone, Copy, Debug)]
    pub(crate) enum Outcome {
        /// Well.
        Done,
        /// Early.
        Cancelled,
    }

    /// Found by places
    #[counter(name = "exact.dense", unit = "{thing}")]
    pub(crate) struct Dense {
        pub(crate) outcome: Outcome,
        pub(crate) language: Language,
        pub(crate) large: bool,
    }

    /// Found by hash
    #[updown_counter(name = "exact.hashed", unit = "{thing}")]
    pub(crate) struct Hashed {
        pub(crate) language: Language,
        #[label(max_values = 8)]
        pub(crate) shard: u8,
    }

    /// How long it took
    #[histogram(name = "exact.latency", unit = "ms", buckets = [1.0, 100.0])]
    pub(crate) struct Latency {
        pub(crate) language: Language,
    }

    /// How large it was
    #[histogram(name = "exact.size", unit = "By", exponential)]
    pub(crate) struct Size {
        pub(crate) large: bool,
    }

    /// Set by all threads
    #[updown_counter(name = "exact.level", unit = "{thing}", absolute)]
    pub(crate) struct Level {
        pub(crate) large: bool,
    }

    /// The last whole number
    #[gauge(name = "exact.whole", unit = "{thing}", value = i64)]
    pub(crate) struct Whole;

    /// Read from elsewhere
    #[observable_counter(name = "exact.read", unit = "By")]
    pub(crate) struct Read {
        pub(crate) language: Language,
    }

    /// Balance elsewhere
    #[observable_updown_counter(name = "exact.balance", unit = "{EUR}", value = f64)]
    pub(crate) struct Balance {
        pub(crate) large: bool,
    }

    /// Load elsewhere
    #[observable_gauge(name = "exact.load", unit = "1")]
    pub(crate) struct Load;

    /// What runs
    #[info(name = "exact.build")]
    pub(crate) struct Build {
        pub(crate) large: bool,
    }
}

/// What is read from elsewhere.
pub(crate) static READ: [AtomicU64; 60] = [const { AtomicU64::new(0) }; 60];
/// In eighths.
pub(crate) static BALANCE: [AtomicI64; 2] = [const { AtomicI64::new(0) }; 2];

pub(crate) fn balance(large: bool) -> f64 {
    f64::from(i32::try_from(BALANCE[usize::from(large)].load(Ordering::Relaxed)).unwrap()) / 8.0
}

pub(crate) fn observe() -> [Observing; 3] {
    [
        exact::Read::observe(|observer| {
            for (n, read) in READ.iter().enumerate() {
                let language = Language::intern(&format!("lang {n}"));
                observer.observe(read.load(Ordering::Relaxed), exact::Read { language });
            }
        }),
        exact::Balance::observe(|observer| {
            for large in [false, true] {
                observer.observe(balance(large), exact::Balance { large });
            }
        }),
        exact::Load::observe(|observer| observer.observe(0.75, exact::Load)),
    ]
}
