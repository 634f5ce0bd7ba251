//! Other versions of the engine in the same program, which the installed provider does not reach.

use metrics_engines::Engine;

use crate::{install, problem};

static THIS: Engine = Engine::new(env!("CARGO_PKG_VERSION"), heard);

/// Lets the others know that this version is in the program.
pub(crate) fn announce() {
    THIS.announce();
}

/// Reports the others, now that this version has a provider and they may wait for one in vain.
pub(crate) fn installed() {
    announce();
    THIS.others().for_each(report);
}

/// One that records after this version was installed, or is installed itself.
fn heard(other: &'static Engine) {
    if install::current().is_some() {
        report(other);
    }
}

fn report(other: &'static Engine) {
    problem::another_engine(other.version());
}
