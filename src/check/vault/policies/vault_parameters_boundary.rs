//! `vault-parameters-boundary`

use super::held::lines;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-parameters-boundary",
    severity: Severity::Warning,
    summary: "a policy relies on parameters of requests being limited",
    explanation: "\
`allowed-parameter` and `denied-parameter` compare the parameters of a request with values. It is found where a rule that
is written by hand has one.

They are no boundary. OpenBao compares a list as a whole, so that a value which is denied as `\"root\"` passes as `[\"root\"]`; a list
in one text, `\"fleet-a,admin\"`, passes a pattern `fleet-*`; the old name of a parameter (`policies` for `token_policies`) is not
compared at all; and a request without the parameter passes. Nothing inside `data` of a secret can be limited, since that is
one parameter.

Give the role less: paths of its own, or none of the capabilities that write. What must not be written at all is kept out
by not granting the path.

Known from: measured with OpenBao 2.7.2; newer releases of Vault compare the elements of lists unless
`VAULT_LEGACY_EXACT_MATCHING_ON_LIST` is set. Also known as VP010.
",
    good: r#"
vault "https://vault.example.com:8200" {
    policy "writer" {
        path "transit/encrypt/app" "update"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    policy "writer" {
        path "transit/encrypt/app" "update" {
            denied-parameter "context" "root"
        }
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for line in lines(context.fleet) {
        let (allowed, denied) = (line.node.allowed.first(), line.node.denied.first());
        let Some(parameter) = denied.or(allowed) else { continue };
        let way = if denied.is_some() {
            "a list that holds a value is not that value"
        } else {
            "a list in one text passes a pattern"
        };
        let found = out
            .found(format!("\"{}\" is kept in bounds by the parameter \"{}\" only", line.path(), parameter.name.value))
            .label(parameter.name.span, "can be got around")
            .effect(format!("{way}, and old names of parameters are not compared: whoever has the policy can send it all the same"))
            .help("grant a narrower path, or fewer capabilities");
        out.report(found);
    }
}
