//! Canaries in whatever may hold a secret: none comes out again, in any fault, at any level.

use std::{thread, time::Duration};

use bytes::Bytes;
use http::Response;
use telemetry_init::{ProcessEnvironment, Providers, Settings};
use telemetry_testkit::{Fault, FaultReceiver, free_port};
use tracing::level_filters::LevelFilter;

use crate::{
    child::{PROTOCOLS, run, say},
    work::work,
};

/// In whatever the program is given: variables, headers, files.
const CANARY: &str = "c4n4ry";

/// In the collector's answers, and nowhere else: no header of ours gives it away as a secret.
const FOREIGN: &str = "s3rv3rw0rd";

#[test]
fn no_secret_comes_out_in_any_fault() {
    let words = format!("your key {CANARY} is wrong, take {FOREIGN}");
    let answer = |status: u16| {
        let body = Bytes::from(words.clone());
        let response = Response::builder().status(status).header("x-echo", &words).body(body).unwrap();
        Fault::Answer(response)
    };
    let grpc = |code| Fault::Grpc { code, message: words.clone(), retry_after: None };
    let redirect = || {
        let location = format!("http://user:{FOREIGN}@127.0.0.1:1/?key={CANARY}");
        let response = Response::builder().status(307).header("location", location).body(Bytes::new()).unwrap();
        Fault::Answer(response)
    };
    let message = || Fault::GrpcMessage(Bytes::from(words.clone()));
    let refused = Response::builder().status(200).header("grpc-status", "7").header("grpc-message", &words);
    let refused = Fault::Answer(refused.body(Bytes::new()).unwrap());
    // Field 1 (partial success) holding fields 1 (how many are rejected) and 2 (why).
    let length = u8::try_from(words.len()).unwrap();
    let partial = [&[0x0a, length + 4, 0x08, 3, 0x12, length], words.as_bytes()].concat();
    let partial = Bytes::from(partial);
    // Nothing rejected, and something to say all the same.
    let advice = Bytes::from([&[0x0a, length + 2, 0x12, length], words.as_bytes()].concat());
    let partial_json = format!(
        r#"{{"partialSuccess":{{"rejectedSpans":"3","rejectedLogRecords":"3","rejectedDataPoints":"3","errorMessage":"{words}"}}}}"#
    );
    let drip = || Fault::Drip(Response::new(Bytes::from(words.clone())));
    let faults = [
        Fault::Accept,
        answer(200),
        answer(400),
        answer(401),
        answer(503),
        grpc(8),
        grpc(14),
        grpc(16),
        message(),
        Fault::GrpcMessage(partial.clone()),
        Fault::GrpcMessage(advice.clone()),
        Fault::Answer(Response::new(partial)),
        Fault::Answer(Response::new(advice)),
        Fault::Answer(Response::new(Bytes::from(partial_json))),
        refused,
        redirect(),
        drip(),
        Fault::Endless,
        Fault::Hang,
        Fault::Reset,
    ];
    let nowhere = format!("http://127.0.0.1:{}", free_port().unwrap());
    thread::scope(|threads| {
        for protocol in PROTOCOLS {
            let (faults, nowhere) = (&faults, &nowhere);
            threads.spawn(move || {
                for fault in faults {
                    check_fault(protocol, fault);
                }
                check(protocol, nowhere, "nobody listens", &[]);
                check(protocol, "http://collector.invalid:4318", "the proxy is away", &[]);
                // These switch telemetry off, so they stand alone.
                for file in ["OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CERTIFICATE"] {
                    let content = format!("-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----");
                    check(protocol, nowhere, file, &[(file, &content)]);
                }
            });
        }
    });
}

fn check_fault(protocol: &str, fault: &Fault) {
    let shown = format!("{fault:?}");
    let fault = fault.clone();
    let receiver = FaultReceiver::start(move |_| fault.clone()).unwrap();
    check(protocol, receiver.endpoint(), &shown, &[]);
    let requests = receiver.requests();
    assert!(!requests.is_empty(), "{protocol} {shown}");
    assert!(requests.iter().all(|request| request.headers["x-key"] == CANARY), "the header itself is sent");
    let exported = requests.iter().any(|request| holds_canary(&request.body));
    assert!(!exported, "{protocol} {shown}: in the exported telemetry");
}

/// Runs a scenario with canaries in every variable that may hold a secret.
fn check(protocol: &str, endpoint: &str, fault: &str, further: &[(&str, &str)]) {
    let with_secrets = endpoint.replace("http://", &format!("http://user:{CANARY}@"));
    let headers = format!("authorization=Bearer%20{CANARY},x-key={CANARY},broken {CANARY}");
    let traces = format!("{endpoint}/v1/traces?token={CANARY}");
    let proxy = format!("http://user:{CANARY}@127.0.0.1:1/?key={CANARY}");
    let mut variables = vec![
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &traces),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", &with_secrets),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_EXPORTER_OTLP_HEADERS", &headers),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", &headers),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", &headers),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", &headers),
        // Nobody listens there; what goes to this machine goes around it.
        ("HTTP_PROXY", &proxy),
        ("HTTPS_PROXY", &proxy),
        ("RUST_LOG", "trace"),
    ];
    variables.extend_from_slice(further);
    let outcome = run("secrets", &variables);
    let is_leak = |line: &&str| [CANARY, FOREIGN].iter().any(|canary| line.contains(canary));
    let leaks: Vec<_> = outcome.output.lines().filter(is_leak).collect();
    assert!(leaks.is_empty(), "{protocol} {fault}: {leaks:#?}");
    assert_eq!(outcome.values["done"], "yes");
}

fn holds_canary(body: &[u8]) -> bool {
    let holds = |canary: &str| body.windows(canary.len()).any(|window| window == canary.as_bytes());
    [CANARY, FOREIGN].into_iter().any(holds)
}

pub(crate) fn child() {
    let (mut settings, diagnostics) = Settings::from_environment(&ProcessEnvironment);
    settings.span_level = LevelFilter::TRACE;
    settings.log_level = LevelFilter::TRACE;
    println!("{settings:?}\n{diagnostics:?}");
    for diagnostic in &diagnostics {
        println!("{diagnostic}");
    }
    let providers = match Providers::build(settings) {
        Ok(providers) => providers,
        Err(error) => {
            println!("{error} {error:?}");
            return say("done", "yes");
        }
    };
    println!("{providers:?}");
    let telemetry = providers.install().unwrap();
    work();
    let report = telemetry.flush(Duration::from_secs(3));
    println!("{report} {report:?} {telemetry:?}");
    println!("{}", telemetry.shutdown(Duration::from_secs(3)));
    say("done", "yes");
}
