//! `vault-name-charset`

use crate::check::{Check, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-name-charset",
    severity: Severity::Error,
    summary: "a role or policy has a name that Vault can not keep",
    explanation: "\
Names of roles and policies are lower-case letters, digits and `-`, up to 63 of them. It is found where a `role` or a `policy` has another one.
`vault-name`, for those that are called something else on the server, may have `_` and `.` too.

Vault writes names in lower case, so `CI` and `ci` are one object, and what was written as `CI` is read back as `ci`. With other
characters a role can't be reached at all: 404.

Write the name in lower case, with `-` between words.

Known from: measured with OpenBao 2.7. Also known as VJ022.
",
    good: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "CI-Build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
    check: Check::Reading,
};
