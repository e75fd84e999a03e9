//! `restore-drill-old`

use super::*;
use crate::emit::monitoring::backup;

impl Typed for nodes::RestoreDrillOld {
    const NAME: &'static str = "RestoreDrillOld";
    const SOURCE: Source = Source::Controller;
    node!(restore_drill_old);

    fn threshold(&self) -> Span {
        self.over.span
    }

    /// None where the file declares no backup.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        backup::interval(scope.fleet)?;
        let last = || series(&controller::RESTORE_DRILL_SUCCESS);
        let age = time().minus(last().query().max(&["store"]));
        Some(Condition {
            expr: age.gt(seconds(self.over.value)).or(absent(last())),
            summary:
                "No backup of Vault{{ with $labels.store }} in {{ . }}{{ end }} was restored for practice"
                    .to_owned(),
            description: format!(
                "The last time is more than {} ago. A backup that nobody has restored is a hope.",
                self.over.value
            ),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        if backup::interval(scope.fleet).is_none() {
            return Vec::new();
        }
        let last = || series(&controller::RESTORE_DRILL_SUCCESS).eq("store", "main").eq("scope", "full");
        let at = after(&self.hold, self.over.seconds() + 3600);
        vec![
            Case::fires("too long ago", at, vec![sample::constant(last(), 0.0)]),
            Case::fires("never", at, Vec::new()),
            Case::quiet("just now", at, vec![sample::growing(last(), 60.0)]),
        ]
    }
}
