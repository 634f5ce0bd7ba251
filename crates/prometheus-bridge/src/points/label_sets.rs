//! The label sets of a family's series, and their order.

use opentelemetry::KeyValue;

use super::order::{self, Place};
use crate::{
    finding::Findings,
    labels::{FixedLabel, Labels, Owner, Rendering, ShapeNumber},
};

/// The label sets of a family, kept from one exposition to the next.
///
/// The SDK hands out series in the order of a hash map, and in the same order again as long as none is added. So nearly
/// always the label set of a series is the one that had its place the last time, which is found out more quickly than
/// rendered, and then the order is still right, too. From the first series on for which that is not so, everything is
/// rendered and sorted anew.
#[derive(Debug, Default)]
pub(super) struct LabelSets {
    rendering: Option<Rendering>,
    /// For each metric of the family.
    labels: Vec<Labels>,
    text: Vec<u8>,
    /// Where each label set ends in the text.
    ends: Vec<usize>,
    marks: Vec<Option<Mark>>,
    /// The label sets sorted, of equal ones the first.
    order: Vec<u32>,
    /// How many series the exposition has so far.
    count: usize,
    is_changed: bool,
    has_findings: bool,
}

/// What a label set was rendered with, if it can be known again.
#[derive(Clone, Copy, Debug)]
struct Mark {
    metric: u8,
    shape: ShapeNumber,
}

impl LabelSets {
    /// Begins an exposition.
    pub(super) fn begin(&mut self, owner: Owner<'_>) {
        self.count = 0;
        self.has_findings = false;
        self.is_changed = self.rendering != Some(owner.rendering());
        if self.is_changed {
            self.rendering = Some(owner.rendering());
            self.labels.clear();
            self.forget_rest();
        }
    }

    /// Begins the family's metric number `index`.
    pub(super) fn begin_metric<'l>(&mut self, index: usize, fixed: impl Iterator<Item = FixedLabel<'l>>) {
        if index >= self.labels.len() {
            self.labels.resize_with(index + 1, Labels::default);
        }
        if !self.labels[index].begin(fixed) {
            self.forget_rest();
        }
    }

    /// Adds the next series of the family's metric number `index`.
    pub(super) fn add(
        &mut self,
        index: usize,
        attributes: &[&KeyValue],
        owner: Owner<'_>,
        findings: &mut Findings,
        rendered: &mut Vec<u8>,
    ) {
        let at = self.count;
        let labels = &mut self.labels[index];
        if let Some(Some(mark)) = self.marks.get(at)
            && usize::from(mark.metric) == index
            && labels.rendered(label_set(&self.text, &self.ends, at), mark.shape, attributes)
        {
            self.count += 1;
            return;
        }
        rendered.clear();
        let findings_before = findings.len();
        let shape = labels.render(attributes, owner, findings, rendered);
        self.has_findings |= findings.len() > findings_before;
        let mark = shape.and_then(|shape| Some(Mark { metric: u8::try_from(index).ok()?, shape }));
        self.put(rendered, mark);
    }

    /// Adds a series whose labels are all there is.
    pub(super) fn add_fixed<'l>(
        &mut self,
        labels: impl Iterator<Item = FixedLabel<'l>>,
        owner: Owner<'_>,
        findings: &mut Findings,
        rendered: &mut Vec<u8>,
    ) {
        rendered.clear();
        let findings_before = findings.len();
        let mut only_these = Labels::default();
        only_these.begin(labels);
        only_these.render(&[], owner, findings, rendered);
        self.has_findings |= findings.len() > findings_before;
        self.put(rendered, None);
    }

    fn put(&mut self, rendered: &[u8], mark: Option<Mark>) {
        let at = self.count;
        self.count += 1;
        if at < self.ends.len() && label_set(&self.text, &self.ends, at) == rendered {
            self.marks[at] = mark;
            return;
        }
        self.truncate(at);
        self.text.extend_from_slice(rendered);
        self.ends.push(self.text.len());
        self.marks.push(mark);
    }

    /// Forgets the label sets of all series that are still to come.
    fn forget_rest(&mut self) {
        self.truncate(self.count);
    }

    fn truncate(&mut self, count: usize) {
        self.is_changed = true;
        self.ends.truncate(count);
        self.marks.truncate(count);
        self.text.truncate(start(&self.ends, count));
    }

    /// Sorts the label sets when all are there, and tells which are left out because an earlier one is equal.
    pub(super) fn sort(&mut self, places: &mut Vec<Place>, mut left_out: impl FnMut(usize)) {
        if self.count < self.ends.len() {
            self.forget_rest();
        }
        if !self.is_changed {
            return;
        }
        let Self { text, ends, order, .. } = self;
        places.clear();
        places.extend((0..ends.len()).map(|index| Place { rank: 0, index }));
        order::sort(text, &|index| start(ends, index)..ends[index], places);
        places.dedup_by(|later, first| {
            let same =
                later.rank == first.rank && label_set(text, ends, later.index) == label_set(text, ends, first.index);
            if same {
                left_out(later.index);
            }
            same
        });
        self.has_findings |= places.len() < ends.len();
        order.clear();
        order.extend(places.iter().map_while(|place| u32::try_from(place.index).ok()));
    }

    /// Whether they may be kept. What there is to report has to be found anew in every exposition.
    pub(super) fn can_be_kept(&self) -> bool {
        !self.has_findings && !self.ends.is_empty()
    }

    /// Gives back memory that was for growing.
    pub(super) fn shrink(&mut self) {
        if self.is_changed {
            self.text.shrink_to_fit();
            self.ends.shrink_to_fit();
            self.marks.shrink_to_fit();
            self.order.shrink_to_fit();
        }
    }

    pub(super) fn order(&self) -> impl Iterator<Item = usize> {
        self.order.iter().map(|index| *index as usize)
    }

    pub(super) fn label_set(&self, index: usize) -> &[u8] {
        label_set(&self.text, &self.ends, index)
    }
}

