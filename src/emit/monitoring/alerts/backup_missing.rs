//! `backup-missing`

use super::*;
use crate::emit::monitoring::backup;

impl nodes::BackupMissing {
    fn limit(&self, scope: Scope<'_>) -> Option<Duration> {
        let interval = backup::interval(scope.fleet)?;
        Some(self.over.as_ref().map_or(Duration(2 * interval.seconds()), |over| over.value))
    }
}

impl Typed for nodes::BackupMissing {
    const NAME: &'static str = "BackupMissing";
    const SOURCE: Source = Source::Controller;
    node!(backup_missing);

    fn threshold(&self) -> Span {
        self.over.as_ref().map_or(self.span, |over| over.span)
    }

    /// None where the file declares no backup.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        let limit = self.limit(scope)?;
        let last = || series(&controller::SNAPSHOT_LAST_SUCCESS);
        let age = time().minus(last().query().max(&["store"]));
        Some(Condition {
            // Where nobody tells of a backup there is none to rely on.
            expr: age.gt(seconds(limit)).or(absent(last())),
            summary: "No good backup of Vault{{ with $labels.store }} in {{ . }}{{ end }}".to_owned(),
            description: format!(
                "None has been verified and stored for {limit}. What was written to Vault since would be lost."
            ),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let Some(limit) = self.limit(scope) else { return Vec::new() };
        let last = |values: fn(crate::monitoring::query::Selector) -> sample::Sample| {
            vec![values(series(&controller::SNAPSHOT_LAST_SUCCESS).eq("store", "main"))]
        };
        let at = after(&self.hold, limit.seconds() + 3600);
        vec![
            Case::fires("the last one is too old", at, last(|of| sample::constant(of, 0.0))),
            Case::fires("there is none", at, Vec::new()),
            Case::quiet("each minute has one", at, last(|of| sample::growing(of, 60.0))),
        ]
    }
}
