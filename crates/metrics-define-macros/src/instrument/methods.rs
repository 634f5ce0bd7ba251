//! What can be done with a metric of each form.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use crate::instrument::{
    form::Form,
    metric::Types,
    model::{Flavour, Instrument},
    value::Value,
};

/// A method that the macro writes.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) documentation: &'static str,
    /// Everything between the name and the body.
    pub(crate) signature: TokenStream,
    pub(crate) body: TokenStream,
}

/// The methods of a metric; `timed` adds those that take durations.
pub(crate) fn methods(instrument: &Instrument, timed: bool, engine: &Path) -> Vec<Method> {
    let flavour = instrument.flavour;
    match flavour.form {
        Form::Counter => counter(flavour, engine),
        Form::UpDownCounter if flavour.absolute => {
            vec![set("Sets the level, in the metric's unit.", flavour, engine), bind(flavour, engine)]
        }
        Form::UpDownCounter => updown_counter(flavour, engine),
        Form::Gauge => vec![set("Sets the value, in the metric's unit.", flavour, engine), bind(flavour, engine)],
        Form::Histogram if timed => {
            let bind = handle(&format_ident!("BoundTimeHistogram"), engine);
            [record(flavour, engine), bind].into_iter().chain(durations(engine)).collect()
        }
        Form::Histogram => vec![record(flavour, engine), bind(flavour, engine)],
        Form::ObservableCounter | Form::ObservableUpDownCounter | Form::ObservableGauge => {
            observe(instrument, engine).into_iter().collect()
        }
        Form::Info => vec![info(engine)],
    }
}

/// Which calls make the metric do something, for `#[must_use]`.
pub(crate) fn must_use(flavour: Flavour) -> &'static str {
    match flavour.form {
        Form::Counter if flavour.value == Value::F64 => "a counter does nothing until `add` or `bind` is called",
        Form::Counter => "a counter does nothing until `inc`, `add` or `bind` is called",
        Form::UpDownCounter if flavour.absolute => {
            "an absolute up-down counter does nothing until `set` or `bind` is called"
        }
        Form::UpDownCounter => "an up-down counter does nothing until `inc`, `dec`, `add`, `track` or `bind` is called",
        Form::Gauge => "a gauge does nothing until `set` or `bind` is called",
        Form::Histogram => "a histogram does nothing until a value is recorded or `bind` is called",
        Form::ObservableCounter | Form::ObservableUpDownCounter | Form::ObservableGauge => {
            "the labels of an observable metric go into `observer.observe(value, labels)`"
        }
        Form::Info => "an info metric does nothing until `set` is called",
    }
}

/// The engine's instrument, and the end of its handle's name.
pub(crate) fn engine_instrument(flavour: Flavour) -> Ident {
    let name = match (flavour.form, flavour.value) {
        (Form::Counter, Value::F64) => "FloatCounter",
        (Form::Counter | Form::ObservableCounter, _) => "Counter",
        (Form::UpDownCounter, _) if flavour.absolute => "Level",
        (Form::UpDownCounter | Form::ObservableUpDownCounter, _) => "UpDownCounter",
        (Form::Gauge, Value::I64) => "IntegerGauge",
        (Form::Gauge | Form::ObservableGauge | Form::Info, _) => "Gauge",
        (Form::Histogram, _) => "Histogram",
    };
    format_ident!("{name}")
}

