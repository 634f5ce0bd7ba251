//! What the service says at its end, as text.

mod scrape;
mod totals;

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

pub(crate) use self::{
    scrape::{Scrape, fetch},
    totals::{Comparison, Totals, received_totals},
};
use crate::load::{Counts, Outcome};

/// Everything there is to say; what does not apply is `None`.
#[derive(Debug)]
pub(crate) struct Report {
    /// What the built-in load got for answers.
    pub(crate) load: Option<Counts>,
    /// What the embedded collector got.
    pub(crate) collector: Option<Collector>,
    /// What the last scrape held.
    pub(crate) scraped: Option<Scraped>,
    /// Whether nothing changed from the one look to the other.
    pub(crate) at_rest: bool,
    /// How telemetry ended, a line per signal.
    pub(crate) shutdown: String,
}

/// What the embedded collector got.
#[derive(Debug)]
pub(crate) struct Collector {
    /// Where it listened.
    pub(crate) endpoint: String,
    /// Its metrics when the scrape was made.
    pub(crate) metrics: Totals,
    /// Spans by name, after the shutdown.
    pub(crate) spans: BTreeMap<String, u64>,
    /// Log records, after the shutdown.
    pub(crate) log_records: u64,
}

/// The last scrape.
#[derive(Debug)]
pub(crate) struct Scraped {
    /// Where it was made.
    pub(crate) address: String,
    /// What it held, or why there is nothing.
    pub(crate) result: Result<Scrape, String>,
}

impl Report {
    /// Whether both outputs say the same; `None` where that cannot be said.
    pub(crate) fn comparison(&self) -> Option<Comparison> {
        let (collector, scraped) = (self.collector.as_ref()?, self.scraped.as_ref()?);
        let scrape = scraped.result.as_ref().ok()?;
        self.at_rest.then(|| collector.metrics.compare(&scrape.totals))
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(load) = &self.load {
            write_load(f, load)?;
        }
        if let Some(collector) = &self.collector {
            write_collector(f, collector)?;
        }
        if let Some(scraped) = &self.scraped {
            write_scraped(f, scraped)?;
        }
        match self.comparison() {
            Some(Comparison { same, different }) if different.is_empty() => {
                writeln!(f, "  OTLP and scrape agree on {same} metrics")?;
            }
            Some(Comparison { different, .. }) => {
                writeln!(f, "  OTLP and scrape DIFFER on {}", different.join(", "))?;
            }
            None if self.at_rest => {}
            None => writeln!(f, "  OTLP and scrape are not compared: something was still going on")?,
        }
        writeln!(f, "\nShutdown")?;
        self.shutdown.lines().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Room for the longest name.
const NAME: usize = 52;

fn write_load(f: &mut Formatter<'_>, load: &Counts) -> fmt::Result {
    writeln!(f, "\nAnswers to the built-in load: {}", load.total())?;
    for outcome in Outcome::ALL {
        writeln!(f, "  {:<NAME$} {:>10}", outcome.name(), load.of(outcome))?;
    }
    Ok(())
}

fn write_collector(f: &mut Formatter<'_>, collector: &Collector) -> fmt::Result {
    writeln!(f, "\nReceived over OTLP at {}", collector.endpoint)?;
    write_totals(f, &collector.metrics)?;
    writeln!(f, "  {:<NAME$} {:>10}", "span", "count")?;
    for (name, count) in &collector.spans {
        writeln!(f, "  {name:<NAME$} {count:>10}")?;
    }
    writeln!(f, "  {:<NAME$} {:>10}", "log records", collector.log_records)
}

fn write_scraped(f: &mut Formatter<'_>, scraped: &Scraped) -> fmt::Result {
    let address = &scraped.address;
    match &scraped.result {
        Ok(Scrape { families, series, totals }) => {
            writeln!(f, "\nScrape of {address}: {families} families, {series} series")?;
            write_totals(f, totals)
        }
        Err(error) => writeln!(f, "\nNo scrape of {address}: {error}"),
    }
}

fn write_totals(f: &mut Formatter<'_>, totals: &Totals) -> fmt::Result {
    writeln!(f, "  {:<NAME$} {:>10}  total", "metric", "series")?;
    for (name, total) in totals.iter() {
        writeln!(f, "  {name:<NAME$} {:>10}  {total}", total.series)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
