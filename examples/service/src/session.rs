//! The service from its start to its end, in the order in which things happen.

mod error;
mod progress;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use metrics_catalog::{catalog, execution, rate_limit};
use telemetry_init::{Diagnostic, Environment, ProcessEnvironment, Providers, Settings, TelemetryGuard};
use telemetry_testkit::OtlpReceiver;
use tokio::runtime::{self, Runtime};

pub(crate) use self::error::SessionError;
use crate::{
    api::{self, Service},
    demo,
    load::{Counts, Load},
    options::{Options, Traffic},
    queue::{CAPACITY, Queue, WORKERS},
    report::{self, Collector, Comparison, Report, Scraped},
    say,
    script::{Limits, Runner},
};

catalog! {
    /// What the service measures. Whatever begins with a zero is there from the start, and no metric that is made by name can
    /// take the name of one of these.
    static MEASURED = [execution::DEFINITION, rate_limit::DEFINITION];
}

/// Serves as `options` say, and prints what happened.
pub(crate) fn run(options: &Options) -> Result<(), SessionError> {
    let listener = listen(&ProcessEnvironment)?;
    let address = listener.local_addr()?;
    let (telemetry, receiver) = start_telemetry(&ProcessEnvironment)?;
    let queue = Queue::start(WORKERS, CAPACITY, Runner::new(Limits::default()))?;
    let service = Arc::new(Service::new(queue));
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;

    let router = with_metrics(api::router(Arc::clone(&service)), &telemetry);
    serve(&runtime, listener, router)?;
    say(&progress::announcement(address, receiver.as_ref()));
    let load = runtime.block_on(async {
        let load = (options.traffic == Traffic::BuiltIn).then(|| Load::start(address));
        progress::show_until_the_end(options.run_for, load.as_ref(), receiver.as_ref()).await;
        load
    });
    say("stopping\n");

    let report = finish(&runtime, address, &service, load, &telemetry, receiver);
    // Dropping the runtime instead could wait for whatever still hangs in it.
    runtime.shutdown_background();
    say(&report.to_string());
    judge(&report)
}

/// A demonstration in which the two outputs disagree has failed, and whoever runs it unattended must notice.
fn judge(report: &Report) -> Result<(), SessionError> {
    if let (Some(_), Some(Scraped { result: Err(error), .. })) = (&report.collector, &report.scraped) {
        return Err(SessionError::NoScrape(error.clone()));
    }
    match report.comparison() {
        Some(Comparison { different, .. }) if !different.is_empty() => Err(SessionError::Differ(different)),
        _ => Ok(()),
    }
}

/// Listens before anything else starts: a port in use is the most likely mistake.
fn listen(environment: &impl Environment) -> Result<TcpListener, SessionError> {
    let port = port(environment)?;
    let listen = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source| SessionError::Listen { port, source })
}

fn port(environment: &impl Environment) -> Result<u16, SessionError> {
    const DEFAULT: u16 = 8080;
    let value = environment.value("PORT").unwrap_or_default();
    let text = value.to_string_lossy();
    if text.is_empty() {
        return Ok(DEFAULT);
    }
    text.parse().map_err(|_| SessionError::BadPort(text.into_owned()))
}

/// The parts of `telemetry_init::init()`, so that an embedded receiver can come in between. Most services call `init`.
fn start_telemetry(environment: &impl Environment) -> Result<(TelemetryGuard, Option<OtlpReceiver>), SessionError> {
    let (mut settings, diagnostics) = Settings::from_environment(environment);
    if settings.service_name.starts_with("unknown_service") {
        "script-service".clone_into(&mut settings.service_name);
    }
    let (settings, receiver) = demo::with_receiver(settings, environment)?;
    let telemetry = Providers::build(settings)?.install()?.with_catalog(&MEASURED);
    diagnostics.iter().for_each(Diagnostic::log);
    Ok((telemetry, receiver))
}

/// Mounts the scrape beside the service's own routes, if metrics are on.
fn with_metrics(router: Router, telemetry: &TelemetryGuard) -> Router {
    match telemetry.scrape_service() {
        Some(scrape) => router.route_service(METRICS, scrape),
        None => router,
    }
}

const METRICS: &str = "/metrics";

