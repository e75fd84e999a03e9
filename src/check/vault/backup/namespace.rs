//! `vault-backup-namespace`

use super::emitted;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-backup-namespace",
    severity: Severity::Error,
    summary: "a backup is declared for a namespace of a server",
    explanation: "\
A snapshot is of a whole server. Only in the root namespace may it be asked for, and only a policy of the root namespace can allow it. It is found where a
`vault` with `namespace=\"…\"` has a `backup`: all that fleetc declares for that one lies in its namespace, the role of the backup too.

Each run would log in, and then be told that it may not read the snapshot: no backup would be made.

Declare the server once more without a namespace, under a name of its own, with nothing but `backup` in it.

Known from: the list of paths that are restricted to the root namespace in the documentation of Vault Enterprise.

",
    good: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    bad: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" namespace="team-a" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (vault, backup) in emitted(cx) {
        let Some(namespace) = &vault.node.namespace else { continue };
        let found = out
            .found(format!("the namespace \"{}\" can not be backed up by itself", namespace.value))
            .label(backup.node.span, "a copy of the whole server")
            .label(namespace.span, "the role of the backup would lie in here")
            .effect("the server would refuse each run: snapshots are for the root namespace")
            .help("declare the server once more without `namespace`, with another `name`, and move `backup` there");
        out.report(found);
    }
}
