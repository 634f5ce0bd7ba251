//! The types that a label may have.

use std::{borrow::Cow, io};

use metrics_define::{ErrorLabel, domain};

use crate::pipeline::{check, ready, series};

/// Types of labels
#[domain(title = "Label Metrics", prefixes = ["l"], crate = metrics_define)]
mod l {
    use std::borrow::Cow;

    use metrics_define::{ErrorLabel, LabelValue, label_text};

    /// A language
    #[label_text(max_values = 4)]
    pub struct Language;

    #[derive(LabelValue, Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Status {
        Done,
        #[label("failed", alias = "error", alias = "broken")]
        Failed,
        #[label(fallback)]
        Unknown,
    }

    #[derive(LabelValue, Clone, Debug, PartialEq, Eq)]
    pub enum Strict {
        One,
        #[label(alias = "zwei")]
        Two,
    }

    #[derive(ErrorLabel, Debug)]
    pub enum Failure {
        NotFound {
            #[expect(dead_code, reason = "an error says more than its label")]
            id: u64,
        },
        #[label("storage")]
        Disk(#[expect(dead_code, reason = "an error says more than its label")] std::io::Error),
        TimedOut,
    }

    /// Interned labels
    #[counter(name = "l.interned", unit = "{thing}")]
    pub struct InternedText {
        pub language: Language,
        pub status: Status,
    }

    /// Interned labels, counted without allocating
    #[counter(name = "l.interned.hit", unit = "{thing}")]
    pub struct InternedHit {
        pub language: Language,
        pub status: Status,
    }

    /// All other labels
    #[counter(name = "l.mixed", unit = "{thing}")]
    pub struct Mixed<'a> {
        #[label(max_values = 8)]
        pub owned: String,
        #[label(max_values = 8)]
        pub cow: Cow<'a, str>,
        #[label(max_values = 8)]
        pub level: u8,
        pub strict: &'a Strict,
    }

    /// Errors
    #[counter(name = "l.errors", unit = "{error}")]
    pub struct Errors<'a> {
        pub error_type: &'a Failure,
    }

    /// Errors of the standard library
    #[counter(name = "l.io_errors", unit = "{error}")]
    pub struct IoErrors<'a> {
        #[label(max_values = 32)]
        pub error_type: &'a std::io::Error,
    }

    /// Long text
    #[counter(name = "l.long", unit = "{thing}")]
    pub struct Long<'a> {
        #[label(max_values = 8)]
        pub text: &'a str,
    }
}

use l::{Failure, Language, Status, Strict};

#[test]
fn interned_text_is_copied_and_capped() {
    ready();
    let rust = Language::intern("rust");
    for name in ["rust", "go", "zig", "c", "perl"] {
        l::InternedText { language: Language::intern(name), status: Status::Done }.inc();
    }
    l::InternedText { language: rust, status: Status::Done }.inc();
    check(
        "l.interned",
        &[
            ("language=go,status=done", "1"),
            ("language=other,status=done", "2"),
            ("language=rust,status=done", "2"),
            ("language=zig,status=done", "1"),
        ],
    );
    assert_eq!((rust.as_str(), Language::intern("late").as_str()), ("rust", "other"));
}

#[test]
fn interned_labels_are_recorded_without_allocating() {
    ready();
    let language = Language::intern("rust");
    l::InternedHit { language, status: Status::Failed }.inc();
    let allocations = allocation_counter::measure(|| {
        for _ in 0..1000 {
            l::InternedHit { language: Language::intern("rust"), status: Status::Failed }.inc();
        }
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn numbers_and_owned_text_are_labels() {
    ready();
    let mixed = l::Mixed { owned: "a".to_owned(), cow: Cow::Borrowed("b"), level: 3, strict: &Strict::Two };
    mixed.clone().inc();
    mixed.inc();
    check("l.mixed", &[("cow=b,level=3,owned=a,strict=two", "2")]);
}

#[test]
fn an_error_is_its_name() {
    ready();
    l::Errors { error_type: &Failure::NotFound { id: 1 } }.inc();
    l::Errors { error_type: &Failure::NotFound { id: 2 } }.inc();
    l::Errors { error_type: &Failure::Disk(io::Error::other("disk 7 is on fire")) }.inc();
    check("l.errors", &[("error_type=not_found", "2"), ("error_type=storage", "1")]);
    l::IoErrors { error_type: &io::Error::other("disk 7 is on fire") }.inc();
    l::IoErrors { error_type: &io::ErrorKind::TimedOut.into() }.inc();
    check("l.io_errors", &[("error_type=other", "1"), ("error_type=timed_out", "1")]);
    assert_eq!(Failure::TimedOut.error_type(), "timed_out");
}

#[test]
fn text_from_outside_is_mapped() {
    assert_eq!(["done", "failed", "error", "broken", "", "DONE"].map(Status::from_label), {
        use Status::{Done, Failed, Unknown};
        [Done, Failed, Failed, Failed, Unknown, Unknown]
    });
    assert_eq!(["one", "zwei", "three"].map(Strict::from_label), [Some(Strict::One), Some(Strict::Two), None]);
}

#[test]
fn text_that_is_too_long_is_cut() {
    ready();
    let long = "é".repeat(1000);
    l::Long { text: &long }.inc();
    l::Long { text: &long[..600] }.inc();
    let (key, value) = series("l.long").pop_first().unwrap();
    assert_eq!((key.len(), value.as_str()), ("text=".len() + 256, "2"));
}

#[test]
fn a_metric_is_copied_where_its_labels_are() {
    fn is_copy<T: Copy>(_: T) {}
    is_copy(l::Errors { error_type: &Failure::TimedOut });
    is_copy(l::InternedText { language: Language::intern("rust"), status: Status::Done });
}
