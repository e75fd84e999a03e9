//! `vault-backup-store`

use super::emitted;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-backup-store",
    severity: Severity::Error,
    summary: "a run of backups can not write to a store",
    explanation: "\
A run of `fleet-controller backup` signs its requests with the keys in a Secret, and sends them to an address. It is found where a store of
`backup` names no Secret, or neither an address nor a region, by which Amazon's address is known.

The pod of the run would never start, or each run would fail for this store: the copies that the file promises would not be there on the day on which
they are needed.

Write `secret=\"NAME\"`. The Secret has the keys `access_key_id` and `secret_access_key`, and lies in the namespace of fleet-controller. Its
rights in the store need be no more than to list, read, write and delete objects of this bucket. Write `region=\"eu-central-1\"` for Amazon, and
`endpoint=\"https://s3.example.com\"` for all others.

It is looked for where `versions` names an image of fleet-controller, since without one nothing is emitted for `backup`.

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
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (_, backup) in emitted(cx) {
        for store in &backup.stores {
            let (lacks, help) = match (&store.endpoint, &store.secret) {
                (_, None) => {
                    ("keys", "name a Secret with `access_key_id` and `secret_access_key`: `secret=\"NAME\"`")
                }
                (None, Some(_)) => (
                    "an address",
                    "write `region=\"eu-central-1\"` for Amazon, and `endpoint=\"https://s3.example.com\"` for all others",
                ),
                (Some(_), Some(_)) => continue,
            };
            let found = out
                .found(format!(
                    "backups have no {} for the store \"{}\"",
                    lacks.trim_start_matches("an "),
                    store.name
                ))
                .label(store.span, format!("lacks {lacks}"))
                .effect("no copy would ever reach it")
                .help(help);
            out.report(found);
        }
    }
}
