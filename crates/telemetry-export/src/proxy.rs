//! Proxies on the way to a target.

use std::{
    fmt::{self, Debug, Formatter},
    net::IpAddr,
};

use http::{HeaderValue, Uri, uri::Scheme};
use hyper_util::client::proxy::matcher::Matcher;

/// An HTTP proxy that opens a tunnel to any host, by `CONNECT`.
///
/// It prints without its credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    uri: Uri,
    authorization: Option<HeaderValue>,
}

impl Proxy {
    /// A proxy at `http://host:port` or `host:port`, with `user:password@` before the host if it wants credentials.
    ///
    /// Fails when it is no such URL; proxies that are spoken to over TLS or SOCKS are not supported.
    ///
    /// ```
    /// let proxy = telemetry_export::Proxy::new("http://user:secret@proxy.example:3128")?;
    /// assert_eq!(format!("{proxy:?}"), "Proxy(proxy.example:3128)");
    /// # Ok::<(), telemetry_export::ProxyError>(())
    /// ```
    pub fn new(url: &str) -> Result<Self, ProxyError> {
        // A single word may be anything.
        let has_port = || url.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if !url.contains("://") && !has_port() {
            return Err(ProxyError);
        }
        let anywhere = Uri::from_static("http://anywhere");
        let proxy = Matcher::builder().all(url).build().intercept(&anywhere).ok_or(ProxyError)?;
        if proxy.uri().scheme() != Some(&Scheme::HTTP) || proxy.uri().host().is_none_or(str::is_empty) {
            return Err(ProxyError);
        }
        Ok(Self { uri: proxy.uri().clone(), authorization: proxy.basic_auth().cloned() })
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }
}

impl Debug for Proxy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let port = self.uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        write!(f, "Proxy({}{port})", self.uri.host().unwrap_or_default())
    }
}

/// Not the URL of a proxy. Nothing of it is part of this, because it may hold credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proxy is no http:// URL: write it as http://host:port")]
pub struct ProxyError;

/// Which targets are reached through which proxy.
///
/// Hosts of this machine are always reached directly: `localhost` and what ends in `.localhost`, 127.0.0.0/8 and ::1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: String,
}

impl Proxies {
    /// The proxy for `http` targets.
    #[must_use]
    pub fn with_http(mut self, proxy: Option<Proxy>) -> Self {
        self.http = proxy;
        self
    }

    /// The proxy for `https` targets.
    #[must_use]
    pub fn with_https(mut self, proxy: Option<Proxy>) -> Self {
        self.https = proxy;
        self
    }

    /// Hosts to reach directly, as `NO_PROXY` lists them: names with everything below them, addresses, networks such as
    /// `10.0.0.0/8`, or `*`, separated by commas.
    #[must_use]
    pub fn with_exceptions(mut self, list: &str) -> Self {
        list.clone_into(&mut self.exceptions);
        self
    }

    /// The proxy for `http` targets.
    pub fn http(&self) -> Option<&Proxy> {
        self.http.as_ref()
    }

    /// The proxy for `https` targets.
    pub fn https(&self) -> Option<&Proxy> {
        self.https.as_ref()
    }

    /// The hosts to reach directly, as they were listed.
    pub fn exceptions(&self) -> &str {
        &self.exceptions
    }

    pub(crate) fn on_the_way_to(&self, target: &Uri) -> Option<&Proxy> {
        let proxy = if target.scheme() == Some(&Scheme::HTTPS) { &self.https } else { &self.http };
        let host = target.host()?;
        proxy.as_ref().filter(|_| !is_local(host) && !self.excepts(target))
    }

    fn excepts(&self, target: &Uri) -> bool {
        Matcher::builder().all("http://proxy").no(self.exceptions.as_str()).build().intercept(target).is_none()
    }
}

fn is_local(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Proxies, Proxy};

    #[test]
    fn urls_are_taken_or_refused() {
        let shown = |url: &str| Proxy::new(url).map(|proxy| (format!("{proxy:?}"), proxy.authorization().is_some()));
        let proxy = |text: &str, authorized| Ok((format!("Proxy({text})"), authorized));
        assert_eq!(shown("http://proxy:3128"), proxy("proxy:3128", false));
        assert_eq!(shown("proxy:3128"), proxy("proxy:3128", false));
        assert_eq!(shown("http://user:p%40ss@proxy"), proxy("proxy", true));
        for refused in ["", "proxy", "0", "https://proxy:3128", "socks5://proxy:1080", "http://", "a b"] {
            assert!(shown(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn each_target_has_its_way() {
        let proxies = Proxies::default()
            .with_http(Some(Proxy::new("http://plain").unwrap()))
            .with_https(Some(Proxy::new("http://tls").unwrap()))
            .with_exceptions("inside.example, 10.0.0.0/8");
        let way = |target: &str| proxies.on_the_way_to(&target.parse().unwrap()).map(|proxy| format!("{proxy:?}"));
        assert_eq!(way("http://collector.example:4318").as_deref(), Some("Proxy(plain)"));
        assert_eq!(way("https://collector.example").as_deref(), Some("Proxy(tls)"));
        for direct in [
            "http://inside.example",
            "https://a.inside.example:4317",
            "http://10.1.2.3:4318",
            "http://localhost:4318",
            "http://LOCALHOST.:4318",
            "https://127.1.2.3",
            "http://[::1]:4318",
            "http://collector.localhost",
        ] {
            assert_eq!(way(direct), None, "{direct}");
        }
        let none = proxies.with_exceptions("*");
        assert!(none.on_the_way_to(&"http://collector.example".parse().unwrap()).is_none());
    }
}
