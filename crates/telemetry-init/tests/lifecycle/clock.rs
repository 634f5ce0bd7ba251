//! The system clock is set while spans run: their ends and lengths are right all the same.

use std::{fs, io::Write as _, path::Path, sync::mpsc, time::Duration};

use telemetry_testkit::{OtlpReceiver, find_program};

use crate::child::{PROTOCOLS, run, sending_to};

const LENGTH: Duration = Duration::from_millis(300);
/// To 1960, from 2026.
const BEFORE_1970: &str = "-2082758400";

#[test]
fn clock_set_back_or_forth_in_flight_changes_no_length() {
    let Some(library) = library() else { return };
    for shift in ["-3600", "+315360000", "-1000000000", BEFORE_1970] {
        let receiver = OtlpReceiver::start().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "+0").unwrap();
        let endpoint = receiver.http_endpoint();
        let mut variables = sending_to(PROTOCOLS[1], &endpoint);
        let path = file.path().to_str().unwrap().to_owned();
        variables.extend([
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME_TIMESTAMP_FILE", &path),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("CLOCK_FILE", &path),
            ("CLOCK_SHIFT", shift),
        ]);
        run("clock", &variables);
        let received = receiver.received();
        let spans = [
            ("across", LENGTH),
            ("after", LENGTH),
            ("entered late", LENGTH),
            ("never entered", LENGTH),
            ("needed as a parent first", LENGTH),
            ("left before", LENGTH / 2),
            ("closed later than left", LENGTH),
        ];
        for (name, expected) in spans {
            // OTLP has no time before 1970: what began there begins and ends in 1970.
            let expected = if shift == BEFORE_1970 && name == "after" { Duration::ZERO } else { expected };
            let [span] = received.spans_named(name)[..] else { panic!("{shift}: {received}") };
            let length = Duration::from_nanos(span.end_nanos.checked_sub(span.start_nanos).unwrap());
            let late = length.checked_sub(expected).unwrap_or_else(|| panic!("{shift} {name}: {length:?}"));
            // A busy machine may let a span run longer, and then it is longer.
            assert!(late < Duration::from_secs(5), "{shift} {name}: {length:?}");
        }
        let [across] = received.spans_named("across")[..] else { unreachable!() };
        assert_eq!(across.attributes["shifted"], "true", "{shift}: the clock was seen to change");
    }
}

/// Where libfaketime is, as its wrapper program would preload it.
fn library() -> Option<String> {
    find_program("faketime")?;
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    let found = folders.iter().map(|folder| format!("{folder}/faketime/libfaketime.so.1"));
    found.into_iter().find(|library| Path::new(library).is_file())
}

pub(crate) fn child() {
    let telemetry = telemetry_init::init().unwrap();
    let (_kept, never) = mpsc::channel::<()>();
    let take_time = || never.recv_timeout(LENGTH / 2).unwrap_err();
    {
        let entered_late = tracing::info_span!("entered late");
        let _never_entered = tracing::info_span!("never entered");
        let needed = tracing::info_span!("needed as a parent first");
        let left_before = tracing::info_span!("left before");
        let left = left_before.enter();
        let closed_later = tracing::info_span!("closed later than left");
        let left_after = closed_later.enter();
        let across = tracing::info_span!("across", shifted = tracing::field::Empty).entered();
        take_time();
        drop(left);
        let before = std::time::SystemTime::now();
        shift();
        let after = std::time::SystemTime::now();
        let apart = after.duration_since(before).unwrap_or_else(|back| back.duration());
        across.record("shifted", apart > Duration::from_secs(1000));
        drop(tracing::info_span!(parent: &needed, "child"));
        take_time();
        entered_late.in_scope(|| ());
        needed.in_scope(|| ());
        drop(left_after);
        take_time();
    }
    {
        let _after = tracing::info_span!("after").entered();
        take_time();
        take_time();
    }
    assert!(!telemetry.shutdown(Duration::from_secs(10)).timed_out);
}

fn shift() {
    #[expect(clippy::disallowed_methods, reason = "the parent says it so")]
    let [file, shift] = ["CLOCK_FILE", "CLOCK_SHIFT"].map(|name| std::env::var(name).unwrap());
    let mut file = fs::OpenOptions::new().write(true).truncate(true).open(file).unwrap();
    writeln!(file, "{shift}").unwrap();
}
