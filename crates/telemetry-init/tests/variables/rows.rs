//! The table: for each variable what it is read as, where its effect shows, and what that is.

use std::time::Duration;

use telemetry_init::{BatchOptions, Settings};

use crate::{
    effects::{self, Signal},
    odd::CANARY,
};

/// How a variable is read, from which follows what each odd value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` and `false` and nothing else.
    Boolean,
    /// The seeds' booleans, to which 0 belongs.
    LenientBoolean,
    /// 0 to 2^32 - 1.
    Count,
    /// Milliseconds, not 0.
    Interval,
    /// Milliseconds; 0 is no limit.
    Timeout,
    /// 1 to a million; what is larger is cut.
    QueueSize,
    /// 1 to the size of the queue; what is larger is cut.
    BatchSize,
    /// 0 to 1.
    Ratio,
    /// Words that are known.
    Words,
    /// Any text.
    Text,
    /// A host name or an address, as which numbers pass.
    Host,
    /// A TCP port.
    Port,
    /// What cannot be used switches the signal off.
    Vital,
    /// A filter of the console.
    Filter,
    /// What cannot be used counts as unset.
    Pairs,
    /// There is no effect, and each value is answered.
    NoEffect,
    /// Only one value is right.
    One,
    /// A path that is kept as it is.
    Path,
}

type Show = Box<dyn Fn(&Settings) -> String>;

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// What else must be set for the effect to show.
    pub(crate) context: Vec<(String, String)>,
    pub(crate) valid: String,
    pub(crate) garbage: String,
    pub(crate) show: Show,
    /// What shows with the valid value.
    pub(crate) value: String,
    /// What shows with the valid value in other letters.
    pub(crate) other_case: String,
    /// Whether a valid value is answered as well.
    pub(crate) valid_is_answered: bool,
    /// Whether the context is answered while this variable is not set.
    pub(crate) missed: bool,
}

/// What a variable without effect shows.
const NOTHING: &str = "nothing";

const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318");

impl Row {
    fn new(name: &str, kind: Kind, valid: &str, value: &str, show: impl Fn(&Settings) -> String + 'static) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            context: Vec::new(),
            valid: valid.to_owned(),
            garbage: format!("$({CANARY}) %zz"),
            show: Box::new(show),
            value: value.to_owned(),
            other_case: value.to_owned(),
            valid_is_answered: false,
            missed: false,
        }
    }

    fn with(mut self, context: (&str, &str)) -> Self {
        self.context.push((context.0.to_owned(), context.1.to_owned()));
        self
    }

    fn other_case(mut self, value: &str) -> Self {
        value.clone_into(&mut self.other_case);
        self
    }

    fn no_effect(name: &str, valid: &str) -> Self {
        Self { valid_is_answered: true, ..Self::new(name, Kind::NoEffect, valid, NOTHING, |_| NOTHING.to_owned()) }
    }

    fn text(name: &str, show: impl Fn(&Settings) -> String + 'static) -> Self {
        Self::new(name, Kind::Text, "some Text", "some Text", show).other_case("SOME tEXT")
    }

    fn count(name: &str, show: impl Fn(&Settings) -> String + 'static) -> Self {
        Self::new(name, Kind::Count, "7", "7", show)
    }
}

/// All of them. `pem` is a certificate, `key` its key, as files.
pub(crate) fn rows(pem: &str, key: &str) -> Vec<Row> {
    let mut rows = general();
    rows.extend(selection());
    rows.extend(traces());
    rows.extend(metrics());
    rows.extend(limits());
    rows.extend(logs());
    rows.extend(seeds());
    rows.extend(own());
    rows.extend(proxies());
    for (infix, signal) in
        [("", Signal::Traces), ("TRACES_", Signal::Traces), ("METRICS_", Signal::Metrics), ("LOGS_", Signal::Logs)]
    {
        rows.extend(otlp(infix, signal, pem, key));
    }
    rows.push(Row::no_effect("OTEL_EXPORTER_OTLP_SPAN_INSECURE", "true"));
    rows.push(Row::no_effect("OTEL_EXPORTER_OTLP_METRIC_INSECURE", "true"));
    rows
}

