//! The calls of every kind, with nothing installed: that they exist, take what they should, and return.

use std::time::Duration;

use metrics_define::domain;

/// Everything that can be called.
#[domain(title = "Call Metrics")]
pub mod calls {
    use metrics_define::{Label, LabelValue};

    /// Text with a type of its own.
    #[derive(Clone, Copy, Debug)]
    pub struct Model<'a>(pub &'a str);

    impl LabelValue for Model<'_> {
        const VALUES: &'static [&'static str] = &[];

        fn label(&self) -> Label<'_> {
            Label::Text(self.0)
        }
    }

    /// Calls
    #[counter(name = "calls.counted.total", unit = "{call}")]
    pub struct Counted<'a> {
        /// The caller.
        #[label(max_values = 4)]
        pub caller: &'a str,
        /// The model.
        #[label(max_values = 4)]
        pub model: Model<'a>,
    }

    /// Calls under way
    #[updown_counter(name = "calls.active", unit = "{call}")]
    pub struct Active;

    /// Share of calls
    #[gauge(name = "calls.share", unit = "1")]
    pub struct Share;

    /// Size of calls
    #[histogram(name = "calls.size", unit = "By", buckets = [1.0, 2.0])]
    pub struct Size;

    /// Time of calls
    #[histogram(name = "calls.duration", unit = "s", buckets = [1.0, 2.0])]
    pub struct Took;
}

#[test]
fn every_kind_has_its_calls() {
    let caller = String::from("me");
    let counted = calls::Counted { caller: &caller, model: calls::Model("a") };
    counted.inc();
    counted.add(2);
    counted.bind().inc();
    counted.on_drop().complete(|labels| labels.caller = "you");

    calls::Active.inc();
    calls::Active.dec();
    calls::Active.add(-2);
    drop(calls::Active.track());
    calls::Active.bind().add(1);
    assert_eq!(calls::Active.during(|| 5), 5);
    drop(calls::Active.during_async(async { 5 }));

    calls::Share.set(0.5);
    calls::Share.bind().set(0.5);

    calls::Size.record(3.0);
    calls::Size.bind().record(3.0);

    calls::Took.record(0.5);
    calls::Took.record_duration(Duration::from_millis(500));
    calls::Took.start_timer().stop();
    assert_eq!(calls::Took.time(|| 5), 5);
    drop(calls::Took.time_async(async { 5 }));
    calls::Took.on_drop().discard();
}
