//! `include-unreadable`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "include-unreadable",
    severity: Severity::Error,
    summary: "an included file can't be read",
    explanation: "\
The path of an `include` is relative to the file that it stands in, written with `/`, and without `..`: a fleet is
below the folder of its fleet file. The finding gives the reason of the operating system. A file that is not UTF-8
can't be read either.

Without the file its pools are missing, and their absence would look like a wish to delete them. So nothing is
written. Correct the path or add the file.
",
    good: r#"
include "pools/docs.kdl"
pool "build" {
    mode "dind"
    runners max=4
}

// file pools/docs.kdl
pool "docs" {
    mode "dind"
    runners max=1
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}
"#,
    bad: r#"
include "pools/gone.kdl"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Reading,
};
