//! `number-out-of-range`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "number-out-of-range",
    severity: Severity::Error,
    summary: "a number is too large to be held",
    explanation: "\
Whole numbers are held in 128 bits, others as 64-bit floating point. A number beyond that would be cut to another one,
so it is refused. No amount of a fleet comes near it; mostly digits were pasted into the wrong place.

Correct the number. Large amounts are written with a unit: `\"1Ti\"` rather than its bytes.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=100
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=100000000000000000000000000000000000000000
}
"#,
    check: Check::Reading,
};
