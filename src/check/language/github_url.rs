//! `github-url`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "github-url",
    severity: Severity::Error,
    summary: "runners can't be registered at this address",
    explanation: "\
ARC reads what to register from the path of the address: one part is an organization, two are a repository,
`enterprises/NAME` is an enterprise. The API server takes any other address just as well, but the pool is never
registered, and its jobs queue for ever. ARC itself cuts off slashes at the end; fleetc refuses those too, so that
one address has one spelling and two pools of one scope are seen to clash.

Write `https://github.com/ORG`, `https://github.com/ORG/REPO` or `https://github.com/enterprises/NAME`; for a
GitHub Enterprise Server, its own host.

Known from: pools run with such addresses under ARC 0.14.2, ARC issue 2381.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org/my-repo/settings" app-secret="github-app"
}
"#,
    check: Check::Reading,
};
