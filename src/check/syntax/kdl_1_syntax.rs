//! `kdl-1-syntax`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "kdl-1-syntax",
    severity: Severity::Error,
    summary: "the text is KDL 1, not KDL 2",
    explanation: "\
KDL 2 writes `#true`, `#false` and `#null` with a `#`, so that they can't be mistaken for words, and raw strings as
`#\"…\"#`. In KDL 1 they were `true`, `false`, `null` and `r\"…\"`. Editors and examples on the web still have the old
form.

Write what the finding shows. The value is read as it was meant, so this is all that is wrong with it.
",
    good: r#"
pool "build" forks=#true {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" forks=true {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
