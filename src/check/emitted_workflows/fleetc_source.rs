//! `fleetc-source`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "fleetc-source",
    severity: Severity::Error,
    summary: "fleetc names no one place to get fleetc from",
    explanation: "\
`fleetc` under `workflows` says where `fleet-check` and `track-versions` get fleetc from. That is either a repository with fleetc's action at its root,
at a commit, or a folder with its source in the fleet's own repository. It is found where there is neither, both, or a repository without a
commit: a branch or a tag can be moved to other code, which would then run with the rights of these workflows.

Write `fleetc \"OWNER/fleetc\" sha=\"…\" version=\"v…\"`, where the version is a comment for readers and bots, or `fleetc path=\".\"`.
",
    good: r#"
workflows {
    fleetc "my-org/fleetc" sha="0123456789abcdef0123456789abcdef01234567" version="v0.1.0"
    fleet-check
}
"#,
    bad: r#"
workflows {
    fleetc "my-org/fleetc" version="v0.1.0"
    fleet-check
}
"#,
    check: Check::Reading,
};
