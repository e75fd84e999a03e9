//! `vault-capability-unneeded`

use super::held::{Held, held, place};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::vault::Verb;
use crate::vault::access::{Deed, Grade, SecretPath};

pub static RULE: Rule = Rule {
    code: "vault-capability-unneeded",
    severity: Severity::Warning,
    summary: "a policy gives a role more with a secret than the role says it needs",
    explanation: "\
A role says what it does with a secret: `read`, `write`, `record` and so on. It is found where a policy that is written by
hand, and that the role also has, grants it more with the same secret: writing what it only reads, or reading what it only
records.

The words of the role are what people review. Whoever reads `record \"image-tags\"` takes it that jobs of the role can't read
other people's tags, and they can.

Take the capability out of the policy, or write the word at the role so that it is seen.

Known from: the rules of OpenBao and Vault. Also known as VP006.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "app" path="secret/app"
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        read "app"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "app" path="secret/app"
    policy "team" {
        path "secret/data/app" "read" "update"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        read "app"
        policy "team"
    }
}
"#,
    check: Check::Fleet(check),
};

/// What a word of a role is for.
fn deeds(verb: Verb) -> &'static [Deed] {
    match verb {
        Verb::Read => &[Deed::Read],
        Verb::Write => &[Deed::Create, Deed::Update, Deed::Patch],
        Verb::Record => &[Deed::Create, Deed::Patch],
        Verb::List => &[Deed::List],
        Verb::Inspect => &[Deed::Inspect],
        Verb::Delete => &[Deed::Delete],
        Verb::Undelete => &[Deed::Undelete],
        Verb::Destroy => &[Deed::Destroy, Deed::Purge],
    }
}

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for held in held(context.fleet) {
        // What follows from the role's words is what they say.
        if !held.role.node.policies.is_empty() {
            judge(&held, out);
        }
    }
}

fn judge(held: &Held<'_>, out: &mut Reporter<'_, '_>) {
    let acl = held.acl();
    for (at, secret) in held.vault.secrets.iter().enumerate() {
        let words: Vec<_> = held.role.grants.iter().filter(|grant| grant.secret == at).collect();
        let Some(first) = words.first() else { continue };
        let needed: Vec<_> = words.iter().flat_map(|grant| deeds(grant.verb)).collect();
        let path = SecretPath::of(held.vault, secret);
        let cells = path.cells(&acl);
        let more: Vec<_> =
            cells.iter().filter(|cell| cell.grade != Grade::No && !needed.contains(&&cell.deed)).collect();
        let Some(one) = more.first() else { continue };
        let rule = acl.joined().iter().find(|joined| one.rules.iter().any(|path| path == joined.path()));
        let by_hand =
            rule.and_then(|joined| joined.sources.iter().find(|source| source.policy.name != held.role.name));
        let span = by_hand.map(|source| source.rule.span).or_else(|| rule.and_then(place));
        let list: Vec<_> = more.iter().map(|cell| format!("`{}`", cell.deed)).collect();
        let found = out
            .found(format!("role \"{}\" can also {} \"{}\"", held.name(), list.join(", "), path.name))
            .label(span.unwrap_or(first.span), "grants it")
            .label(first.span, format!("says `{}` only", first.verb.word()))
            .effect("jobs of the role can do more with the secret than its words say")
            .help("take the capability out of the policy, or write the word at the role");
        out.report(found);
    }
}
