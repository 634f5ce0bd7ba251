//! The service from its start to its end, in the order in which things happen.

mod error;
mod progress;

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use telemetry_init::{Diagnostic, Environment, ProcessEnvironment, Providers, Settings, TelemetryGuard};
use telemetry_testkit::OtlpReceiver;
use tokio::runtime::{self, Runtime};

pub(crate) use self::error::StartError;
use crate::{
    api::{self, Service},
    demo,
    load::{Counts, Load},
    options::{Options, Traffic},
    queue::{CAPACITY, Queue, WORKERS},
    report::{self, Collector, Report, Scraped},
    say,
    script::{Limits, Runner},
};

/// Serves as `options` say, and prints what happened.
pub(crate) fn run(options: &Options) -> Result<(), StartError> {
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

    let report = finish(&runtime, address, &service, load, &telemetry, receiver);
    // Dropping the runtime instead could wait for whatever still hangs in it.
    runtime.shutdown_background();
    say(&report.to_string());
    Ok(())
}

/// Listens before anything else starts: a port in use is the most likely mistake.
fn listen(environment: &impl Environment) -> Result<TcpListener, StartError> {
    let port = port(environment)?;
    let listen = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source| StartError::Listen { port, source })
}

fn port(environment: &impl Environment) -> Result<u16, StartError> {
    const DEFAULT: u16 = 8080;
    let value = environment.value("PORT").unwrap_or_default();
    let text = value.to_string_lossy();
    if text.is_empty() {
        return Ok(DEFAULT);
    }
    text.parse().map_err(|_| StartError::BadPort(text.into_owned()))
}

/// The parts of `telemetry_init::init()`, so that an embedded receiver can come in between. Most services call `init`.
fn start_telemetry(environment: &impl Environment) -> Result<(TelemetryGuard, Option<OtlpReceiver>), StartError> {
    let (mut settings, diagnostics) = Settings::from_environment(environment);
    if settings.service_name.starts_with("unknown_service") {
        "script-service".clone_into(&mut settings.service_name);
    }
    let (settings, receiver) = demo::with_receiver(settings, environment)?;
    let telemetry = Providers::build(settings)?.install()?;
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
fn serve(runtime: &Runtime, listener: TcpListener, router: Router) -> Result<(), StartError> {
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
    let (load, scraped) = runtime.block_on(async {
        let counts = stop_load(load).await;
        service.drain(STEP_WITHIN).await;
        (counts, scrape(address, telemetry).await)
    });
    let collected = receiver.as_ref().map(|receiver| {
        telemetry.flush(STEP_WITHIN);
        receiver.read(report::received_totals)
    });
    let left = stop_by.saturating_duration_since(Instant::now());
    let shutdown = telemetry.shutdown(left).to_string();
    Report {
        load,
        collector: receiver.zip(collected).map(|(receiver, metrics)| Collector {
            endpoint: receiver.http_endpoint(),
            metrics,
            spans: receiver.read(|received| received.span_totals.clone()),
        }),
        scraped,
        shutdown,
    }
}

/// From the end of the run to the end of the process.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// What each step on the way there may take, so that enough is left for the last one.
const STEP_WITHIN: Duration = Duration::from_secs(1);

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
