//! `vault-backup-name`

use super::emitted;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "vault-backup-name",
    severity: Severity::Error,
    summary: "the name of a server is too long for the CronJob of its backups",
    explanation: "\
The CronJob is called after the server: its name and `-backup`. A Job is called like its CronJob with 11 characters behind, and a name of a Job has at
most 63. So Kubernetes takes CronJobs with names of up to 52 characters, which leaves 45 for that of the server. It is found where it is longer.

The API server would refuse the CronJob, and no backup would be made.

Give the server a shorter name: `vault \"https://…\" name=\"NAME\"`.

Known from: validation of CronJobs in Kubernetes (`ValidateCronJobCreate`).

",
    good: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" name="main" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    bad: r#"
versions {
    fleet-controller "registry.example.com/fleet-controller:0.1.0"
}
vault "https://vault.example.com:8200" name="the-server-of-secrets-that-all-teams-of-the-company-share" {
    backup schedule="0 3 * * 0" keep="21d" {
        s3 "vault-backups" region="eu-central-1" secret="backup-amazon"
    }
}
"#,
    check: Check::Fleet(check),
};

/// Longest name of a CronJob.
const LONGEST: usize = 52;

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for (vault, backup) in emitted(cx) {
        if backup.name.len() <= LONGEST {
            continue;
        }
        let found = out
            .found(format!(
                "the CronJob \"{}\" would have a name of {} characters",
                backup.name,
                backup.name.len()
            ))
            .label(vault.node.name.span, "named after this")
            .effect("the API server refuses names of more than 52, and no backup would be made")
            .help("give the server a name of at most 45 characters: `name=\"NAME\"`");
        out.report(found);
    }
}
