//! The peers, each called the way its documentation shows, with text labels that are not known beforehand.

use lasso::ThreadedRodeo;
use measured::CounterVec;
use measured_derive::LabelGroup;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
};

use super::{VALUES, definitions::Outcome, sdk::text};
use crate::measure::Subject;

pub(crate) struct Peers {
    prometheus: IntCounterVec,
    prometheus_histogram: HistogramVec,
    prometheus_client: Family<OwnedText, Counter>,
    metrics: PrometheusRecorder,
    measured: CounterVec<MeasuredTextSet>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OwnedText {
    text: String,
}

#[derive(Clone, Copy, PartialEq, Debug, LabelGroup)]
#[label(set = MeasuredTextSet)]
struct MeasuredText<'a> {
    #[label(dynamic_with = ThreadedRodeo, default)]
    text: &'a str,
}

impl Peers {
    pub(crate) fn new() -> Self {
        let bounds = vec![0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        Self {
            prometheus: IntCounterVec::new(Opts::new("text", "A text label"), &["text"]).expect("a valid metric"),
            prometheus_histogram: HistogramVec::new(HistogramOpts::new("time", "Times").buckets(bounds), &["outcome"])
                .expect("a valid metric"),
            prometheus_client: Family::default(),
            metrics: PrometheusBuilder::new().build_recorder(),
            measured: CounterVec::with_label_set(MeasuredTextSet::new()),
        }
    }

    /// Counters with one text label, every value of which has been seen before.
    pub(crate) fn text_counters<'a>(&'a self, texts: &'a [String]) -> Vec<Subject<'a>> {
        vec![
            Subject::new("prometheus with_label_values", |_, iterations| {
                for n in 0..iterations {
                    self.prometheus.with_label_values(&[&texts[n as usize % VALUES]]).inc();
                }
            }),
            Subject::new("prometheus-client get_or_create", |_, iterations| {
                for n in 0..iterations {
                    self.prometheus_client.get_or_create(&OwnedText { text: texts[n as usize % VALUES].clone() }).inc();
                }
            }),
            Subject::new("metrics counter!", |_, iterations| {
                metrics::with_local_recorder(&self.metrics, || {
                    for n in 0..iterations {
                        metrics::counter!("text", "text" => texts[n as usize % VALUES].clone()).increment(1);
                    }
                });
            }),
            Subject::new("measured inc", |_, iterations| {
                for n in 0..iterations {
                    self.measured.inc(MeasuredText { text: &texts[n as usize % VALUES] });
                }
            }),
        ]
    }

    pub(crate) fn histogram<'a>(&'a self, labels: &'a [(Outcome, bool)], values: &'a [f64]) -> Subject<'a> {
        Subject::new("prometheus with_label_values observe", |_, iterations| {
            for n in 0..iterations {
                let (outcome, _) = labels[n as usize % VALUES];
                self.prometheus_histogram.with_label_values(&[text(outcome)]).observe(values[n as usize % VALUES]);
            }
        })
    }
}