fn counter(flavour: Flavour, engine: &Path) -> Vec<Method> {
    let value = flavour.value.ty();
    let inc = (flavour.value == Value::U64).then(|| Method {
        name: "inc",
        documentation: "Counts one.",
        signature: quote!((self)),
        body: quote!(#engine::expansion::record(&self, 1)),
    });
    let add = Method {
        name: "add",
        documentation: "Counts `amount`, in the metric's unit.",
        signature: quote!((self, amount: #value)),
        body: quote!(#engine::expansion::record(&self, amount)),
    };
    let on_drop = (flavour.value == Value::U64).then(|| on_drop(engine));
    inc.into_iter().chain([add]).chain(on_drop).chain([bind(flavour, engine)]).collect()
}

fn updown_counter(flavour: Flavour, engine: &Path) -> Vec<Method> {
    let value = flavour.value.ty();
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
            signature: quote!((self, amount: #value)),
            body: quote!(#engine::expansion::record(&self, amount)),
        },
        Method {
            name: "track",
            documentation: "Adds one, and takes it away when the guard is dropped: bind the guard to a name.",
            signature: quote!((self) -> #engine::Tracked),
            body: quote!(#engine::expansion::track(&self)),
        },
        Method {
            name: "during",
            documentation: "Adds one while `work` runs, also when it panics.",
            signature: quote!(<R>(self, work: impl ::core::ops::FnOnce() -> R) -> R),
            body: quote! {
                let _tracked = #engine::expansion::track(&self);
                work()
            },
        },
        Method {
            name: "during_async",
            documentation: "Adds one from when the future is first polled until it ends or is dropped.",
            signature: quote! {
                <F: ::core::future::Future>(self, future: F)
                    -> impl ::core::future::Future<Output = F::Output> + use<F>
            },
            body: quote!(#engine::expansion::tracking(&self).during(future)),
        },
        bind(flavour, engine),
    ]
}

fn set(documentation: &'static str, flavour: Flavour, engine: &Path) -> Method {
    let value = flavour.value.ty();
    Method {
        name: "set",
        documentation,
        signature: quote!((self, value: #value)),
        body: quote!(#engine::expansion::record(&self, value)),
    }
}

fn record(flavour: Flavour, engine: &Path) -> Method {
    let value = flavour.value.ty();
    Method {
        name: "record",
        documentation: "Records one value, in the metric's unit.",
        signature: quote!((self, value: #value)),
        body: quote!(#engine::expansion::record(&self, value)),
    }
}

fn durations(engine: &Path) -> [Method; 5] {
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
        Method {
            name: "time_async",
            documentation: "Records how long the future took from when it is first polled until it ends or is dropped.",
            signature: quote! {
                <F: ::core::future::Future>(self, future: F)
                    -> impl ::core::future::Future<Output = F::Output> + use<F>
            },
            body: quote!(#engine::expansion::timing(&self).during(future)),
        },
        on_drop(engine),
    ]
}

fn on_drop(engine: &Path) -> Method {
    Method {
        name: "on_drop",
        documentation: "Records once, when it is completed or else when it is dropped: then with the labels of an early end, such as `cancelled`.",
        signature: quote!((self) -> #engine::OnDrop<Self>),
        body: quote!(#engine::expansion::on_drop(self)),
    }
}

/// `None` when there is no type to name.
fn observe(instrument: &Instrument, engine: &Path) -> Option<Method> {
    let ty = Types::of(instrument)?.lasting;
    Some(Method {
        name: "observe",
        documentation: "Calls `callback` at every collection, until the guard is dropped: bind the guard to a name, or `keep()` it.",
        signature: quote! {
            (
                callback: impl ::core::ops::Fn(&#engine::Observer<'_, #ty>)
                    + ::core::marker::Send + ::core::marker::Sync + 'static
            ) -> #engine::Observing
        },
        body: quote!(#engine::expansion::observe(callback)),
    })
}

fn info(engine: &Path) -> Method {
    Method {
        name: "set",
        documentation: "Makes the series with these labels a constant 1, in place of the one that was set before.",
        signature: quote!((self)),
        body: quote!(#engine::expansion::set_info(&self)),
    }
}

fn bind(flavour: Flavour, engine: &Path) -> Method {
    handle(&format_ident!("Bound{}", engine_instrument(flavour)), engine)
}

fn handle(handle: &Ident, engine: &Path) -> Method {
    Method {
        name: "bind",
        documentation: "A handle for the series with these labels, for places that record it very often.",
        signature: quote!((self) -> #engine::#handle),
        body: quote!(#engine::#handle::new(&self)),
    }
}
