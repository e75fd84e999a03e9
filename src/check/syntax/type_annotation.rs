//! `type-annotation`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "type-annotation",
    severity: Severity::Error,
    summary: "a value has a type annotation",
    explanation: "\
KDL lets a type stand in parentheses before a value, as in `(u8)4`. In a fleet file every place has one type, so an
annotation could only repeat it or contradict it. It is refused rather than passed over, because whoever wrote it
expects that it does something.

Remove it. A value that contains a parenthesis needs quotes.
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
    runners max=(u8)4
}
"#,
    check: Check::Reading,
};
