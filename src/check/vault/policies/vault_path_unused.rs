//! `vault-path-unused`

use super::held::{Line, is_versioned, lines};
use super::vault_path_literal::fault;
use super::vault_path_part::is_misplaced;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultCapability;
use crate::vault::access::ANY;
use crate::vault::path::RulePath;

pub static RULE: Rule = Rule {
    code: "vault-path-unused",
    severity: Severity::Warning,
    summary: "a policy is about no secret of the fleet, or lets a role list all of them",
    explanation: "\
It is found where a rule that is written by hand grants something in a key-value store of the file, and none of the secrets
that the file declares for this server lies where the rule is about; and where a rule lets names be listed at the top of a
store.

A path with a slip grants nothing today, and something to whoever makes a secret of that name. Whoever may list the top of a
store sees the names of all teams' secrets.

Correct the path, or declare the secret: `secret \"app\" path=\"secret/app\"`. Grant `list` for a folder.

Known from: the rules of OpenBao and Vault. Also known as VP008.
",
    good: r#"
vault "https://vault.example.com:8200" {
    secret "app" path="secret/app"
    policy "reader" {
        path "secret/data/app" "read"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    secret "app" path="secret/app"
    policy "reader" {
        path "secret/data/ap" "read"
    }
}
"#,
    check: Check::Fleet(check),
};

const PARTS: [&str; 6] = ["data", "metadata", "delete", "undelete", "destroy", "subkeys"];

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for line in lines(context.fleet) {
        // What is wrong with the path itself has been said.
        if fault(line.path()).is_some() || is_misplaced(&line) {
            continue;
        }
        let (Some((mount, _)), Ok(path)) = (line.mount(), RulePath::parse(line.path())) else { continue };
        let capabilities = &line.rule.capabilities;
        if capabilities.is_empty() || capabilities.contains(&VaultCapability::Deny) {
            continue;
        }
        let top = if is_versioned(mount) {
            format!("{}/metadata/", mount.path)
        } else {
            format!("{}/", mount.path)
        };
        let lists =
            capabilities.contains(&VaultCapability::List) || capabilities.contains(&VaultCapability::Scan);
        if lists && (path.matches(&top) || path.as_str() == top.trim_end_matches('/')) {
            let found = out
                .found(format!("\"{}\" lets the names of all secrets be listed", line.path()))
                .label(line.span(), format!("covers the top of \"{}\"", mount.path))
                .effect("whoever has this policy sees what every team keeps there")
                .help(format!("grant it for a folder: \"{top}FOLDER/*\""));
            out.report(found);
        } else if !about_some(&line, &path) {
            let found = out
                .found(format!("no secret of the file lies at \"{}\"", line.path()))
                .label(line.span(), "about nothing that is declared")
                .effect("the rule grants nothing today, and something to whoever makes a secret there")
                .help("correct the path, or declare the secret beside it");
            out.report(found);
        }
    }
}

/// Whether a rule is about a declared secret, or about something inside a family.
fn about_some(line: &Line<'_>, path: &RulePath) -> bool {
    let config = line.mount().is_some_and(|(_, below)| below == "config");
    config
        || line.vault.secrets.iter().any(|secret| {
            PARTS.iter().any(|part| {
                let at = line.vault.path_of(secret, part);
                match at.strip_suffix('*') {
                    None => {
                        path.matches(&at)
                            || at.starts_with(&format!("{}/", path.as_str().trim_end_matches('/')))
                    }
                    Some(folder) => {
                        let inside = path.witness(ANY).is_some_and(|witness| witness.starts_with(folder));
                        inside
                            || path.matches(folder)
                            || path.matches(&format!("{folder}{ANY}"))
                            || path.as_str() == folder.trim_end_matches('/')
                    }
                }
            })
        })
}
