//! What `/metrics` answers, summed up.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    time::Duration,
};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use super::totals::Totals;

/// The content of one scrape.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scrape {
    /// Metric families, `target_info` among them.
    pub(super) families: usize,
    /// Lines with a value: what Prometheus would store a series for.
    pub(super) series: usize,
    /// The families that come from instruments.
    pub(super) totals: Totals,
}

/// Fetches `url` as Prometheus would.
pub(crate) async fn fetch(url: &str, within: Duration) -> Result<Scrape, String> {
    match tokio::time::timeout(within, get(url)).await {
        Ok(Ok(text)) => Ok(Scrape::parse(&text)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {within:?}")),
    }
}

async fn get(url: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let response = client.get(url.parse()?).await?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("the answer is {status}").into());
    }
    let body = Limited::new(response.into_body(), MAX_BODY).collect().await?;
    Ok(String::from_utf8(body.to_bytes().into())?)
}

const MAX_BODY: usize = 16 << 20;

impl Scrape {
    /// Reads the text format 0.0.4, as far as a sum per family needs it: names, kinds, values.
    pub(crate) fn parse(text: &str) -> Self {
        let mut scrape = Self::default();
        let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
        let mut families = BTreeSet::new();
        for line in text.lines() {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (family, kind) = kind.split_once(' ').unwrap_or((kind, ""));
                kinds.insert(family, kind);
                families.insert(family);
            } else if let Some((name, value)) = sample(line) {
                scrape.series += 1;
                scrape.add(name, value, &kinds);
            }
        }
        scrape.families = families.len();
        scrape
    }

    fn add(&mut self, name: &str, value: f64, kinds: &BTreeMap<&str, &str>) {
        let histogram = |suffix| {
            let family = name.strip_suffix(suffix)?;
            (kinds.get(family) == Some(&"histogram")).then_some(family)
        };
        if let Some(family) = histogram("_count") {
            let total = self.totals.entry(family);
            total.series += 1;
            *total.count.get_or_insert(0) += whole(value);
        } else if let Some(family) = histogram("_sum") {
            self.totals.entry(family).sum += value;
        } else if histogram("_bucket").is_none() && name != "target_info" {
            let total = self.totals.entry(name);
            total.series += 1;
            total.sum += value;
        }
    }
}

/// Name and value of a line like `name{label="value"} 1`. This service's scrape carries no timestamps, so the value is
/// what follows the last space, whatever the labels hold.
fn sample(line: &str) -> Option<(&str, f64)> {
    if line.starts_with('#') {
        return None;
    }
    let (series, value) = line.rsplit_once(' ')?;
    let (name, _) = series.split_once('{').unwrap_or((series, ""));
    Some((name, value.parse().ok()?))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count is a whole number that is not negative"
)]
fn whole(count: f64) -> u64 {
    count as u64
}
