//! Label values of the standard library's types.

use std::{borrow::Cow, sync::Arc};

use crate::{
    definition::Written,
    label::{Label, LabelValue},
};

/// The longest text of a label, in bytes: no name is longer, and a message is no label.
const LONGEST: usize = 256;

#[inline]
pub(super) fn cut(text: &str) -> &str {
    if text.len() <= LONGEST { text } else { cut_long(text) }
}

#[cold]
fn cut_long(text: &str) -> &str {
    // A character has at most four bytes.
    (0..4).find_map(|back| text.get(..LONGEST - back)).unwrap_or_default()
}

impl<T: LabelValue + ?Sized> LabelValue for &T {
    const VALUES: &'static [&'static str] = T::VALUES;
    const INTERNED: Option<usize> = T::INTERNED;
    const BOOLEAN: bool = T::BOOLEAN;
    const WRITTEN: Written = T::WRITTEN;
    const PLACES: Option<usize> = T::PLACES;

    #[inline]
    fn label(&self) -> Label<'_> {
        (**self).label()
    }

    #[inline]
    fn place(&self) -> usize {
        (**self).place()
    }
}

impl LabelValue for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];
    const BOOLEAN: bool = true;
    const PLACES: Option<usize> = Some(2);

    #[inline]
    fn label(&self) -> Label<'_> {
        Label::Bool(*self)
    }

    #[inline]
    fn place(&self) -> usize {
        usize::from(*self)
    }
}

macro_rules! text {
    ($($ty:ty),*) => {
        $(impl LabelValue for $ty {
            const VALUES: &'static [&'static str] = &[];

            #[inline]
            fn label(&self) -> Label<'_> {
                Label::text(self)
            }
        })*
    };
}

text!(str, String, Cow<'_, str>, Box<str>, Arc<str>);

macro_rules! integer {
    ($($ty:ty),*) => {
        $(impl LabelValue for $ty {
            const VALUES: &'static [&'static str] = &[];

            #[inline]
            fn label(&self) -> Label<'_> {
                Label::Integer(i64::from(*self))
            }
        })*
    };
}

integer!(i8, i16, u8, u16);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = format!("{}é{}", "x".repeat(LONGEST - 1), "y".repeat(1000));
        assert_eq!(long.as_str().label(), Label::Text(&long[..LONGEST - 1]));
        assert_eq!("".label(), Label::Text(""));
        let exact = "x".repeat(LONGEST);
        assert_eq!(exact.label(), Label::Text(&exact));
    }

    #[test]
    fn every_kind_of_text_is_the_same_label() {
        fn check(value: impl LabelValue, expected: Label<'_>) {
            assert_eq!(value.label(), expected);
        }
        let text = String::from("a");
        check("a", Label::Text("a"));
        check(&text, Label::Text("a"));
        check(Cow::Borrowed("a"), Label::Text("a"));
        check(Box::<str>::from("a"), Label::Text("a"));
        check(Arc::<str>::from("a"), Label::Text("a"));
        check(true, Label::Bool(true));
        check(-5_i8, Label::Integer(-5));
        check(u16::MAX, Label::Integer(65_535));
    }
}
