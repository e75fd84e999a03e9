//! `vault-list-differs`

use super::held::{Told, held, place};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::vault::access::ANY;
use crate::vault::{Acl, Flavour, Operation, Verdict};
use std::collections::BTreeSet;

pub static RULE: Rule = Rule {
    code: "vault-list-differs",
    severity: Severity::Error,
    summary: "a list is granted by one of Vault and OpenBao and refused by the other",
    explanation: "\
A list is asked for with a slash at the end of its path, and servers look for a rule without that slash too. Vault, and
OpenBao before 2.6, take a rule for the path without the slash first, however much narrower another one is; OpenBao 2.6 takes
the narrower one. It is found where the policies of a role together answer a list differently.

With `list` at `secret/metadata/*` and `deny` at `secret/metadata/private/*`, Vault lists the names in `private`, and OpenBao 2.6
does not. It was a hole there, known as GHSA-xp3c-3jw3-4vcr. A fleet that moves from one server to the other, or
that updates it, gives names away or loses jobs that list.

Write the rule for the folder itself as well, without a star: a rule for that very path goes first on both servers. With a
`deny` at `secret/metadata/private` both refuse.

Known from: measured with OpenBao 2.7.2; the sources of Vault and its issue 23874. Also known as VP009.
",
    good: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "apps" path="secret/team/*"
    policy "lister" {
        path "secret/metadata/team/*" "list"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "lister"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "apps" path="secret/team/*"
    policy "lister" {
        path "secret/metadata/team/*" "list"
        path "secret/metadata/team/private/*" "deny"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "lister"
    }
}
"#,
    check: Check::Fleet(check),
};

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut told = Told::default();
    for held in held(context.fleet) {
        let [open_bao, vault] = Flavour::ALL.map(|flavour| Acl::new(held.policies(), flavour, None));
        for folder in folders(&open_bao) {
            let [a, b] = [&open_bao, &vault].map(|acl| acl.answer(&folder, Operation::List));
            if (a.verdict == Verdict::Denied) == (b.verdict == Verdict::Denied) {
                continue;
            }
            let word = |verdict| if verdict == Verdict::Denied { "refuses" } else { "grants" };
            let (first, second) = (a.decided_by.and_then(place), b.decided_by.and_then(place));
            let Some(span) = first.or(second).filter(|span| told.first([*span].into_iter().chain(second)))
            else {
                continue;
            };
            let mut found = out
                .found(format!(
                    "OpenBao {} role \"{}\" the list of \"{folder}\", Vault {} it",
                    word(a.verdict),
                    held.name(),
                    word(b.verdict)
                ))
                .label(span, "decides in OpenBao");
            if let Some(span) = second {
                found = found.label(span, "decides in Vault");
            }
            let bare = folder.trim_end_matches('/');
            found = found
                .effect("another server, or another release of it, gives names away or refuses jobs")
                .help(format!("say it for the folder itself: `path \"{bare}\" …` goes first on both"));
            out.report(found);
        }
    }
}

/// Folders in which rules of a set meet.
fn folders(acl: &Acl<'_>) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for joined in acl.joined() {
        let Some(witness) = joined.sources.first().and_then(|source| source.rule.path.witness(ANY)) else {
            continue;
        };
        let bare = witness.trim_end_matches('/');
        folders.insert(format!("{bare}/"));
        folders.extend(bare.rfind('/').map(|slash| bare[..=slash].to_owned()));
    }
    folders
}
