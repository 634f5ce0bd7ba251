//! The off rule over all combinations of what decides it, with what then runs counted.

use std::{collections::BTreeMap, fs, sync::mpsc, time::Duration};

use telemetry_init::{Logs, Metrics, Providers, Settings, Traces};

use crate::child::{WATCHDOG, run, say};

/// The variables that decide, each with the values that make a difference.
const DECIDE: [(&str, &[&str]); 8] = [
    ("OTEL_SDK_DISABLED", &["", "true"]),
    ("ENABLE_TRACING", &["", "false"]),
    ("ENABLE_METRICS", &["", "true", "false"]),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", &["", "http://127.0.0.1:9"]),
    ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &["", "http://127.0.0.1:9"]),
    ("OTEL_TRACES_EXPORTER", &["", "none", "otlp"]),
    ("OTEL_METRICS_EXPORTER", &["", "none", "otlp", "prometheus", "otlp,prometheus"]),
    ("OTEL_LOGS_EXPORTER", &["", "none", "otlp"]),
];

/// Read apart from the others: whether a scrape is asked for.
const PORT: [&str; 2] = ["", "0"];

/// What must be on, by the table of the design and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the table")]
struct On {
    traces: bool,
    pushed: bool,
    scraped: bool,
    logs: bool,
}

impl On {
    fn expected(set: &BTreeMap<&str, &str>) -> Self {
        let has = |name: &str| set.get(name).is_some_and(|value| !value.is_empty());
        let is = |name: &str, value: &str| set.get(name) == Some(&value);
        if is("OTEL_SDK_DISABLED", "true") {
            return Self { traces: false, pushed: false, scraped: false, logs: false };
        }
        let tracing = !is("ENABLE_TRACING", "false");
        let metrics = is("ENABLE_METRICS", "true") || tracing && !is("ENABLE_METRICS", "false");
        let generic = has("OTEL_EXPORTER_OTLP_ENDPOINT");
        // By name if a list is set, else by what else is set.
        let exported = |list: &str, exporter: &str, otherwise: bool| {
            if has(list) { set[list].split(',').any(|word| word == exporter) } else { otherwise }
        };
        let of_metrics = generic || has("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
        Self {
            traces: tracing && exported("OTEL_TRACES_EXPORTER", "otlp", generic),
            pushed: metrics && exported("OTEL_METRICS_EXPORTER", "otlp", of_metrics),
            scraped: metrics && exported("OTEL_METRICS_EXPORTER", "prometheus", has("OTEL_EXPORTER_PROMETHEUS_PORT")),
            logs: (tracing || metrics) && exported("OTEL_LOGS_EXPORTER", "otlp", generic),
        }
    }

    fn of(settings: &Settings) -> Self {
        let (pushed, scraped) = match &settings.metrics {
            Metrics::On { otlp, prometheus, .. } => (otlp.is_some(), prometheus.is_some()),
            Metrics::Off(_) => (false, false),
        };
        Self {
            traces: matches!(settings.traces, Traces::On { .. }),
            pushed,
            scraped,
            logs: matches!(settings.logs, Logs::On { .. }),
        }
    }

    /// Of traces, metrics and logs.
    fn exporters(self) -> (usize, usize, usize) {
        (usize::from(self.traces), usize::from(self.pushed) + usize::from(self.scraped), usize::from(self.logs))
    }

    fn exports(self) -> bool {
        self.traces || self.pushed || self.logs
    }
}

/// Every combination, as what is set.
fn combinations() -> Vec<BTreeMap<&'static str, &'static str>> {
    let mut all = vec![BTreeMap::from([("OTEL_EXPORTER_PROMETHEUS_HOST", "")])];
    for (name, values) in DECIDE.into_iter().chain([("OTEL_EXPORTER_PROMETHEUS_PORT", &PORT[..])]) {
        let with = |value: &&'static str| {
            let value = *value;
            all.iter().cloned().map(move |mut set: BTreeMap<_, _>| {
                set.insert(name, value);
                set
            })
        };
        all = values.iter().flat_map(with).collect();
    }
    all
}

