//! What a field's type says about the label, as far as it can be read from its name.

use syn::{Path, Type};

/// What is known about a label's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelType {
    /// Text: any number of values.
    Text,
    /// A small integer: many values.
    Integer,
    /// A number with too many values.
    LargeInteger,
    Float,
    /// `bool`, or something that only the compiler knows.
    Other,
}

impl LabelType {
    pub(crate) fn of(ty: &Type) -> Self {
        match ty {
            Type::Reference(reference) => Self::of(&reference.elem),
            Type::Group(group) => Self::of(&group.elem),
            Type::Paren(paren) => Self::of(&paren.elem),
            Type::Path(path) if path.qself.is_none() => Self::of_path(&path.path),
            _ => Self::Other,
        }
    }

    fn of_path(path: &Path) -> Self {
        let Some(last) = path.segments.last() else { return Self::Other };
        match last.ident.to_string().as_str() {
            "str" | "String" | "Cow" | "Box" | "Arc" | "Rc" => Self::Text,
            "i8" | "i16" | "u8" | "u16" => Self::Integer,
            "i32" | "i64" | "i128" | "isize" | "u32" | "u64" | "u128" | "usize" => Self::LargeInteger,
            "f32" | "f64" => Self::Float,
            _ => Self::Other,
        }
    }

    /// What is wrong with a label of this type, and what to do.
    pub(crate) fn problem(self, is_bounded: bool) -> Option<&'static str> {
        match self {
            Self::Text if !is_bounded => Some(
                "[MC006] any text is a new series: bound it with `#[label(max_values = 64)]`, or make the label an enum",
            ),
            Self::Integer if !is_bounded => Some(
                "[MC006] any number is a new series: bound it with `#[label(max_values = 8)]`, or make the label an enum",
            ),
            Self::LargeInteger => Some(
                "[MC006] a number this large is no label, because each value is a series: record it as the metric's value, make its ranges an enum, or take a `u16` with `#[label(max_values = ..)]`",
            ),
            Self::Float => Some(
                "[MC006] a float is no label, because each value is a series: record it as the metric's value, or make its ranges an enum",
            ),
            Self::Text | Self::Integer | Self::Other => None,
        }
    }
}