fn general() -> Vec<Row> {
    let propagators = |settings: &Settings| format!("{:?}", settings.propagators);
    let own_level = |settings: &Settings| format!("{:?}", settings.own_level);
    vec![
        Row::new("OTEL_SDK_DISABLED", Kind::Boolean, "true", "off: OTEL_SDK_DISABLED is true", effects::traces)
            .with(ENDPOINT),
        Row::new("OTEL_PROPAGATORS", Kind::Words, "baggage", "[Baggage]", propagators),
        Row::new("OTEL_LOG_LEVEL", Kind::Words, "debug", "Some(LevelFilter::DEBUG)", own_level),
        Row::new("OTEL_CONFIG_FILE", Kind::Path, "/etc/otel.yaml", "/etc/otel.yaml", |settings| {
            settings.config_file.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
        })
        .other_case("/ETC/OTEL.YAML"),
        Row::no_effect("OTEL_EXPERIMENTAL_CONFIG_FILE", "/etc/otel.yaml"),
        Row::no_effect("OTEL_ENTITIES", "service{}"),
    ]
}

fn selection() -> Vec<Row> {
    vec![
        Row::new("OTEL_TRACES_EXPORTER", Kind::Words, "otlp,console", "otlp,console", effects::traces).with(ENDPOINT),
        Row::new("OTEL_METRICS_EXPORTER", Kind::Words, "console,prometheus", "prometheus,console", effects::metrics)
            .with(ENDPOINT),
        Row::new("OTEL_LOGS_EXPORTER", Kind::Words, "none", "off: the exporter is none", effects::logs).with(ENDPOINT),
    ]
}

fn batch(prefix: &str, options: fn(&Settings) -> BatchOptions) -> Vec<Row> {
    let row = |suffix: &str, kind, show: fn(BatchOptions) -> String| {
        Row::new(&format!("{prefix}_{suffix}"), kind, "300", "300", move |settings| show(options(settings)))
            .with(ENDPOINT)
    };
    vec![
        row("SCHEDULE_DELAY", Kind::Interval, |options| options.schedule_delay.as_millis().to_string()),
        row("EXPORT_TIMEOUT", Kind::Timeout, |options| match options.export_timeout {
            Duration::MAX => "no limit".to_owned(),
            timeout => timeout.as_millis().to_string(),
        }),
        row("MAX_QUEUE_SIZE", Kind::QueueSize, |options| options.max_queue_size.to_string()),
        row("MAX_EXPORT_BATCH_SIZE", Kind::BatchSize, |options| options.max_batch_size.to_string()),
    ]
}

