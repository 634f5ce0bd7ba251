use metrics_define::LabelValue;

#[derive(LabelValue, Clone, Copy, Debug)]
pub struct Struct;

#[derive(LabelValue, Clone, Copy, Debug)]
pub enum Empty {}

#[derive(LabelValue, Clone, Copy, Debug)]
pub enum Fields {
    Code(u16),
    Named { code: u16 },
}

#[derive(LabelValue, Clone, Copy, Debug)]
pub enum Texts {
    #[label("a")]
    First,
    A,
    #[label("")]
    None,
    #[label(text = "b")]
    Form,
}

#[derive(LabelValue, Clone, Copy, Debug)]
#[label(krate = metrics_define)]
pub enum Argument {
    A,
}

fn main() {
    let _ = (Struct.label(), Fields::Code(1).label(), Texts::First.label(), Argument::A.label());
}
