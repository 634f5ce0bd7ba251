//! The certificate variables, from the environment to a TLS server that asks who the client is.

use std::{ffi::OsString, fs, path::Path};

use telemetry_testkit::OtlpReceiver;

use crate::{
    certificates::{Authority, Validity},
    child,
    terminator::{Terminator, Versions},
};

/// The files of a service and the authorities behind them.
struct Files {
    folder: tempfile::TempDir,
    servers: Authority,
    clients: Authority,
}

impl Files {
    fn new() -> Self {
        let (folder, servers, clients) = (tempfile::tempdir().unwrap(), Authority::new(), Authority::new());
        let client = clients.issue("service", Validity::Now);
        let other = clients.issue("service", Validity::Now);
        for (name, content) in [
            ("roots.pem", servers.pem()),
            ("client.pem", client.certificate_pem()),
            ("client.key", client.key_pem()),
            ("other.key", other.key_pem()),
        ] {
            fs::write(folder.path().join(name), content).unwrap();
        }
        Self { folder, servers, clients }
    }

    /// Starts a service against a server that wants a certificate; how many spans it got out, and its log.
    fn start(&self, protocol: &str, infix: &str, files: &[(&str, &str)]) -> (String, String) {
        let receiver = OtlpReceiver::start().unwrap();
        let base = if protocol == "grpc" { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        let issued = self.servers.issue("localhost", Validity::Now);
        let server = Terminator::start(&base, &issued, Some(&self.clients), Versions::Safe);
        let of_files = files.iter().map(|(name, file)| {
            (format!("OTEL_EXPORTER_OTLP_{infix}{name}"), Path::new(self.folder.path()).join(file).into_os_string())
        });
        let others = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", server.endpoint("localhost")),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.to_owned()),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "500".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), OsString::from(value)));
        let outcome = child::run("start", of_files.chain(others));
        assert!(outcome.status.success(), "{}", outcome.log);
        let sent = outcome.out.lines().find_map(|line| line.strip_prefix("ended=")).unwrap();
        (sent.to_owned(), outcome.log)
    }
}

const ROOTS: (&str, &str) = ("CERTIFICATE", "roots.pem");
const CLIENT: (&str, &str) = ("CLIENT_CERTIFICATE", "client.pem");
const KEY: (&str, &str) = ("CLIENT_KEY", "client.key");

#[test]
fn certificates_from_the_environment_are_used() {
    let files = Files::new();
    for protocol in ["grpc", "http/protobuf", "http/json"] {
        for infix in ["", "TRACES_"] {
            let (sent, log) = files.start(protocol, infix, &[ROOTS, CLIENT, KEY]);
            assert_eq!(sent, "Some(1)", "{protocol} {infix}: {log}");
        }
        // Neither the system's roots nor an unknown client get through, and the service ends well.
        for missing in [&[CLIENT, KEY][..], &[ROOTS]] {
            let (sent, log) = files.start(protocol, "", missing);
            assert_eq!(sent, "Some(0)", "{protocol} {missing:?}: {log}");
        }
    }
}

#[test]
fn a_pair_that_does_not_fit_switches_the_signal_off() {
    let files = Files::new();
    for (set, named) in [
        (&[ROOTS, CLIENT, ("CLIENT_KEY", "other.key")][..], "OTEL_EXPORTER_OTLP_CLIENT_KEY: "),
        (&[ROOTS, CLIENT], "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: needs its private key beside it"),
        (&[ROOTS, KEY], "OTEL_EXPORTER_OTLP_CLIENT_KEY: needs its certificate beside it"),
        (&[("CERTIFICATE", "client.key")], "OTEL_EXPORTER_OTLP_CERTIFICATE="),
    ] {
        let (sent, log) = files.start("grpc", "", set);
        assert_eq!(sent, "None", "{set:?}");
        assert!(log.contains(named), "{set:?}: {log}");
        assert!(log.contains("telemetry off: a certificate or key file of OTLP cannot be used"), "{log}");
    }
}
