//! `vault-prefix-open`

use super::held::lines;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-prefix-open",
    severity: Severity::Warning,
    summary: "a policy's star stands behind part of a name",
    explanation: "\
`*` at the end of a rule's path stands for anything, in the middle of a name as well: `secret/data/app*` is about
`secret/data/app/db`, and about `secret/data/app-prod/db` and `secret/data/apple` too. It is found where a letter or a digit stands in front of the star.

Whoever makes a secret next year whose name begins the same gives it to this role, without anybody having changed a policy.

Write `secret/data/app/*`, and another rule for `secret/data/app` itself where there is such a secret.

Known from: measured with OpenBao 2.7.2. Also known as VP007.
",
    good: r#"
vault "https://vault.example.com:8200" {
    policy "reader" {
        path "secret/data/app/*" "read"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    policy "reader" {
        path "secret/data/app*" "read"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for line in lines(context.fleet) {
        let Some(prefix) = line.path().strip_suffix('*') else { continue };
        // A dash in front of the star says that names are meant which begin so.
        let inside = prefix.ends_with(char::is_alphanumeric);
        // What is denied more widely than meant is found soon, and gives nothing away.
        let denies = line.node.capabilities.iter().any(|word| word.value.word() == "deny");
        if inside && !denies {
            let found = out
                .found(format!("\"{}\" is about more than one name", line.path()))
                .label(line.span(), "the star stands inside a name")
                .effect(format!("\"{prefix}-other/secret\" is granted as well, whoever makes it"))
                .help(format!("write \"{prefix}/*\", and \"{prefix}\" for that path itself"));
            out.report(found);
        }
    }
}
