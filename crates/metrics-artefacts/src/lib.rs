//! What is written from a catalogue of metrics: the reference page, `catalog.json`, and the lint's findings.
//!
//! Everything is a function from a [`Catalog`](metrics_define::Catalog) to text or values.
//! An application that joined its domains with `catalog!` gets the same from its own, for example in a test:
//!
//! ```
//! # use metrics_define::{catalog, domain};
//! # /// Orders taken by the shop.
//! # #[domain(title = "Order Metrics", crate = metrics_define)]
//! # pub mod orders {
//! #     /// Orders placed
//! #     #[counter(name = "orders.placed.total", unit = "{order}")]
//! #     pub struct PlacedTotal;
//! # }
//! catalog! { pub static CATALOG = [orders::DEFINITION]; }
//!
//! let page = metrics_artefacts::reference(&CATALOG);
//! let document = metrics_artefacts::catalog_json(&CATALOG);
//! assert!(metrics_artefacts::lint(&CATALOG, metrics_artefacts::Profile::Seed).is_clean());
//! # assert!(page.contains("orders.placed.total") && document.contains("orders_placed_total"));
//! ```
//!
//! This is a crate of its own so that none of it is in a service's graph: a service only ever sees the definitions.

mod reference;

mod catalog_json;

mod lint;

mod example_call;

mod markdown_table;

mod words;

pub use catalog_json::{CATALOG_SCHEMA, catalog_json};
pub use lint::{Finding, Level, Lint, Profile, Rule, lint};
pub use reference::reference;
