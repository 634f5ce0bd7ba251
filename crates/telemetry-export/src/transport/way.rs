//! The way to a host: straight, or through a proxy's tunnel.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Uri, uri::Authority};
use hyper_util::{
    client::legacy::connect::{HttpConnector, proxy::Tunnel},
    rt::TokioIo,
};
use tokio::net::TcpStream;
use tower::Service;

use crate::proxy::Proxy;

/// Opens connections, to which TLS is added above if the target is https.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Straight(HttpConnector),
    Tunnel(Tunnel<HttpConnector>),
}

impl Way {
    pub(super) fn new(tcp: HttpConnector, proxy: Option<&Proxy>) -> Self {
        let Some(proxy) = proxy else { return Self::Straight(tcp) };
        let tunnel = Tunnel::new(proxy.uri().clone(), tcp);
        Self::Tunnel(match proxy.authorization() {
            Some(authorization) => tunnel.with_auth(authorization.clone()),
            None => tunnel,
        })
    }
}

impl Service<Uri> for Way {
    type Response = TokioIo<TcpStream>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, ctx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        match self {
            Self::Straight(tcp) => tcp.poll_ready(ctx).map_err(Into::into),
            Self::Tunnel(tunnel) => tunnel.poll_ready(ctx).map_err(Into::into),
        }
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        match self {
            Self::Straight(tcp) => {
                let connecting = tcp.call(target);
                Box::pin(async move { Ok(connecting.await?) })
            }
            Self::Tunnel(tunnel) => {
                let connecting = tunnel.call(with_port(target));
                Box::pin(async move { Ok(connecting.await?) })
            }
        }
    }
}

/// The tunnel takes 443 for every target without a port.
fn with_port(target: Uri) -> Uri {
    if target.port().is_some() || target.scheme_str() == Some("https") {
        return target;
    }
    let Some(authority) = target.host().and_then(|host| format!("{host}:80").parse::<Authority>().ok()) else {
        return target;
    };
    let mut parts = target.clone().into_parts();
    parts.authority = Some(authority);
    Uri::from_parts(parts).unwrap_or(target)
}
