//! Proxies on the way to the collector.

use telemetry_export::{Proxies, Proxy};

use crate::{
    variable::{Parsed, Reader},
    variables::{HTTP_PROXY, HTTPS_PROXY, NO_PROXY},
};

pub(crate) fn from_environment(reader: &mut Reader<'_>) -> Proxies {
    let (http, https, exceptions) = (reader.read(&HTTP_PROXY), reader.read(&HTTPS_PROXY), reader.read(&NO_PROXY));
    Proxies::default().with_http(http).with_https(https).with_exceptions(&exceptions.unwrap_or_default())
}

pub(crate) fn proxy(text: &str) -> Parsed<Proxy> {
    Proxy::new(text).map_or_else(|error| Parsed::Bad(error.to_string()), Parsed::Good)
}
