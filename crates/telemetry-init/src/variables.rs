//! Every variable that is read, once: parser, diagnostics and reference page come from these constants.
//!
//! A variable of the specification comes before its alias from the seed systems and wins over it.

/// Declares the variables of one topic, and what there is to say about them.
macro_rules! variables {
    ($(
        $name:ident: $value:ty {
            does: $does:expr,
            default: $default:expr,
            allowed: $allowed:expr,
            beyond: $beyond:expr,
            standing: $standing:ident,
            shown: $shown:ident,
            parse: $parse:expr,
        }
    )*) => {
        $(
            #[doc = $does]
            pub static $name: Variable<$value> = Variable {
                name: stringify!($name),
                default: $default,
                description: $does,
                allowed: $allowed,
                beyond: $beyond,
                standing: Standing::$standing,
                shown: Shown::$shown,
                parse: $parse,
            };
        )*

        /// What there is to say about them, in order.
        pub(super) static ENTRIES: &[Entry] = &[$($name.entry()),*];
    };
}

mod general;
mod limits;
mod logs;
mod metrics;
mod otlp;
mod own;
mod proxies;
mod resource;
mod seeds;
mod selection;
mod traces;

use crate::variable::Entry;

pub use self::{
    general::*, limits::*, logs::*, metrics::*, otlp::*, own::*, proxies::*, resource::*, seeds::*, selection::*,
    traces::*,
};

/// A part of the reference: variables that belong together.
#[derive(Clone, Debug)]
pub struct Topic {
    /// What they are about.
    pub title: &'static str,
    /// The variables.
    pub entries: Vec<Entry>,
}

/// Every variable, by topic, in the order of the reference page.
pub fn topics() -> [Topic; 11] {
    let topic = |title, entries: &[Entry]| Topic { title, entries: entries.to_vec() };
    [
        topic("General", general::ENTRIES),
        topic("Exporters", selection::ENTRIES),
        Topic { title: "OTLP", entries: otlp::entries() },
        topic("Proxies", proxies::ENTRIES),
        topic("Traces", traces::ENTRIES),
        topic("Metrics", metrics::ENTRIES),
        topic("Logs", logs::ENTRIES),
        topic("Limits", limits::ENTRIES),
        topic("Resource", resource::ENTRIES),
        topic("Names of the seed systems", seeds::ENTRIES),
        topic("Otelier's own", own::ENTRIES),
    ]
}
