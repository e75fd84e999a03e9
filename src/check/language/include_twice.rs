//! `include-twice`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "include-twice",
    severity: Severity::Error,
    summary: "a file is included twice",
    explanation: "\
`include` reads another file as if it stood there. A second time would declare everything in it again, so it is not
read. A file that includes itself, or one that includes it, is found in the same way.

Remove the line that is marked. A file need not include what another file of the fleet includes already: all of them
are one fleet, and names of one are known in all others.
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
include "pools/docs.kdl"
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
    check: Check::Reading,
};
