//! The calls that the reference page shows are compiled here, as they are written there.

use metrics_artefacts::reference;

use crate::every_kind::{
    EVERY_KIND,
    elsewhere::Colour,
    every_kind::{Outcome, Queue},
};

/// The tokens of each call are a function's body, and their text is looked for on the page.
macro_rules! compiled {
    ($(($($given:ident: $ty:ty),*) { $($call:tt)* })*) => {
        [$({
            fn compiles($($given: $ty),*) {
                // Where the calls expect the crate of the domain.
                use crate::every_kind as metrics_artefacts;

                $($call)*
            }
            let _compiled: fn($($ty),*) = compiles;
            stringify!($($call)*)
        }),*]
    };
}

#[test]
fn the_calls_of_the_page_compile() {
    let page = squeezed(&reference(&EVERY_KIND));
    let calls = compiled! {
        (r#ref: &Outcome, colour: Colour, queue: Queue<'_>) {
            use metrics_artefacts::every_kind::{Channel, WrittenTotal};
            WrittenTotal { channel: Channel::WebSocket, r#ref, colour, shared: "example".into(), owned: "example".into(), queue, number: 1 }.inc();
        }
        () {
            use metrics_artefacts::every_kind::{CountedTotal, Outcome};
            CountedTotal { outcome: Outcome::QueuedUp, first: true, place: "here" }.inc();
        }
        () {
            use metrics_artefacts::every_kind::{Language, TypedTotal};
            TypedTotal { language: Language::intern("is"), shard: 1, kind: "example".into() }.inc();
        }
    };
    for call in calls {
        let call = squeezed(call);
        assert!(page.contains(&call), "{call} in\n{page}");
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}
