//! Forty counters and forty histograms, and the label values of their series.

use metrics_define::domain;

use super::{COUNTER_SERIES, HISTOGRAM_SERIES};

macro_rules! metrics {
    ($($module:ident $counter:literal $histogram:literal,)*) => {
        $(
            /// Metrics for measuring
            #[domain(title = "Benchmark", prefixes = ["load"])]
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
    m00 "load.calls.c00" "load.time.h00",
    m01 "load.calls.c01" "load.time.h01",
    m02 "load.calls.c02" "load.time.h02",
    m03 "load.calls.c03" "load.time.h03",
    m04 "load.calls.c04" "load.time.h04",
    m05 "load.calls.c05" "load.time.h05",
    m06 "load.calls.c06" "load.time.h06",
    m07 "load.calls.c07" "load.time.h07",
    m08 "load.calls.c08" "load.time.h08",
    m09 "load.calls.c09" "load.time.h09",
    m10 "load.calls.c10" "load.time.h10",
    m11 "load.calls.c11" "load.time.h11",
    m12 "load.calls.c12" "load.time.h12",
    m13 "load.calls.c13" "load.time.h13",
    m14 "load.calls.c14" "load.time.h14",
    m15 "load.calls.c15" "load.time.h15",
    m16 "load.calls.c16" "load.time.h16",
    m17 "load.calls.c17" "load.time.h17",
    m18 "load.calls.c18" "load.time.h18",
    m19 "load.calls.c19" "load.time.h19",
    m20 "load.calls.c20" "load.time.h20",
    m21 "load.calls.c21" "load.time.h21",
    m22 "load.calls.c22" "load.time.h22",
    m23 "load.calls.c23" "load.time.h23",
    m24 "load.calls.c24" "load.time.h24",
    m25 "load.calls.c25" "load.time.h25",
    m26 "load.calls.c26" "load.time.h26",
    m27 "load.calls.c27" "load.time.h27",
    m28 "load.calls.c28" "load.time.h28",
    m29 "load.calls.c29" "load.time.h29",
    m30 "load.calls.c30" "load.time.h30",
    m31 "load.calls.c31" "load.time.h31",
    m32 "load.calls.c32" "load.time.h32",
    m33 "load.calls.c33" "load.time.h33",
    m34 "load.calls.c34" "load.time.h34",
    m35 "load.calls.c35" "load.time.h35",
    m36 "load.calls.c36" "load.time.h36",
    m37 "load.calls.c37" "load.time.h37",
    m38 "load.calls.c38" "load.time.h38",
    m39 "load.calls.c39" "load.time.h39",
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
