//! The list of the engines in this program: where two versions of `metrics-define` find each other.
//!
//! Two versions of the engine have two sets of statics.
//! A provider that is installed into one of them leaves the other off, and what is recorded through that one would be lost
//! in silence.
//! So every version of the engine puts itself on this list, and each is told of the others.
//!
//! A crate of its own because there must be one list: it is small, has no dependencies, and stays at version 1 for ever,
//! so that whatever versions of the engine meet, they meet here.
//! It is no use to anybody but them.
//!
//! ```
//! use metrics_engines::Engine;
//!
//! static THIS: Engine = Engine::new("0.1.0", |other| println!("{} is here as well", other.version()));
//!
//! THIS.announce();
//! assert_eq!(THIS.others().count(), 0);
//! ```

mod engine;

pub use engine::Engine;
