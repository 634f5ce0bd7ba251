//! What holds for every name, unit and key.

use metric_names::{
    Escaping, Kind, Naming, Strategy as Translating, Translation, escape_label_name, escape_metric_name,
    is_legacy_label_name, is_legacy_metric_name, label_name, write_help, write_label_value,
};
use proptest::{prelude::*, sample::select};

fn kinds() -> impl Strategy<Value = Kind> {
    select(vec![Kind::Counter, Kind::UpDownCounter, Kind::Gauge, Kind::Histogram])
}

fn namings() -> impl Strategy<Value = Naming> {
    select(vec![Naming::Plain, Naming::Units])
}

fn escapings() -> impl Strategy<Value = Escaping> {
    select(vec![Escaping::AllowUtf8, Escaping::Underscores, Escaping::Dots, Escaping::Values])
}

/// Names that come near the rules' edges far more often than any text would.
fn names() -> impl Strategy<Value = String> {
    let words = select(vec!["a", "total", "bytes", "seconds", "per_second", "ratio", "1", "é", "9x", "_", "Foo"]);
    let separators = select(vec![".", "_", "__", "-", "/", ":", "", " "]);
    prop_oneof![
        prop::collection::vec((words, separators), 1..6)
            .prop_map(|parts| parts.into_iter().flat_map(|(word, separator)| [word, separator]).collect()),
        any::<String>(),
        "[a-zA-Z][a-zA-Z0-9_./-]{0,254}",
    ]
}

fn units() -> impl Strategy<Value = String> {
    let known = select(vec!["", "1", "s", "ms", "By", "By/s", "1/s", "{request}", "%", "total", "{a}/min", "/", "m/s"]);
    prop_oneof![known.prop_map(str::to_owned), "[ -~]{0,63}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_translated_name_is_valid_and_never_empty(
        name in names(), unit in units(), kind in kinds(), naming in namings(), namespace in "[a-z_@]{0,3}"
    ) {
        for translating in [
            Translating::UnderscoreEscapingWithSuffixes,
            Translating::UnderscoreEscapingWithoutSuffixes,
            Translating::NoUtf8EscapingWithSuffixes,
            Translating::NoTranslation,
        ] {
            let Ok(ours) = Translation::new(translating).with_namespace(&namespace).name(&name, &unit, kind, naming)
            else { continue };
            prop_assert!(!ours.as_str().is_empty());
            if translating.escapes() {
                prop_assert!(is_legacy_metric_name(ours.as_str()), "{:?}", ours);
            }
            if translating.adds_suffixes() && kind == Kind::Counter {
                prop_assert!(ours.as_str().ends_with("total"), "{:?}", ours);
                prop_assert!(!ours.as_str().ends_with("total_total") || name.contains("total"), "{:?}", ours);
            }
        }
    }

    #[test]
    fn an_exact_name_is_valid_and_has_the_namespace_of_other_names(
        name in "[a-z]{1,4}(_[a-z]{1,4}){0,2}", namespace in "[a-z0-9_@é-]{0,5}", naming in namings()
    ) {
        for translating in [
            Translating::UnderscoreEscapingWithSuffixes,
            Translating::UnderscoreEscapingWithoutSuffixes,
            Translating::NoUtf8EscapingWithSuffixes,
            Translating::NoTranslation,
        ] {
            let translation = Translation::new(translating).with_namespace(&namespace);
            let exact = translation.exact_name(&name).unwrap();
            prop_assert!(exact.as_str().ends_with(&name));
            prop_assert!(is_legacy_metric_name(exact.as_str()) || !translating.escapes(), "{:?}", exact);
            // Nothing of such a name needs translating.
            prop_assert_eq!(exact, translation.name(&name, "", Kind::Gauge, naming).unwrap());
        }
    }

    #[test]
    fn a_name_with_a_letter_always_has_a_translation(
        name in "[a-zA-Z][a-zA-Z0-9_./-]{0,254}", unit in "[ -~]{0,63}", kind in kinds(), naming in namings()
    ) {
        let translation = Translation::new(Translating::UnderscoreEscapingWithSuffixes);
        prop_assert!(translation.name(&name, &unit, kind, naming).is_ok());
    }

    #[test]
    fn translating_twice_is_translating_once(
        name in names(), unit in units(), kind in kinds(), naming in namings()
    ) {
        // A name of underscores alone is kept as it is, and no instrument can have it.
        prop_assume!(name.bytes().any(|byte| byte.is_ascii_alphanumeric()));
        let translation = Translation::new(Translating::UnderscoreEscapingWithSuffixes);
        let Ok(once) = translation.name(&name, &unit, kind, naming) else { return Ok(()) };
        let Ok(twice) = translation.name(once.as_str(), &unit, kind, naming) else { return Ok(()) };
        prop_assert_eq!(once.as_str(), twice.as_str());
    }

    #[test]
    fn a_label_name_is_valid_and_translating_it_again_changes_nothing(key in names()) {
        if let Some(once) = label_name(&key) {
            prop_assert!(is_legacy_label_name(&once), "{:?}", once);
            let twice = label_name(&once);
            prop_assert_eq!(Some(&*once), twice.as_deref());
        } else {
            prop_assert!(!key.bytes().any(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn an_escaped_name_is_valid(name in names(), escaping in escapings()) {
        prop_assume!(!name.is_empty());
        let (metric, label) = (escape_metric_name(&name, escaping), escape_label_name(&name, escaping));
        if escaping == Escaping::AllowUtf8 {
            prop_assert_eq!((&*metric, &*label), (&*name, &*name));
        } else {
            prop_assert!(is_legacy_metric_name(&metric), "{:?}", metric);
            prop_assert!(is_legacy_label_name(&label), "{:?}", label);
        }
    }

    #[test]
    fn escaped_values_give_the_name_back(name in names()) {
        prop_assume!(!name.starts_with("U__"));
        let escaped = escape_metric_name(&name, Escaping::Values);
        prop_assert_eq!(unescape_values(&escaped), name.as_str());
    }

    #[test]
    fn escaped_text_is_one_line_and_reads_back(text in any::<String>()) {
        let (mut value, mut help) = (String::new(), String::new());
        write_label_value(&mut value, &text);
        write_help(&mut help, &text);
        prop_assert!(!value.contains('\n') && !help.contains('\n'));
        prop_assert_eq!(unescape(&value), text.as_str());
        prop_assert_eq!(unescape(&help), text.as_str());
        prop_assert!(!value.replace("\\\\", "").replace("\\\"", "").contains('"'));
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => panic!("a lone backslash"),
            },
            other => out.push(other),
        }
    }
    out
}

/// The reverse of [`Escaping::Values`], as its documentation describes it.
fn unescape_values(name: &str) -> String {
    let Some(mut rest) = name.strip_prefix("U__").filter(|_| is_legacy_metric_name(name)) else {
        return name.to_owned();
    };
    let mut out = String::new();
    while let Some(at) = rest.find('_') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('_') {
            out.push('_');
            rest = after;
            continue;
        }
        let (number, after) = rest.split_once('_').unwrap();
        out.push(char::from_u32(u32::from_str_radix(number, 16).unwrap()).unwrap());
        rest = after;
    }
    out + rest
}
