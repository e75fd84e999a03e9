//! `login-removed`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::diff::Verb;

pub static RULE: Rule = Rule {
    code: "login-removed",
    severity: Severity::Warning,
    summary: "a Vault role or secret leaves the fleet, and workflows may still name it",
    explanation: "\
Workflows name a Vault role when they log in, and ask for secrets by path. It is found where a `role` or a `secret` of
`vault` is removed or gets another name.

Jobs that name the role are refused at login, on every branch that was cut before the workflows were changed. Runs that are
queued or being repeated are hit as well. A secret's data stays in Vault; what goes is the right to read it.

Add the new name first, move the workflows over, and remove the old one when nothing uses it.

Known from: how roles of the JWT and Kubernetes auth methods work: a login names its role.
",
    good: r#"
 vault "https://vault.example.com:8200" {
     auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://github.com/my-org"
     secret "harbor" path="secret/harbor" {
         key "password"
     }
     role "ci-build" auth="github" ttl="10m" {
         repository "my-org/app" ref="refs/heads/main"
         read "harbor"
     }
+    role "image-build" auth="github" ttl="10m" {
+        repository "my-org/app" ref="refs/heads/main"
+        read "harbor"
+    }
 }
"#,
    bad: r#"
 vault "https://vault.example.com:8200" {
     auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://github.com/my-org"
     secret "harbor" path="secret/harbor" {
         key "password"
     }
-    role "ci-build" auth="github" ttl="10m" {
+    role "image-build" auth="github" ttl="10m" {
         repository "my-org/app" ref="refs/heads/main"
         read "harbor"
     }
 }
"#,
    check: Check::Change(check),
};

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for entry in cx.diff.entries.iter().filter(|entry| entry.verb == Verb::Removed) {
        let (what, effect) = match entry.subject.kind.as_str() {
            "vault role" => ("role", "jobs and pods that log in with it are refused"),
            "vault secret" => {
                ("secret", "roles lose the right to it, and jobs that read it fail; its data stays")
            }
            _ => continue,
        };
        let span = cx.after.fleet.vaults.first().map_or(cx.after.fleet.node.span, |vault| vault.node.span);
        let found = out
            .found(format!("{what} \"{}\" leaves the fleet", entry.subject.name))
            .label(span, "not here any more")
            .effect(effect)
            .help("keep it until no workflow of any branch names it");
        out.report(found);
    }
}