/// Serves in the background for as long as the runtime lives.
fn serve(runtime: &Runtime, listener: TcpListener, router: Router) -> Result<(), SessionError> {
    let _context = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    runtime.spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// Stops the load, then the service, then looks at both outputs while nothing changes any more, then stops telemetry:
/// all before [`STOP_WITHIN`] has passed, whatever the collector does.
fn finish(
    runtime: &Runtime,
    address: SocketAddr,
    service: &Service,
    load: Option<Load>,
    telemetry: &TelemetryGuard,
    receiver: Option<OtlpReceiver>,
) -> Report {
    let stop_by = Instant::now() + STOP_WITHIN;
    let (load, mut at_rest, scraped) = runtime.block_on(async {
        let counts = stop_load(load).await;
        let drained = service.drain(STEP_WITHIN).await;
        (counts, drained, scrape(address, telemetry).await)
    });
    let collected = receiver.as_ref().map(|receiver| {
        at_rest &= !telemetry.flush(STEP_WITHIN).timed_out;
        receiver.read(report::received_totals)
    });
    let left = stop_by.saturating_duration_since(Instant::now());
    let shutdown = telemetry.shutdown(left).to_string();
    Report {
        load,
        collector: receiver.zip(collected).map(|(receiver, metrics)| {
            let (spans, log_records) = receiver.read(|received| (received.span_totals.clone(), received.logs_received));
            Collector { endpoint: receiver.http_endpoint(), metrics, spans, log_records }
        }),
        scraped,
        at_rest,
        shutdown,
    }
}

/// From the end of the run to the end of telemetry: within the 5.25 s that the process has, with time to spare.
const STOP_WITHIN: Duration = Duration::from_millis(4_500);

/// What each of the four steps before the last one may take; the last one has what is left, at least as much.
const STEP_WITHIN: Duration = Duration::from_millis(900);

async fn stop_load(load: Option<Load>) -> Option<Counts> {
    match load {
        Some(load) => Some(load.stop(STEP_WITHIN).await),
        None => None,
    }
}

async fn scrape(address: SocketAddr, telemetry: &TelemetryGuard) -> Option<Scraped> {
    telemetry.scrape_service()?;
    let address = format!("http://{address}{METRICS}");
    let result = report::fetch(&address, STEP_WITHIN).await;
    Some(Scraped { address, result })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn verdict(scraped: Result<&str, &str>, at_rest: bool) -> Option<String> {
        let endpoint = "http://127.0.0.1:4318".to_owned();
        let (metrics, spans) = (report::Totals::default(), BTreeMap::new());
        let result = scraped.map(report::Scrape::parse).map_err(str::to_owned);
        let report = Report {
            load: None,
            collector: Some(Collector { endpoint, metrics, spans, log_records: 0 }),
            scraped: Some(Scraped { address: "http://127.0.0.1:8080/metrics".to_owned(), result }),
            at_rest,
            shutdown: String::new(),
        };
        judge(&report).err().map(|error| error.to_string())
    }

    #[test]
    fn a_demonstration_whose_outputs_differ_has_failed() {
        let one = "# TYPE script_executions_total counter\nscript_executions_total 1\n";
        let differ = "OTLP and scrape differ on script.executions.total; both must show the same";
        assert_eq!(verdict(Ok(one), true).as_deref(), Some(differ));
        assert_eq!(verdict(Ok(one), false), None);
        assert_eq!(verdict(Ok(""), true), None);
        assert_eq!(verdict(Err("refused"), true).as_deref(), Some("the service's own scrape failed: refused"));
    }

    fn port_of(value: &str) -> Result<u16, String> {
        port(&BTreeMap::from([("PORT", value)])).map_err(|error| error.to_string())
    }

    #[test]
    fn the_port() {
        assert_eq!(port_of(""), Ok(8080));
        assert_eq!(port_of("0"), Ok(0));
        assert_eq!(port_of("65535"), Ok(65535));
        for bad in ["65536", "-1", "http", " 8080", "tcp://10.0.0.1:8080"] {
            let error = port_of(bad).unwrap_err();
            assert!(error.contains("PORT") && error.contains(bad), "{error}");
        }
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let error = listen(&BTreeMap::from([("PORT", port.as_str())])).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("PORT") && text.contains(&port), "{text}");
    }
}
