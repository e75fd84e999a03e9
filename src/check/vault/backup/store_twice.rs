//! `vault-backup-store-twice`

use super::emitted;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::BackupStore;

pub static RULE: Rule = Rule {
    code: "vault-backup-store-twice",
    severity: Severity::Error,
    summary: "two stores of a backup are one, or are called alike",
    explanation: "\
Stores of a `backup` are told apart by their name, in logs, in metrics, and in what a person asks to be restored from; without `name` it
is that of the bucket. It is found where two of the fleet have the same name, or two of one server are the same bucket at the same address.

Of two with one name, each alert and each report would speak of one and mean the other. Two that are the same bucket are one copy, though the file looks as if
there were two: when it is gone, all is.

Give one of them a name of its own, such as `name=\"own\"`, or another bucket at another place.

",
    good: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
        s3 "vault-backups" endpoint="https://s3.example.com" name="own" secret="backup-own"
    }
}
"#,
    bad: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
        s3 "vault-backups" endpoint="https://s3.example.com" secret="backup-own"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut earlier: Vec<(&str, &BackupStore)> = Vec::new();
    for (vault, backup) in emitted(cx) {
        for store in &backup.stores {
            let called_alike = earlier.iter().find(|(_, other)| other.name == store.name);
            let same_place = earlier.iter().find(|(server, other)| {
                *server == vault.name()
                    && other.bucket == store.bucket
                    && other.endpoint.is_some()
                    && other.endpoint == store.endpoint
            });
            let found = match (called_alike, same_place) {
                (Some((_, first)), _) => Some(
                    out.found(format!("two stores of backups are called \"{}\"", store.name))
                        .label(store.span, "again here")
                        .label(first.span, "first here")
                        .effect("metrics, reports and `restore --store` could not tell them apart")
                        .help("give one of them a name: `name=\"own\"`"),
                ),
                (None, Some((_, first))) => Some(
                    out.found(format!("two stores of the backup are the same bucket \"{}\"", store.bucket))
                        .label(store.span, "again here")
                        .label(first.span, "first here")
                        .effect("there is one copy, not two: what takes the bucket takes all")
                        .help("remove one of them, or keep the second copy elsewhere"),
                ),
                (None, None) => None,
            };
            if let Some(found) = found {
                out.report(found);
            }
            earlier.push((vault.name(), store));
        }
    }
}
