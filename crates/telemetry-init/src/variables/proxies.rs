//! The variables by which many programs agree on proxies.

use telemetry_export::Proxy;

use crate::{
    settings::proxies,
    variable::{Entry, Parsed, Shown, Standing, Variable},
};

variables! {
    HTTP_PROXY: Proxy {
        does: "The proxy on the way to http endpoints; it opens a tunnel, by CONNECT.",
        default: "none",
        allowed: "http://host:port or host:port, with user:password@ before the host if it wants credentials",
        beyond: "hosts of this machine are never reached through a proxy; only this spelling is read",
        standing: Honoured,
        shown: Never,
        parse: proxies::proxy,
    }
    HTTPS_PROXY: Proxy {
        does: "The proxy on the way to https endpoints; it opens a tunnel, by CONNECT, and sees nothing of what is inside.",
        default: "none",
        allowed: "as HTTP_PROXY",
        beyond: "as HTTP_PROXY",
        standing: Honoured,
        shown: Never,
        parse: proxies::proxy,
    }
    NO_PROXY: String {
        does: "Hosts that are reached without a proxy.",
        default: "none",
        allowed: "names with everything below them, addresses, networks such as 10.0.0.0/8, or *, separated by commas",
        beyond: "only this spelling is read",
        standing: Honoured,
        shown: Whole,
        parse: |text| Parsed::Good(text.to_owned()),
    }
}
