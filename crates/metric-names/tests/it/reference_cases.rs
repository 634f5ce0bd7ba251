//! The published cases of prometheus/otlptranslator (51da773): escaped names without a namespace, and labels.
//!
//! "With suffixes" there is [`Naming::Units`] here; "without suffixes" is [`Naming::Plain`] for everything but counters.
//! A summary is asked as a histogram and an unknown type as an up-down counter: neither adds a suffix.

use metric_names::{
    ExposedName,
    Kind::{self, Counter, Gauge, Histogram, UpDownCounter},
    Naming::{self, Plain, Units},
    exposed_name, label_name,
};

#[test]
fn metric_names_are_those_of_the_reference_translator() {
    for (name, unit, kind, naming, expected) in METRICS {
        let ours = exposed_name(name, unit, *kind, *naming).ok();
        let ours = ours.as_ref().map(ExposedName::as_str);
        assert_eq!(ours, *expected, "{name:?} in {unit:?}");
    }
}

#[test]
fn label_names_are_those_of_the_reference_translator() {
    for (key, expected) in LABELS {
        assert_eq!(label_name(key).as_deref(), *expected, "{key:?}");
    }
}

#[rustfmt::skip]
const METRICS: &[(&str, &str, Kind, Naming, Option<&str>)] = &[
    ("simple_metric", "", Gauge, Plain, Some("simple_metric")),
    ("metric@with#special$chars", "", Gauge, Plain, Some("metric_with_special_chars")),
    ("123metric", "", Gauge, Plain, Some("_123metric")),
    ("", "", Gauge, Plain, None),
    ("metric@@##$$name", "", Gauge, Plain, Some("metric_name")),
    ("@#$%", "", Gauge, Plain, None),
    ("@_#_$_%", "", Gauge, Plain, None),
    ("requests", "", Counter, Units, Some("requests_total")),
    ("cpu_usage", "1", Gauge, Units, Some("cpu_usage_ratio")),
    ("items", "1", Counter, Units, Some("items_total")),
    ("response_time", "ms", Gauge, Units, Some("response_time_milliseconds")),
    ("memory_usage", "By", Gauge, Units, Some("memory_usage_bytes")),
    ("requests", "1/s", Gauge, Units, Some("requests_per_second")),
    ("throughput", "By/s", Gauge, Units, Some("throughput_bytes_per_second")),
    ("custom_metric", "custom_unit", Gauge, Units, Some("custom_metric_custom_unit")),
    ("custom_metric", "{custom}", Gauge, Units, Some("custom_metric")),
    ("custom_metric", "By/{custom}", Gauge, Units, Some("custom_metric_bytes")),
    ("requests_total", "", Counter, Units, Some("requests_total")),
    ("cpu_usage_ratio", "1", Gauge, Units, Some("cpu_usage_ratio")),
    ("response_time_seconds", "s", Gauge, Units, Some("response_time_seconds")),
    ("___", "", Gauge, Plain, Some("___")),
    ("metric__with__multiple__underscores", "unit__multiple__underscores", Gauge, Units, Some("metric_with_multiple_underscores_unit_multiple_underscores")),
    ("custom_metric", "unit@with#special/chars", Gauge, Units, Some("custom_metric_unit_with_special_per_chars")),
    ("@#$%", "", Gauge, Units, None),
    ("request_duration", "s", Histogram, Units, Some("request_duration_seconds")),
    ("request_size", "By", Histogram, Units, Some("request_size_bytes")),
    ("response_time", "ms", Histogram, Units, Some("response_time_milliseconds")),
    ("active_connections", "", UpDownCounter, Units, Some("active_connections")),
    ("unknown_metric", "", UpDownCounter, Units, Some("unknown_metric")),
    ("uptime", "d", Gauge, Units, Some("uptime_days")),
    ("duration", "h", Gauge, Units, Some("duration_hours")),
    ("timeout", "min", Gauge, Units, Some("timeout_minutes")),
    ("latency", "us", Gauge, Units, Some("latency_microseconds")),
    ("precision_time", "ns", Gauge, Units, Some("precision_time_nanoseconds")),
    ("cache_size", "KiBy", Gauge, Units, Some("cache_size_kibibytes")),
    ("memory", "MiBy", Gauge, Units, Some("memory_mebibytes")),
    ("storage", "GiBy", Gauge, Units, Some("storage_gibibytes")),
    ("capacity", "TiBy", Gauge, Units, Some("capacity_tebibytes")), // The reference spells it "tibibytes".
    ("transfer", "KBy", Gauge, Units, Some("transfer_kilobytes")),
    ("download", "MBy", Gauge, Units, Some("download_megabytes")),
    ("backup", "GBy", Gauge, Units, Some("backup_gigabytes")),
    ("archive", "TBy", Gauge, Units, Some("archive_terabytes")),
    ("distance", "m", Gauge, Units, Some("distance_meters")),
    ("voltage", "V", Gauge, Units, Some("voltage_volts")),
    ("current", "A", Gauge, Units, Some("current_amperes")),
    ("energy", "J", Gauge, Units, Some("energy_joules")),
    ("power", "W", Gauge, Units, Some("power_watts")),
    ("weight", "g", Gauge, Units, Some("weight_grams")),
    ("temperature", "Cel", Gauge, Units, Some("temperature_celsius")),
    ("frequency", "Hz", Gauge, Units, Some("frequency_hertz")),
    ("cpu_usage", "%", Gauge, Units, Some("cpu_usage_percent")),
    ("requests", "1/m", Gauge, Units, Some("requests_per_minute")),
    ("events", "1/h", Gauge, Units, Some("events_per_hour")),
    ("transactions", "1/d", Gauge, Units, Some("transactions_per_day")),
    ("reports", "1/w", Gauge, Units, Some("reports_per_week")),
    ("invoices", "1/mo", Gauge, Units, Some("invoices_per_month")),
    ("renewals", "1/y", Gauge, Units, Some("renewals_per_year")),
    ("custom", "1/custom_unit", Gauge, Units, Some("custom_per_custom_unit")),
    ("metric", "By/", Gauge, Units, Some("metric_bytes")),
    ("metric", " By / s ", Gauge, Units, Some("metric_bytes_per_second")),
    ("metric", "/", Gauge, Units, Some("metric")),
    ("http.request.duration", "ms", Histogram, Units, Some("http_request_duration_milliseconds")),
    ("http.requests", "1", Counter, Units, Some("http_requests_total")),
];

const LABELS: &[(&str, Option<&str>)] = &[
    ("label:with:colons", Some("label_with_colons")),
    ("LabelWithCapitalLetters", Some("LabelWithCapitalLetters")),
    ("label!with&special$chars)", Some("label_with_special_chars_")),
    ("label_with_foreign_characters_字符", Some("label_with_foreign_characters_")),
    ("label.with.dots", Some("label_with_dots")),
    (".foo", Some("_foo")),
    ("123label", Some("key_123label")),
    ("_label_starting_with_underscore", Some("_label_starting_with_underscore")),
    ("__label_starting_with_2underscores", Some("_label_starting_with_2underscores")),
    ("ようこそ", None),
    ("label__with__double__underscores", Some("label_with_double_underscores")),
    ("label.name__with&&special##chars", Some("label_name_with_special_chars")),
    ("__reserved__label__name__", Some("__reserved_label_name__")),
    ("trailing_underscores___", Some("trailing_underscores_")),
    ("", None),
    ("__", None),
];
