//! `stray-brace`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "stray-brace",
    severity: Severity::Error,
    summary: "a block is closed that was never opened",
    explanation: "\
A `}` that has no `{` mostly means that one too many stands further up: it closed the node early, and what was
meant to be inside of it now stands outside. The finding shows the brace that did so, where it is near.

Remove the one that is too many.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
}
"#,
    check: Check::Reading,
};
