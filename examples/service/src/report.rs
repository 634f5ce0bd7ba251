//! What the service says at its end, as text.

mod scrape;
mod totals;

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

pub(crate) use self::{
    scrape::{Scrape, fetch},
    totals::{Totals, received_totals},
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
}

/// The last scrape.
#[derive(Debug)]
pub(crate) struct Scraped {
    /// Where it was made.
    pub(crate) address: String,
    /// What it held, or why there is nothing.
    pub(crate) result: Result<Scrape, String>,
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
            write_scraped(f, scraped, self.collector.as_ref())?;
        }
        writeln!(f, "\nShutdown")?;
        self.shutdown.lines().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

fn write_load(f: &mut Formatter<'_>, load: &Counts) -> fmt::Result {
    writeln!(f, "\nAnswers to the built-in load: {}", load.total())?;
    for outcome in Outcome::ALL {
        writeln!(f, "  {:<32} {:>10}", outcome.name(), load.of(outcome))?;
    }
    Ok(())
}

fn write_collector(f: &mut Formatter<'_>, collector: &Collector) -> fmt::Result {
    writeln!(f, "\nReceived over OTLP at {}", collector.endpoint)?;
    write_totals(f, &collector.metrics)?;
    writeln!(f, "  {:<32} {:>10}", "span", "count")?;
    for (name, count) in &collector.spans {
        writeln!(f, "  {name:<32} {count:>10}")?;
    }
    Ok(())
}

fn write_scraped(f: &mut Formatter<'_>, scraped: &Scraped, collector: Option<&Collector>) -> fmt::Result {
    let scrape = match &scraped.result {
        Ok(scrape) => scrape,
        Err(error) => return writeln!(f, "\nNo scrape of {}: {error}", scraped.address),
    };
    let (families, series) = (scrape.families, scrape.series);
    writeln!(f, "\nScrape of {}: {families} families, {series} series", scraped.address)?;
    write_totals(f, &scrape.totals)?;
    let Some(collector) = collector else {
        return Ok(());
    };
    match collector.metrics.differences(&scrape.totals).as_slice() {
        [] => writeln!(f, "  OTLP and scrape agree on {} metrics", collector.metrics.len()),
        names => writeln!(f, "  OTLP and scrape DIFFER on {}", names.join(", ")),
    }
}

fn write_totals(f: &mut Formatter<'_>, totals: &Totals) -> fmt::Result {
    writeln!(f, "  {:<32} {:>10}  total", "metric", "series")?;
    for (name, total) in totals.iter() {
        writeln!(f, "  {name:<32} {:>10}  {total}", total.series)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
