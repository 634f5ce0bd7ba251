//! Domains of several modules joined, with every form of list.

use metrics_define::{Catalog, catalog, domain};

/// First
#[domain(title = "First")]
pub mod first {
    /// Things
    #[counter(name = "first.things.total", unit = "{x}")]
    pub struct Things;
}

mod inner {
    use metrics_define::domain;

    /// Second
    #[domain(title = "Second")]
    pub(crate) mod second {
        /// Things
        #[info(name = "second.build.info")]
        pub(crate) struct Build {
            pub(crate) debug: bool,
        }
    }
}

catalog! {
    /// Everything.
    pub static CATALOG = [first::DEFINITION, inner::second::DEFINITION];
}
catalog! { static ONE = [first::DEFINITION] }
catalog! { static NONE = []; }

fn main() {
    let names = |catalog: &'static Catalog| catalog.metrics().map(|metric| metric.name).collect::<Vec<_>>();
    assert_eq!(names(&CATALOG), ["first.things.total", "second.build.info"]);
    assert_eq!(names(&ONE), ["first.things.total"]);
    assert!(names(&NONE).is_empty());
    first::Things.inc();
    inner::second::Build { debug: true }.set();
}
