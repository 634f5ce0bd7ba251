//! Proxy variables: honoured on the way to other machines, and never on the way to this one.

use telemetry_testkit::{Fault, FaultReceiver, OtlpReceiver};

use crate::{
    child::{PROTOCOLS, endpoint, run, sending_to},
    tunnel::Tunnels,
    work::expect_all,
};

#[test]
fn proxy_variables_are_honoured() {
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let proxy = Tunnels::start(&endpoint(protocol, &receiver));
        let mut variables = sending_to(protocol, "http://collector.example:4318");
        variables.extend([("HTTP_PROXY", proxy.address()), ("NO_PROXY", "other.example")]);
        run("work", &variables);
        expect_all(&receiver, protocol);
        let heads = proxy.heads();
        assert!(heads.iter().all(|head| head.starts_with("CONNECT collector.example:4318 ")), "{heads:?}");

        variables.retain(|(name, _)| *name != "NO_PROXY");
        variables.push(("NO_PROXY", "example"));
        run("work", &variables);
        assert_eq!(proxy.heads().len(), heads.len(), "an excepted host is not reached through it");
    }
}

#[test]
fn proxy_variables_do_not_concern_loopback() {
    let proxy = FaultReceiver::start(|_| Fault::Accept).unwrap();
    for protocol in PROTOCOLS {
        let receiver = OtlpReceiver::start().unwrap();
        let endpoint = endpoint(protocol, &receiver);
        let mut variables = sending_to(protocol, &endpoint);
        variables.extend(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY"].map(|name| (name, proxy.endpoint())));
        run("work", &variables);
        expect_all(&receiver, protocol);
    }
    assert!(proxy.requests().is_empty());
}