#[test]
fn every_combination_is_on_and_off_by_the_table() {
    let combinations = combinations();
    for set in &combinations {
        let (settings, _) = Settings::from_environment(set);
        assert_eq!(On::of(&settings), On::expected(set), "{set:?}");
    }
    println!("{} combinations", combinations.len());
    assert_eq!(combinations.len(), 4_320);
}

#[test]
fn what_is_off_has_no_thread_no_socket_and_no_exporter() {
    let outcome = run("off_rule", &[]);
    assert_eq!(outcome.values["wrong"], "0", "{}", outcome.out);
    println!("{} combinations built", outcome.values["built"]);
}

/// How many combinations are built for each outcome of the rule. What runs depends on the settings alone, and that these
/// are right is shown for every combination above; building all 4,320 takes two minutes.
const BUILT: usize = 8;

/// One process for all: it builds, counts, and lets go.
pub(crate) fn child() {
    let (mut built, mut wrong, mut outcomes) = (0, 0, Vec::new());
    let idle = Running::now();
    for set in combinations() {
        let on = On::expected(&set);
        if outcomes.iter().filter(|earlier| **earlier == on).count() == BUILT {
            continue;
        }
        outcomes.push(on);
        built += 1;
        let (mut settings, _) = Settings::from_environment(&set);
        if let Metrics::On { prometheus: Some(listen), .. } = &mut settings.metrics {
            *listen = listen_anywhere(listen.clone());
        }
        let providers = Providers::build(settings).unwrap();
        let running = Running::now();
        let expected = Running {
            threads: idle.threads + usize::from(on.exports()) + usize::from(on.scraped),
            sockets: idle.sockets + usize::from(on.scraped),
        };
        let exporters = providers.exporters();
        let counts = (exporters.traces, exporters.metrics, exporters.logs);
        if running != expected || counts != on.exporters() {
            wrong += 1;
            println!("{set:?}: {running:?} {exporters:?}, wanted {expected:?} {:?}", on.exporters());
        }
        drop(providers);
        idle.wait();
    }
    say("built", built);
    say("wrong", wrong);
}

fn listen_anywhere(mut listen: telemetry_init::Listen) -> telemetry_init::Listen {
    // One address, so that there is one socket.
    "127.0.0.1".clone_into(&mut listen.host);
    listen.port = 0;
    listen
}

/// The threads of the process and its network sockets.
#[derive(Debug, PartialEq, Eq)]
struct Running {
    threads: usize,
    sockets: usize,
}

impl Running {
    fn now() -> Self {
        let threads = fs::read_dir("/proc/self/task").unwrap().count();
        let files = fs::read_dir("/proc/self/fd").unwrap().flatten();
        let targets = files.filter_map(|file| fs::read_link(file.path()).ok());
        // A runtime wakes itself by a socket pair; what is listened on or connected has an entry in the tables.
        let known = ["tcp", "tcp6", "udp", "udp6"]
            .map(|table| fs::read_to_string(format!("/proc/self/net/{table}")).unwrap_or_default());
        let is_network = |inode: &str| known.iter().any(|table| table.split_whitespace().any(|word| word == inode));
        let sockets = targets
            .filter(|target| {
                let target = target.to_string_lossy();
                target.strip_prefix("socket:[").is_some_and(|rest| is_network(rest.trim_end_matches(']')))
            })
            .count();
        Self { threads, sockets }
    }

    /// Until as much runs as then.
    fn wait(&self) {
        let (_never, pause) = mpsc::channel::<()>();
        for _ in 0..WATCHDOG.as_millis() {
            if Self::now() == *self {
                return;
            }
            let _ = pause.recv_timeout(Duration::from_millis(1));
        }
        panic!("still running: {:?}", Self::now());
    }
}
