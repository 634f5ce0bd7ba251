//! Forty counters and forty histograms, and the label values of their series.

use metrics_define::domain;

use super::{COUNTER_SERIES, HISTOGRAM_SERIES};

macro_rules! metrics {
    ($($module:ident $counter:literal $histogram:literal,)*) => {
        $(
            /// Metrics for measuring
            #[domain(title = "Benchmark", prefixes = ["scrape"])]
            mod $module {
                /// Calls
                #[counter(name = $counter, unit = "{call}")]
                pub(crate) struct Calls<'a> {
                    #[label(max_values = 200)]
                    pub(crate) route: &'a str,
                }

                /// Times
                #[histogram(name = $histogram, unit = "s",
                            buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
                pub(crate) struct Time<'a> {
                    #[label(max_values = 50)]
                    pub(crate) route: &'a str,
                }
            }
        )*

        /// Records every series of every metric.
        pub(crate) fn record_all() {
            $(
                for (series, route) in routes(COUNTER_SERIES).iter().enumerate() {
                    $module::Calls { route }.add(1 + series as u64);
                }
                for (series, route) in routes(HISTOGRAM_SERIES).iter().enumerate() {
                    $module::Time { route }.record(value(series));
                }
            )*
        }
    };
}

metrics! {
    m00 "scrape.calls.c00" "scrape.time.h00",
    m01 "scrape.calls.c01" "scrape.time.h01",
    m02 "scrape.calls.c02" "scrape.time.h02",
    m03 "scrape.calls.c03" "scrape.time.h03",
    m04 "scrape.calls.c04" "scrape.time.h04",
    m05 "scrape.calls.c05" "scrape.time.h05",
    m06 "scrape.calls.c06" "scrape.time.h06",
    m07 "scrape.calls.c07" "scrape.time.h07",
    m08 "scrape.calls.c08" "scrape.time.h08",
    m09 "scrape.calls.c09" "scrape.time.h09",
    m10 "scrape.calls.c10" "scrape.time.h10",
    m11 "scrape.calls.c11" "scrape.time.h11",
    m12 "scrape.calls.c12" "scrape.time.h12",
    m13 "scrape.calls.c13" "scrape.time.h13",
    m14 "scrape.calls.c14" "scrape.time.h14",
    m15 "scrape.calls.c15" "scrape.time.h15",
    m16 "scrape.calls.c16" "scrape.time.h16",
    m17 "scrape.calls.c17" "scrape.time.h17",
    m18 "scrape.calls.c18" "scrape.time.h18",
    m19 "scrape.calls.c19" "scrape.time.h19",
    m20 "scrape.calls.c20" "scrape.time.h20",
    m21 "scrape.calls.c21" "scrape.time.h21",
    m22 "scrape.calls.c22" "scrape.time.h22",
    m23 "scrape.calls.c23" "scrape.time.h23",
    m24 "scrape.calls.c24" "scrape.time.h24",
    m25 "scrape.calls.c25" "scrape.time.h25",
    m26 "scrape.calls.c26" "scrape.time.h26",
    m27 "scrape.calls.c27" "scrape.time.h27",
    m28 "scrape.calls.c28" "scrape.time.h28",
    m29 "scrape.calls.c29" "scrape.time.h29",
    m30 "scrape.calls.c30" "scrape.time.h30",
    m31 "scrape.calls.c31" "scrape.time.h31",
    m32 "scrape.calls.c32" "scrape.time.h32",
    m33 "scrape.calls.c33" "scrape.time.h33",
    m34 "scrape.calls.c34" "scrape.time.h34",
    m35 "scrape.calls.c35" "scrape.time.h35",
    m36 "scrape.calls.c36" "scrape.time.h36",
    m37 "scrape.calls.c37" "scrape.time.h37",
    m38 "scrape.calls.c38" "scrape.time.h38",
    m39 "scrape.calls.c39" "scrape.time.h39",
}

/// Records one series that exists.
pub(crate) fn record_one() {
    m00::Calls { route: "/api/v1/things/7/parts" }.inc();
}

pub(crate) fn routes(series: usize) -> Vec<String> {
    (0..series).map(|n| format!("/api/v1/things/{n}/parts")).collect()
}

pub(crate) fn value(series: usize) -> f64 {
    0.001 * (series + 1) as f64
}
