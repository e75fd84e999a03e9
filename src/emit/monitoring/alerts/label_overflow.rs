//! `label-overflow`

use super::*;

impl Typed for nodes::LabelOverflow {
    const NAME: &'static str = "ExporterLabelOverflow";
    const SOURCE: Source = Source::Exporter;
    node!(label_overflow);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let folded = series(&exporter::LABEL_OVERFLOW).increase(Duration(3600)).sum(&["label"]);
        Some(Condition {
            expr: folded.gt(number(0.0)),
            summary: "The label {{ $labels.label }} has too many values".to_owned(),
            description: "Some were folded into `other`. Sums hold; what is asked by that label does not show them apart.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let folded = |by| vec![sample::growing(series(&exporter::LABEL_OVERFLOW).eq("label", "branch"), by)];
        let at = after(&self.hold, 4000);
        vec![Case::fires("some are folded", at, folded(1.0)), Case::quiet("none is", at, folded(0.0))]
    }
}
