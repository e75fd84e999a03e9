//! `vault-path-literal`

use super::held::{Line, lines};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::vault::path::RulePath;

pub static RULE: Rule = Rule {
    code: "vault-path-literal",
    severity: Severity::Error,
    summary: "a policy holds what the server refuses, or a path that no request can have",
    explanation: "\
In the path of a rule `*` means something at the end only, and `+` only as a whole segment. Elsewhere both are ordinary
characters, so that the rule is about a path that has a star in its name. Requests never have a slash in front, two
slashes in a row, or an escape such as `%20` left in them. It is found where a rule has any of this, where it has `+*`, which
the server refuses together with the whole policy, and where it grants a capability that only the other of Vault and
OpenBao knows (`scan` is OpenBao's, `recover` and `subscribe` are Vault's).

A policy that is refused is not there: roles that name it log in and reach nothing. A rule that is about no request
grants nothing, and refuses nothing where it is a `deny`.

Write `+` for any one segment (`secret/data/+/db`), and `*` at the end for anything (`secret/data/team/*`).

Known from: measured with OpenBao 2.7.2. Also known as VP002.
",
    good: r#"
vault "https://vault.example.com:8200" {
    policy "reader" {
        path "secret/data/+/db" "read"
    }
}
"#,
    bad: r#"
vault "https://vault.example.com:8200" {
    policy "reader" {
        path "secret/data/*/db" "read"
    }
}
"#,
    check: Check::Fleet(check),
};

const NEVER: &str = "no request has such a path: the rule is about none";

fn check(context: &Context<'_>, out: &mut Reporter<'_, '_>) {
    for line in lines(context.fleet) {
        if let Some((message, label, effect, help)) = fault(line.path()) {
            let found = out.found(message).label(line.span(), label).effect(effect).help(help);
            out.report(found);
        }
        capabilities(&line, out);
    }
}

pub(super) type Fault = (String, &'static str, &'static str, String);

/// The first thing that is wrong with a path: the others often go with it.
pub(super) fn fault(path: &str) -> Option<Fault> {
    let segments = || path.trim_start_matches('/').split('/');
    if let Err(error) = RulePath::parse(path) {
        let effect = "the server refuses the whole policy: roles that name it reach nothing";
        return Some((format!("the server refuses \"{path}\""), "refused", effect, error.to_string()));
    }
    if path.starts_with('/') {
        let help = format!("write \"{}\"", path.trim_start_matches('/'));
        let effect = if path.starts_with("//") {
            NEVER
        } else {
            "the server drops the first slash; people read it as meaning something"
        };
        return Some((format!("\"{path}\" starts with a slash"), "requests have none", effect, help));
    }
    if path.contains("//") {
        let help =
            format!("write \"{}\"", segments().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"));
        return Some((format!("\"{path}\" has an empty segment"), "two slashes", NEVER, help));
    }
    if path.trim_end_matches('*').contains('*') || path.ends_with("**") {
        let plus: Vec<_> = segments().map(|part| if part == "*" { "+" } else { part }).collect();
        let help = format!(
            "`*` stands for anything at the end only; write \"{}\" for any one segment",
            plus.join("/")
        );
        return Some((
            format!("\"{path}\" has a star that is not at its end"),
            "an ordinary character here",
            NEVER,
            help,
        ));
    }
    if segments().any(|part| part.contains('+') && part != "+") {
        let help =
            "`+` stands for a whole segment only; write `+` for all of it, or `*` at the end of the path"
                .to_owned();
        return Some((
            format!("\"{path}\" has a plus beside other text"),
            "an ordinary character here",
            NEVER,
            help,
        ));
    }
    let escaped =
        path.as_bytes().windows(3).any(|w| w[0] == b'%' && w[1..].iter().all(u8::is_ascii_hexdigit));
    escaped.then(|| {
        let help = "write the character itself".to_owned();
        (
            format!("\"{path}\" has an escape of addresses"),
            "is not resolved",
            "paths are compared after escapes are resolved: the rule is about none",
            help,
        )
    })
}

fn capabilities(line: &Line<'_>, out: &mut Reporter<'_, '_>) {
    let flavour = line.vault.flavour();
    for word in &line.node.capabilities {
        let known = crate::vault::Capability::parse(word.value.word());
        if known.is_some_and(|capability| !capability.known_to(flavour)) {
            let found = out
                .found(format!("{flavour} has no capability \"{}\"", word.value.word()))
                .label(word.span, "refused")
                .effect("the server refuses the whole policy: roles that name it reach nothing")
                .help(format!("remove it, or write `flavour=\"{}\"` at the `vault`", other(line)));
            out.report(found);
        }
    }
}

fn other(line: &Line<'_>) -> &'static str {
    match line.vault.flavour() {
        crate::vault::Flavour::OpenBao => "vault",
        crate::vault::Flavour::Vault => "openbao",
    }
}
