//! `permission-error`

use super::*;

impl Typed for nodes::PermissionError {
    const NAME: &'static str = "ExporterPermissionError";
    const SOURCE: Source = Source::Exporter;
    node!(permission_error);

    fn condition(&self, _: Scope<'_>) -> Option<Condition> {
        let refused = series(&exporter::PERMISSION_ERROR).query().max(&["org", "permission"]);
        Some(Condition {
            expr: refused.gt(number(0.0)),
            summary: "The exporter lacks the permission {{ $labels.permission }} in {{ $labels.org }}"
                .to_owned(),
            description:
                "Metrics that need it are missing. Grant it to the App, and accept it in the organization."
                    .to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let refused = |value| {
            let of = series(&exporter::PERMISSION_ERROR).eq("org", "o").eq("permission", "actions:read");
            vec![sample::constant(of, value)]
        };
        let at = after(&self.hold, 300);
        vec![Case::fires("one lacks", at, refused(1.0)), Case::quiet("none lacks", at, refused(0.0))]
    }
}
