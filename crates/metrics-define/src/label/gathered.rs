//! Labels side by side for the length of a call.

use crate::label::Label;

/// Label sets up to this size are gathered on the stack.
const ON_STACK: usize = 16;

/// Gathers the labels, and goes on with them.
pub(crate) fn gathered<'l, R>(
    labels: impl ExactSizeIterator<Item = Label<'l>>,
    then: impl FnOnce(&mut [Label<'l>]) -> R,
) -> R {
    let mut stack = [Label::Bool(false); ON_STACK];
    let Some(gathered) = stack.get_mut(..labels.len()) else { return then(&mut labels.collect::<Vec<_>>()) };
    for (at, label) in gathered.iter_mut().zip(labels) {
        *at = label;
    }
    then(gathered)
}
