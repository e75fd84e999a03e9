//! `backup-shrunk`

use super::*;
use crate::emit::monitoring::backup;

const WEEK: Duration = Duration(7 * 86_400);

impl Typed for nodes::BackupShrunk {
    const NAME: &'static str = "BackupShrunk";
    const SOURCE: Source = Source::Controller;
    node!(backup_shrunk);

    fn threshold(&self) -> Span {
        self.by.span
    }

    /// None where the file declares no backup.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        backup::interval(scope.fleet)?;
        let size = || series(&controller::SNAPSHOT_SIZE);
        let share = size().query().max(&["store"]).per(size().offset(WEEK).max(&["store"]));
        Some(Condition {
            expr: share.lt(number(1.0 - self.by.0)),
            summary: "The backup of Vault in {{ $labels.store }} has shrunk".to_owned(),
            description: "It is {{ $value | humanizePercentage }} of what it was a week ago: somebody deleted much, or it is not whole.".to_owned(),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        if backup::interval(scope.fleet).is_none() {
            return Vec::new();
        }
        let size = |now| {
            let of = series(&controller::SNAPSHOT_SIZE).eq("store", "main");
            vec![sample::change(of, 1e6, Duration(8 * 86_400), now)]
        };
        let at = after(&self.hold, 9 * 86_400);
        vec![
            Case::fires("far smaller", at, size(1e6 * (1.0 - self.by.0) / 2.0)),
            Case::quiet("as large", at, size(1e6)),
        ]
    }
}
