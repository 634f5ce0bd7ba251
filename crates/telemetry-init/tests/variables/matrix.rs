//! Each variable with each odd value, through a map.

use std::{collections::BTreeSet, fmt::Write};

use telemetry_init::{Diagnostic, Settings, variables};

use crate::{
    odd::{CANARY, Odd, Variables, swap_case},
    rows::{Kind, Row, rows},
};

const VERY_LONG: usize = 1_000_000;

/// The files that the variables of TLS name.
pub(crate) struct Pem {
    folder: tempfile::TempDir,
}

impl Pem {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(folder.path().join("certificate.pem"), cert.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), signing_key.serialize_pem()).unwrap();
        Self { folder }
    }

    pub(crate) fn certificate(&self) -> String {
        self.folder.path().join("certificate.pem").display().to_string()
    }

    pub(crate) fn key(&self) -> String {
        self.folder.path().join("key.pem").display().to_string()
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        rows(&self.certificate(), &self.key())
    }
}

#[test]
fn every_variable_with_every_odd_value() {
    let pem = Pem::new();
    let (mut cases, mut failures) = (0, String::new());
    for row in pem.rows() {
        let default = (row.show)(&read(&row, Odd::Unset).0);
        for odd in Odd::ALL {
            cases += 1;
            let (settings, diagnostics) = read(&row, odd);
            let got = ((row.show)(&settings), diagnostics.len());
            let expected = expected(&row, odd, &default);
            let instead = instead(&row, odd);
            let wrong = if got != (expected.effect.clone(), expected.answers) {
                format!("wanted {:?} with {} diagnostics", shortened(&expected.effect), expected.answers)
            } else if !row.missed && diagnostics.iter().any(|diagnostic| diagnostic.variable != row.name) {
                "another variable is named".to_owned()
            } else if instead.is_some_and(|used| !diagnostics.iter().any(|said| said.used_instead == used)) {
                "what is used instead is not true".to_owned()
            } else if is_secret(&row.name) && format!("{settings:?} {diagnostics:?}").contains(CANARY) {
                "a secret is shown".to_owned()
            } else {
                continue;
            };
            let (effect, said) = (shortened(&got.0), diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>());
            let _ = writeln!(failures, "| {} | {odd:?} | {effect:?} | {wrong} | {said:?} |", row.name);
        }
    }
    println!("{cases} cases");
    assert!(failures.is_empty(), "| variable | value | effect | wrong | diagnostics |\n{failures}");
    assert!(cases > 1_200, "{cases}");
}

#[test]
fn the_table_has_every_variable_that_is_read() {
    let pem = Pem::new();
    let tested: BTreeSet<_> = pem.rows().into_iter().map(|row| row.name).collect();
    let read: BTreeSet<_> =
        variables::topics().into_iter().flat_map(|topic| topic.entries).map(|entry| entry.name.to_owned()).collect();
    assert_eq!(tested, read);
}

fn read(row: &Row, odd: Odd) -> (Settings, Vec<Diagnostic>) {
    let mut variables = Variables::default();
    for (name, value) in &row.context {
        variables.0.insert(name.clone(), value.into());
    }
    if let Some(value) = odd.value(&row.valid, &row.garbage, VERY_LONG) {
        variables.0.insert(row.name.clone(), value);
    }
    Settings::from_environment(&variables)
}

struct Expected {
    effect: String,
    answers: usize,
}

fn expected(row: &Row, odd: Odd, default: &str) -> Expected {
    let default = || Expected { effect: default.to_owned(), answers: usize::from(row.missed) };
    let ignored = || Expected { effect: default().effect, answers: 1 };
    let obeyed = |effect: &str| Expected { effect: effect.to_owned(), answers: 0 };
    let adjusted = |effect: &str| Expected { effect: effect.to_owned(), answers: 1 };
    match odd {
        Odd::Unset | Odd::Empty | Odd::Blanks => return default(),
        Odd::Valid => return Expected { effect: row.value.clone(), answers: usize::from(row.valid_is_answered) },
        Odd::OtherCase => {
            let answered = row.valid_is_answered || row.kind == Kind::Vital && row.other_case.starts_with("off");
            return Expected { effect: row.other_case.clone(), answers: usize::from(answered) };
        }
        _ => {}
    }
    let text = odd.value(&row.valid, &row.garbage, VERY_LONG).unwrap().into_string();
    match (row.kind, odd) {
        (Kind::Vital, _) if row.name.ends_with("ENDPOINT") => adjusted("off: the OTLP endpoint cannot be used"),
        (Kind::Vital, _) => adjusted("off: a certificate or key file of OTLP cannot be used"),
        (Kind::Path, Odd::NotUtf8) => obeyed("a\u{fffd}\u{fffd}z"),
        (_, Odd::NotUtf8) => ignored(),
        (Kind::Text | Kind::Path, _) => obeyed(&text.unwrap()),
        (Kind::Filter, _) => filtered(&text.unwrap(), &default().effect),
        (Kind::LenientBoolean, Odd::Zero) => obeyed(&row.value),
        (Kind::Count, Odd::Zero | Odd::TwoTo31) | (Kind::Interval | Kind::Timeout, Odd::TwoTo31) => {
            obeyed(&text.unwrap())
        }
        (Kind::Timeout, Odd::Zero) => obeyed("no limit"),
        (Kind::QueueSize, Odd::TwoTo31 | Odd::TwoTo32) => adjusted("1000000"),
        (Kind::BatchSize, Odd::TwoTo31 | Odd::TwoTo32) => adjusted("2048"),
        (Kind::Ratio, Odd::Zero) => obeyed("TraceIdRatio(Ratio(0.0))"),
        (Kind::Host, Odd::Negative | Odd::Zero | Odd::TwoTo31 | Odd::TwoTo32 | Odd::TwoTo64) => {
            obeyed(&format!("{}:9464", text.unwrap()))
        }
        (Kind::Port, Odd::Zero) => obeyed("localhost:0"),
        _ => ignored(),
    }
}

/// Nearly any text is a directive; what is none is named here.
fn filtered(text: &str, default: &str) -> Expected {
    if text.contains(CANARY) {
        return Expected { effect: default.to_owned(), answers: 1 };
    }
    Expected { effect: text.to_owned(), answers: 0 }
}

/// What must be said to be used instead, where that is not just the default.
fn instead(row: &Row, odd: Odd) -> Option<&'static str> {
    let unusable = match (row.kind, odd) {
        (Kind::Vital, Odd::OtherCase) => row.other_case.starts_with("off"),
        (_, Odd::Unset | Odd::Empty | Odd::Blanks | Odd::Valid | Odd::OtherCase) | (Kind::Port, Odd::Zero) => false,
        (Kind::Host, _) => matches!(odd, Odd::Garbage | Odd::NotUtf8 | Odd::VeryLong | Odd::Newline),
        (kind, _) => matches!(kind, Kind::Vital | Kind::Port),
    };
    let used = match row.kind {
        Kind::Vital => "the signal is off, unless it has another exporter",
        _ => "there is no scrape endpoint",
    };
    unusable.then_some(used)
}

fn is_secret(name: &str) -> bool {
    name.contains("HEADERS")
        || name.starts_with("HTTP")
        || name.contains("OTLP") && name.ends_with("ENDPOINT")
        || name.ends_with("CLIENT_KEY")
}

fn shortened(text: &str) -> &str {
    text.get(..80).unwrap_or(text)
}

#[test]
fn case_is_swapped_and_not_only_raised() {
    assert_eq!(swap_case("aB1"), "Ab1");
}