fn traces() -> Vec<Row> {
    let sampling = |settings: &Settings| format!("{:?}", settings.sampling);
    let mut rows = batch("OTEL_BSP", effects::span_batch);
    rows.extend([
        Row::new("OTEL_TRACES_SAMPLER", Kind::Words, "always_off", "AlwaysOff", sampling),
        Row::new("OTEL_TRACES_SAMPLER_ARG", Kind::Ratio, "0.25", "TraceIdRatio(Ratio(0.25))", sampling)
            .with(("OTEL_TRACES_SAMPLER", "traceidratio")),
        Row::no_effect("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://z:9411/api/v2/spans"),
        Row::no_effect("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "10000"),
        Row::no_effect("OTEL_EXPORTER_ZIPKIN_PROTOCOL", "http/json"),
    ]);
    rows
}

fn logs() -> Vec<Row> {
    batch("OTEL_BLRP", effects::log_batch)
}

fn metrics() -> Vec<Row> {
    let interval = |settings: &Settings| settings.metric_interval.as_millis().to_string();
    let metric_timeout = |settings: &Settings| effects::timeout(settings, Signal::Metrics);
    vec![
        Row::new("OTEL_METRIC_EXPORT_INTERVAL", Kind::Interval, "300", "300", interval),
        Row::new("OTEL_METRIC_EXPORT_TIMEOUT", Kind::Timeout, "300", "300", metric_timeout)
            .with(ENDPOINT)
            .with(("OTEL_EXPORTER_OTLP_TIMEOUT", "0")),
        Row::new("OTEL_METRICS_EXEMPLAR_FILTER", Kind::One, "always_off", NOTHING, |_| NOTHING.to_owned()),
        Row::new(
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            Kind::Words,
            "lowmemory",
            "LowMemory",
            |settings| format!("{:?}", settings.temporality),
        ),
        Row::new(
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            Kind::Words,
            "base2_exponential_bucket_histogram",
            "Base2Exponential",
            |settings| format!("{:?}", settings.histograms),
        ),
        host("OTEL_EXPORTER_PROMETHEUS_HOST"),
        port("OTEL_EXPORTER_PROMETHEUS_PORT"),
    ]
}

fn host(name: &str) -> Row {
    Row::new(name, Kind::Host, "box.example", "box.example:9464", effects::listen).other_case("BOX.EXAMPLE:9464")
}

fn port(name: &str) -> Row {
    Row::new(name, Kind::Port, "9100", "localhost:9100", effects::listen)
}

fn limits() -> Vec<Row> {
    vec![
        Row::count("OTEL_ATTRIBUTE_COUNT_LIMIT", |settings| settings.log_limits.attributes.to_string()),
        Row::count("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", |settings| effects::limit(settings.span_limits.value_length)),
        Row::count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", |settings| settings.span_limits.attributes.to_string()),
        Row::count("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", |settings| {
            effects::limit(settings.span_limits.value_length)
        })
        .with(("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "99")),
        Row::count("OTEL_SPAN_EVENT_COUNT_LIMIT", |settings| settings.span_limits.events.to_string()),
        Row::count("OTEL_SPAN_LINK_COUNT_LIMIT", |settings| settings.span_limits.links.to_string()),
        Row::count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", |settings| {
            settings.span_limits.attributes_per_event.to_string()
        }),
        Row::count("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", |settings| settings.span_limits.attributes_per_link.to_string()),
        Row::count("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", |settings| settings.log_limits.attributes.to_string())
            .with(("OTEL_ATTRIBUTE_COUNT_LIMIT", "99")),
        Row::count("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", |settings| {
            effects::limit(settings.log_limits.value_length)
        }),
    ]
}

fn seeds() -> Vec<Row> {
    let name = |settings: &Settings| settings.service_name.clone();
    vec![
        Row::text("TRACING_SERVICE_NAME", name),
        Row::text("OTEL_SERVICE_VERSION", |settings| effects::attribute(settings, "service.version")),
        Row::text("DEPLOYMENT_ENV", |settings| effects::attribute(settings, "deployment.environment.name")),
        Row::new("ENABLE_TRACING", Kind::LenientBoolean, "no", "off: ENABLE_TRACING is false", effects::traces)
            .with(ENDPOINT),
        Row::new("ENABLE_METRICS", Kind::LenientBoolean, "off", "off: ENABLE_METRICS is false", effects::metrics)
            .with(ENDPOINT),
        host("PROMETHEUS_HOST"),
        port("PROMETHEUS_PORT"),
        Row::new("METRICS_EXPORT_INTERVAL_MS", Kind::Interval, "300", "300", |settings| {
            settings.metric_interval.as_millis().to_string()
        }),
        Row::new("TRACES_EXPORT_BATCH_SIZE", Kind::BatchSize, "300", "300", |settings| {
            effects::span_batch(settings).max_batch_size.to_string()
        })
        .with(ENDPOINT),
        Row::new("METRICS_SAMPLE_RATE", Kind::One, "1.0", NOTHING, |_| NOTHING.to_owned()),
        Row::no_effect("STATSD_HOST", "localhost"),
        Row::no_effect("STATSD_PORT", "8125"),
    ]
}

fn own() -> Vec<Row> {
    vec![
        Row::text("OTEL_SERVICE_NAME", |settings| settings.service_name.clone()),
        Row::new("OTEL_RESOURCE_ATTRIBUTES", Kind::Pairs, "team=a%2Cb", "a,b", |settings| {
            effects::attribute(settings, "team")
        })
        // Keys are told apart by case.
        .other_case("none"),
        Row::new("RUST_LOG", Kind::Filter, "warn", "warn", |settings| settings.console_filter.clone())
            .other_case("WARN"),
        Row::new("OTELIER_RESOURCE_DETECTORS", Kind::Words, "host,os", "[Host, Os]", |settings| {
            format!("{:?}", settings.resource_detectors)
        }),
    ]
}

fn proxies() -> Vec<Row> {
    let secret = format!("https://user:{CANARY}@proxy/");
    vec![
        Row {
            garbage: secret.clone(),
            ..Row::new("HTTP_PROXY", Kind::Pairs, "http://proxy:3128", "Some(Proxy(proxy:3128))", |settings| {
                format!("{:?}", settings.proxies.http())
            })
            .other_case("Some(Proxy(PROXY:3128))")
        },
        Row {
            garbage: secret,
            ..Row::new("HTTPS_PROXY", Kind::Pairs, "proxy:3128", "Some(Proxy(proxy:3128))", |settings| {
                format!("{:?}", settings.proxies.https())
            })
            .other_case("Some(Proxy(PROXY:3128))")
        },
        Row::text("NO_PROXY", |settings| settings.proxies.exceptions().to_owned()),
    ]
}

fn otlp(infix: &str, signal: Signal, pem: &str, key: &str) -> Vec<Row> {
    let name = |suffix: &str| format!("OTEL_EXPORTER_OTLP_{infix}{suffix}");
    let path = match (infix, signal) {
        ("", _) => "/v1/traces",
        _ => "/",
    };
    let off = "off: a certificate or key file of OTLP cannot be used";
    let secret = format!("http://user:{CANARY}@h:x/?key={CANARY}");
    let secret_pair = format!("broken {CANARY}");
    let tls = "Tls { root_certificates: 1, client_certificate: false }";
    let identity = "Tls { root_certificates: 0, client_certificate: true }";
    let https = ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c:4318");
    vec![
        Row {
            garbage: secret,
            ..Row::new(
                &name("ENDPOINT"),
                Kind::Vital,
                "http://d:1",
                &format!("http/protobuf http://d:1{path}"),
                move |settings| effects::endpoint(settings, signal),
            )
            .other_case(&format!("http/protobuf http://D:1{path}"))
        },
        Row::new(&name("PROTOCOL"), Kind::Words, "grpc", "grpc http://c:4318", move |settings| {
            effects::endpoint(settings, signal)
        })
        .with(ENDPOINT),
        Row {
            garbage: secret_pair,
            ..Row::new(
                &name("HEADERS"),
                Kind::Pairs,
                &format!("key={CANARY}"),
                r#"Headers(["key"])"#,
                move |settings| effects::headers(settings, signal),
            )
            .with(ENDPOINT)
        },
        Row::new(&name("TIMEOUT"), Kind::Timeout, "300", "300", move |settings| effects::timeout(settings, signal))
            .with(ENDPOINT)
            .with(("OTEL_METRIC_EXPORT_TIMEOUT", "0")),
        Row::new(&name("COMPRESSION"), Kind::Words, "gzip", "gzip", move |settings| {
            effects::compression(settings, signal)
        })
        .with(ENDPOINT),
        Row::new(&name("INSECURE"), Kind::Boolean, "true", "grpc http://c:1", move |settings| {
            effects::endpoint(settings, signal)
        })
        .with(("OTEL_EXPORTER_OTLP_ENDPOINT", "c:1"))
        .with(("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")),
        Row::new(&name("CERTIFICATE"), Kind::Vital, pem, tls, move |settings| effects::tls(settings, signal))
            .with(https)
            .other_case(off),
        Row {
            missed: true,
            ..Row::new(&name("CLIENT_KEY"), Kind::Vital, key, identity, move |settings| effects::tls(settings, signal))
                .with(https)
                .with((&name("CLIENT_CERTIFICATE"), pem))
                .other_case(off)
        },
        Row {
            missed: true,
            ..Row::new(&name("CLIENT_CERTIFICATE"), Kind::Vital, pem, identity, move |settings| {
                effects::tls(settings, signal)
            })
            .with(https)
            .with((&name("CLIENT_KEY"), key))
            .other_case(off)
        },
    ]
}
