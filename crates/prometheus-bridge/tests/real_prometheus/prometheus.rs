//! A running Prometheus, and what it says.

use std::{fmt::Write as _, fs, net::SocketAddr, time::Duration};

use serde_json::Value;
use telemetry_testkit::{Program, find_program, free_port, http_get, wait_until};

const WATCHDOG: Duration = Duration::from_secs(60);

pub(crate) struct Prometheus {
    api: SocketAddr,
    _program: Program,
    _folder: tempfile::TempDir,
}

impl Prometheus {
    /// Starts it with a job for each target; `None` where it is not installed.
    pub(crate) fn start(targets: &[(&str, SocketAddr)], flags: &[&str]) -> Option<Self> {
        let program = find_program("prometheus")?;
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("prometheus.yml");
        let mut text = "global: { scrape_interval: 1s }\nscrape_configs:\n".to_owned();
        for (job, address) in targets {
            writeln!(text, "- job_name: {job}\n  static_configs: [{{ targets: ['{address}'] }}]").unwrap();
        }
        fs::write(&config, text).unwrap();
        let api = SocketAddr::from(([127, 0, 0, 1], free_port().unwrap()));
        let mut arguments = vec![
            format!("--config.file={}", config.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            format!("--web.listen-address={api}"),
        ];
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        let program = Program::start(program, &arguments, &[]).unwrap();
        Some(Self { api, _program: program, _folder: folder })
    }

    /// Waits until the job was scraped several times: it was up each time, and each time all of these samples were there
    /// and became a series each.
    pub(crate) fn expect_steady(&self, job: &str, samples: u32) {
        self.expect_up(job);
        let scrapes = wait_until(WATCHDOG, || {
            let scrapes = self.query(&format!("count_over_time(up{{job='{job}'}}[10m])"))?;
            scrapes.first().is_some_and(|(_, count)| *count >= 3.0).then_some(())
        });
        assert!(scrapes.is_some(), "{job} is not scraped again");
        let samples = f64::from(samples);
        for (query, expected) in [
            (format!("min_over_time(up{{job='{job}'}}[10m])"), 1.0),
            (format!("min_over_time(scrape_samples_scraped{{job='{job}'}}[10m])"), samples),
            (format!("max_over_time(scrape_samples_scraped{{job='{job}'}}[10m])"), samples),
            // What is there twice in a scrape is one series, and Prometheus says nothing if the values are the same.
            (format!("count({{job='{job}',__name__!~'up|scrape_.*'}})"), samples),
        ] {
            let found = self.value(&query);
            assert_eq!(found.to_bits(), expected.to_bits(), "{query}: {found}, and not {expected}");
        }
    }

    /// Prometheus took every sample that it was ever shown.
    pub(crate) fn expect_nothing_refused(&self) {
        let metrics = http_get(self.api, "/metrics").unwrap();
        for name in [
            "prometheus_target_scrapes_sample_duplicate_timestamp_total",
            "prometheus_target_scrapes_sample_out_of_order_total",
            "prometheus_target_scrapes_sample_out_of_bounds_total",
            "prometheus_tsdb_out_of_order_samples_total{type=\"float\"}",
        ] {
            let line = metrics.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
            let line = line.unwrap_or_else(|| panic!("this Prometheus does not count {name}"));
            assert!(line.ends_with(" 0"), "{line}");
        }
    }

    /// Waits until the job was scraped, with what went wrong if it was not.
    fn expect_up(&self, job: &str) {
        let mut last = Value::Null;
        let up = wait_until(WATCHDOG, || {
            let targets: Value = serde_json::from_str(&http_get(self.api, "/api/v1/targets").ok()?).ok()?;
            last = targets["data"]["activeTargets"].as_array()?.iter().find(|it| it["scrapePool"] == job)?.clone();
            (last["health"] != "unknown").then_some(last["health"] == "up")
        });
        assert_eq!(up, Some(true), "{job}: {last}");
    }

    /// The value of a query that has one series, once there is one.
    pub(crate) fn value(&self, query: &str) -> f64 {
        let mut last = Vec::new();
        let value = wait_until(WATCHDOG, || {
            last = self.query(query)?;
            if let [(_, value)] = last.as_slice() { Some(*value) } else { None }
        });
        value.unwrap_or_else(|| panic!("{query}: {last:?}"))
    }

    /// The series of an instant query, labels and values.
    pub(crate) fn query(&self, text: &str) -> Option<Vec<(Value, f64)>> {
        let mut path = "/api/v1/query?query=".to_owned();
        for byte in text.bytes() {
            write!(path, "%{byte:02x}").unwrap();
        }
        let answer: Value = serde_json::from_str(&http_get(self.api, &path).ok()?).ok()?;
        let results = answer["data"]["result"].as_array()?;
        Some(
            results
                .iter()
                .filter_map(|result| Some((result["metric"].clone(), result["value"][1].as_str()?.parse().ok()?)))
                .collect(),
        )
    }
}
