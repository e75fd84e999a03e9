//! `vault-destroy`

use super::held::{Told, held, place};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::vault::access::{Deed, Grade, SecretPath};
use crate::vault::{Capability, Joined};

pub static RULE: Rule = Rule {
    code: "vault-destroy",
    severity: Severity::Warning,
    summary: "a role can delete secrets so that nothing brings them back",
    explanation: "\
A store of version 2 keeps old versions: what is deleted or overwritten can be brought back. `destroy` ends that for a
version, and deleting a secret's metadata ends it for all versions at once. It is found where the policies of a role that
is not called one of administrators (its name holds `admin`) grant either for a secret of the file.

A job that goes wrong, or somebody who has its token for ten minutes, then takes the secret away from everybody, and only a
backup of the whole server has it still.

Grant `delete`, which can be undone with `undelete`. Keep `destroy` for a role of administrators.

Known from: measured with OpenBao 2.7.2. Also known as VP012.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "app" path="secret/app"
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        delete "app"
        undelete "app"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "app" path="secret/app"
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        destroy "app"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut told = Told::default();
    for held in held(context.fleet) {
        if held.name().to_lowercase().contains("admin") {
            continue;
        }
        let acl = held.acl();
        // Most roles have no such rule, and secrets are many.
        if !acl.joined().iter().any(could_end_a_secret) {
            continue;
        }
        let mut ended = Vec::new();
        for secret in &held.vault.secrets {
            let secret = SecretPath::of(held.vault, secret);
            let cells = secret.cells(&acl);
            let mut last = cells.into_iter().filter(|cell| matches!(cell.deed, Deed::Destroy | Deed::Purge));
            ended.extend(last.find(|cell| cell.grade != Grade::No).map(|cell| (secret.name, cell)));
        }
        let Some((name, cell)) = ended.first() else { continue };
        let rule = acl.joined().iter().find(|joined| cell.rules.iter().any(|path| path == joined.path()));
        let span = rule.and_then(place).unwrap_or(held.role.node.span);
        if !told.first([span]) {
            continue;
        }
        let more = match ended.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let found = out
            .found(format!("role \"{}\" can delete \"{name}\"{more} for ever", held.name()))
            .label(span, format!("grants `{}`", cell.deed))
            .effect("a wrong job, or a stolen token of it, takes secrets away with all their versions")
            .help("grant `delete`, which can be undone, and keep `destroy` for a role of administrators");
        out.report(found);
    }
}

/// Whether a rule may be about what ends a secret for ever.
fn could_end_a_secret(joined: &Joined<'_>) -> bool {
    let path = joined.path();
    let open = path.contains('+') || !path.contains("/data/");
    joined.capabilities.contains(Capability::Update) && (open || path.contains("/destroy/"))
        || joined.capabilities.contains(Capability::Delete) && (open || path.contains("/metadata/"))
}
