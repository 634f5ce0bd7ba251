//! A real Prometheus scrapes the running service.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use telemetry_testkit::{Program, find_program, free_port, http_get, wait_until};

use crate::running::{WATCHDOG, start};

/// The queries of the seed document, character for character.
const SUCCESS_RATE: &str = r#"sum(rate(script_executions_total{status="completed"}[5m])) /
sum(rate(script_executions_total[5m]))"#;
const P99_DURATION: &str =
    "histogram_quantile(0.99, sum(rate(script_execution_duration_bucket[5m])) by (le, lang_and_version))";
const REJECTION_RATE: &str = "sum(rate(rate_limit_rejected_total[5m])) /
sum(rate(rate_limit_requests_total[5m]))";
const QUEUE_DEPTH: &str = "avg_over_time(execution_queue_depth[1h])";

#[test]
fn prometheus_scrapes_the_service_and_the_seeds_queries_find_the_truth() {
    let (Some(prometheus), Some(_)) = (find_program("prometheus"), find_program("promtool")) else { return };
    let mut service = start(&["--for", "10m"], &[]);
    service.program.expect_line(WATCHDOG, "1 s ");

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("prometheus.yml");
    let target = service.address;
    fs::write(
        &config,
        format!(
            "global: {{ scrape_interval: 1s }}\n\
             scrape_configs:\n- job_name: service\n  static_configs:\n  - targets: ['{target}']\n"
        ),
    )
    .unwrap();
    let api = SocketAddr::from(([127, 0, 0, 1], free_port().unwrap()));
    let _prometheus = Program::start(
        prometheus,
        &[
            format!("--config.file={}", config.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            format!("--web.listen-address={api}"),
        ],
        &[],
    )
    .unwrap();

    let first = wait_until(WATCHDOG, || query(api, "script_executions_total").filter(|found| !found.is_empty()));
    assert!(first.is_some(), "Prometheus never saw the counter");
    let begin = progress(&mut service.program);
    // The load is steady; twelve seconds of it are some three thousand requests.
    let end = (0..12).map(|_| progress(&mut service.program)).last().unwrap();

    let targets: Value = serde_json::from_str(&http_get(api, "/api/v1/targets").unwrap()).unwrap();
    assert_eq!(targets["data"]["activeTargets"][0]["health"], "up", "{targets}");
    let asked = |text| query(api, text).unwrap();
    for text in [SUCCESS_RATE, P99_DURATION, REJECTION_RATE, QUEUE_DEPTH] {
        let found = asked(text);
        assert!(found.len() == 1 && found[0].is_finite(), "{text}: {found:?}");
    }
    let done = end.since(&begin);
    assert_close(
        "success rate",
        asked(SUCCESS_RATE)[0],
        done.completed / (done.completed + done.failed + done.timeout),
    );
    assert_close("rejection rate", asked(REJECTION_RATE)[0], done.rejected / done.requests);

    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    promtool.stdin.take().unwrap().write_all(service.scrape().as_bytes()).unwrap();
    let checked = promtool.wait_with_output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

fn assert_close(what: &str, found: f64, truth: f64) {
    assert!((found - truth).abs() <= 0.05 * truth, "{what}: Prometheus says {found}, the load {truth}");
}

/// What the load counted so far, from the line that the service prints every second.
struct Progress {
    requests: f64,
    completed: f64,
    failed: f64,
    timeout: f64,
    rejected: f64,
}

fn progress(service: &mut Program) -> Progress {
    let line = service.expect_line(Duration::from_secs(10), " requests, ");
    let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let number = |name| {
        let at = words.iter().position(|word| *word == name).unwrap_or_else(|| panic!("no {name} in {line}"));
        words[at - 1].parse().unwrap()
    };
    Progress {
        requests: number("requests"),
        completed: number("completed"),
        failed: number("failed"),
        timeout: number("timeout"),
        rejected: number("rejected"),
    }
}

impl Progress {
    fn since(&self, begin: &Self) -> Self {
        Self {
            requests: self.requests - begin.requests,
            completed: self.completed - begin.completed,
            failed: self.failed - begin.failed,
            timeout: self.timeout - begin.timeout,
            rejected: self.rejected - begin.rejected,
        }
    }
}

/// The values of an instant query.
fn query(api: SocketAddr, text: &str) -> Option<Vec<f64>> {
    let mut path = "/api/v1/query?query=".to_owned();
    for byte in text.bytes() {
        write!(path, "%{byte:02x}").ok()?;
    }
    let answer: Value = serde_json::from_str(&http_get(api, &path).ok()?).ok()?;
    let results = answer["data"]["result"].as_array()?;
    Some(results.iter().filter_map(|result| result["value"][1].as_str()?.parse().ok()).collect())
}
