//! What can be done with a metric of each kind.

use metric_names::Kind;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

/// A method that the macro writes.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) documentation: &'static str,
    /// Everything between the name and the body.
    pub(crate) signature: TokenStream,
    pub(crate) body: TokenStream,
}

/// The methods of a kind; `timed` adds those that take durations.
pub(crate) fn methods(kind: Kind, timed: bool, engine: &Path) -> Vec<Method> {
    match kind {
        Kind::Counter => counter(engine),
        Kind::UpDownCounter => updown_counter(engine),
        Kind::Gauge => gauge(engine),
        Kind::Histogram if timed => histogram(engine).into_iter().chain(durations(engine)).collect(),
        Kind::Histogram => histogram(engine),
    }
}

/// Which calls make the metric do something, for `#[must_use]`.
pub(crate) fn must_use(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "a counter does nothing until `inc`, `add` or `bind` is called",
        Kind::UpDownCounter => "an up-down counter does nothing until `inc`, `dec`, `add`, `track` or `bind` is called",
        Kind::Gauge => "a gauge does nothing until `set` or `bind` is called",
        Kind::Histogram => "a histogram does nothing until a value is recorded or `bind` is called",
    }
}

fn counter(engine: &Path) -> Vec<Method> {
    vec![
        Method {
            name: "inc",
            documentation: "Counts one.",
            signature: quote!((self)),
            body: quote!(#engine::expansion::record(&self, 1)),
        },
        Method {
            name: "add",
            documentation: "Counts `amount`.",
            signature: quote!((self, amount: u64)),
            body: quote!(#engine::expansion::record(&self, amount)),
        },
        bind(&quote!(#engine::BoundCounter)),
    ]
}

fn updown_counter(engine: &Path) -> Vec<Method> {
    vec![
        Method {
            name: "inc",
            documentation: "Adds one.",
            signature: quote!((self)),
            body: quote!(#engine::expansion::record(&self, 1)),
        },
        Method {
            name: "dec",
            documentation: "Takes one away.",
            signature: quote!((self)),
            body: quote!(#engine::expansion::record(&self, -1)),
        },
        Method {
            name: "add",
            documentation: "Adds `amount`, which may be negative.",
            signature: quote!((self, amount: i64)),
            body: quote!(#engine::expansion::record(&self, amount)),
        },
        Method {
            name: "track",
            documentation: "Adds one, and takes it away when the guard is dropped: bind the guard to a name.",
            signature: quote!((self) -> #engine::Tracked),
            body: quote!(#engine::expansion::track(&self)),
        },
        bind(&quote!(#engine::BoundUpDownCounter)),
    ]
}

fn gauge(engine: &Path) -> Vec<Method> {
    vec![
        Method {
            name: "set",
            documentation: "Sets the value, in the metric's unit.",
            signature: quote!((self, value: f64)),
            body: quote!(#engine::expansion::record(&self, value)),
        },
        bind(&quote!(#engine::BoundGauge)),
    ]
}

fn histogram(engine: &Path) -> Vec<Method> {
    vec![
        Method {
            name: "record",
            documentation: "Records one value, in the metric's unit.",
            signature: quote!((self, value: f64)),
            body: quote!(#engine::expansion::record(&self, value)),
        },
        bind(&quote!(#engine::BoundHistogram)),
    ]
}

fn durations(engine: &Path) -> [Method; 3] {
    [
        Method {
            name: "record_duration",
            documentation: "Records a duration, converted to the metric's unit.",
            signature: quote!((self, duration: ::core::time::Duration)),
            body: quote!(#engine::expansion::record_duration(&self, duration)),
        },
        Method {
            name: "start_timer",
            documentation: "Starts a timer that records when it is dropped or stopped: bind the timer to a name.",
            signature: quote!((self) -> #engine::Timer),
            body: quote!(#engine::expansion::start_timer(&self)),
        },
        Method {
            name: "time",
            documentation: "Runs `work`, and records how long it took, also when it panics.",
            signature: quote!(<R>(self, work: impl ::core::ops::FnOnce() -> R) -> R),
            body: quote! {
                let _timer = #engine::expansion::start_timer(&self);
                work()
            },
        },
    ]
}

fn bind(bound: &TokenStream) -> Method {
    Method {
        name: "bind",
        documentation: "A handle for the series with these labels, for places that record it very often.",
        signature: quote!((self) -> #bound),
        body: quote!(#bound::new(&self)),
    }
}