fn label_set<'t>(text: &'t [u8], ends: &[usize], index: usize) -> &'t [u8] {
    &text[start(ends, index)..ends[index]]
}

fn start(ends: &[usize], index: usize) -> usize {
    index.checked_sub(1).map_or(0, |before| ends[before])
}

#[cfg(test)]
mod tests {
    use metric_names::{Escaping, Kind, Strategy};
    use opentelemetry::KeyValue;

    use super::LabelSets;
    use crate::{
        finding::Findings,
        format::Format,
        labels::{FixedLabel, Naming, Owner},
    };

    /// A scope for each metric, and its series.
    type Exposition<'e> = &'e [(&'static str, &'e [&'e [(&'static str, &'static str)]])];

    fn add(label_sets: &mut LabelSets, exposition: Exposition<'_>) -> Vec<String> {
        let naming = Naming { strategy: Strategy::default(), escaping: Escaping::Underscores };
        let owner = Owner { family: "f", kind: Kind::Gauge, naming, format: Format::Text };
        let mut rendered = Vec::new();
        label_sets.begin(owner);
        for (index, (scope, series)) in exposition.iter().enumerate() {
            label_sets.begin_metric(index, [FixedLabel::new("scope", *scope)].into_iter());
            for labels in *series {
                let attributes: Vec<KeyValue> = labels.iter().map(|(key, value)| KeyValue::new(*key, *value)).collect();
                let attributes: Vec<&KeyValue> = attributes.iter().collect();
                label_sets.add(index, &attributes, owner, &mut Findings::new(), &mut rendered);
            }
        }
        label_sets.sort(&mut Vec::new(), |_| {});
        label_sets.order().map(|index| String::from_utf8_lossy(label_sets.label_set(index)).into_owned()).collect()
    }

    /// What is remembered of one exposition makes no difference to the next.
    fn check(first: Exposition<'_>, then: Exposition<'_>) {
        let mut label_sets = LabelSets::default();
        for exposition in [first, then, then, first] {
            assert_eq!(add(&mut label_sets, exposition), add(&mut LabelSets::default(), exposition));
        }
    }

    #[test]
    fn series_come_and_go() {
        let [a, b, c] = [[("k", "a")], [("k", "b")], [("k", "c")]];
        check(&[("", &[&b, &a])], &[("", &[&b, &a, &c])]);
        check(&[("", &[&b, &a, &c])], &[("", &[&c, &a])]);
        check(&[("", &[&a, &b])], &[("", &[&b, &a])]);
        check(&[("", &[&a, &a, &b])], &[("", &[&a, &b])]);
        check(&[("x", &[&a, &b]), ("y", &[&a])], &[("y", &[&a])]);
        check(&[("", &[&a, &b])], &[("", &[])]);
    }

    #[test]
    fn values_that_look_like_others_are_told_apart() {
        check(&[("", &[&[("k", "\n")]])], &[("", &[&[("k", "\\n")]])]);
        check(&[("", &[&[("k", "x"), ("l", "y")]])], &[("", &[&[("k", "x\",l=\"y")]])]);
        check(&[("", &[&[("k", "x"), ("l", "y")]])], &[("", &[&[("k", "x\",l=\"y"), ("l", "")]])]);
        check(&[("", &[&[("k", "xy")]])], &[("", &[&[("k", "x")]])]);
        check(&[("", &[&[("k", "x"), ("l", "")]])], &[("", &[&[("k", ""), ("l", "x")]])]);
        // At the same place another metric's, whose first shape is another.
        check(
            &[("", &[&[("k", "a"), ("l", "b")], &[("k", "x"), ("l", "y")]]), ("", &[&[("k", "z")]])],
            &[("", &[&[("k", "a"), ("l", "b")]]), ("", &[&[("k", "x\",l=\"y")]])],
        );
    }

    #[test]
    fn series_of_more_shapes_than_are_kept_are_right() {
        let keys: Vec<&'static str> =
            (0..300).map(|number| &*Box::leak(format!("k{number:03}").into_boxed_str())).collect();
        let series: Vec<Vec<(&'static str, &'static str)>> = keys.iter().map(|key| vec![(*key, "v")]).collect();
        let series: Vec<&[(&'static str, &'static str)]> = series.iter().map(Vec::as_slice).collect();
        check(&[("", &series)], &[("", &series[1..])]);
        // The later ones have the last number in turn. The first sixteen stay, so nothing is forgotten before the place of
        // the next, where a series now has the shape that had the number last.
        let then = [&series[..16], &series[19..20]].concat();
        check(&[("", &series[..20])], &[("", &then)]);
    }

    /// A label moves between those of the series and those of all, so that the first label set stays as it was.
    #[test]
    fn fixed_labels_that_change_are_noticed_where_the_first_label_set_does_not() {
        let of_series: &[&[_]] = &[&[("scope", "x"), ("z", "1")], &[("scope", "y"), ("z", "2")]];
        check(&[("", of_series)], &[("x", &[&[("z", "1")], &[("z", "2")]])]);
        // Escaped in the one as it is in the other.
        let of_all: &[&[_]] = &[&[("z", "1")], &[("z", "2")]];
        let escaped: &[&[_]] = &[&[("scope", "x\"y"), ("z", "1")], &[("scope", "x\\\"y"), ("z", "2")]];
        check(&[("x\"y", of_all)], &[("", escaped)]);
    }
}
