//! `vault-path-refused`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::suggest::nearest;
use crate::lint::View;
use crate::lint::secrets::{Read, reads};
use crate::lint::vault::{VaultUse, uses_of_vault};
use crate::model::vault::{KvVersion, Role, Secret, Vault};
use crate::vault::{Operation, Verdict, of_fleet};
use crate::yaml::Scalar;

pub static RULE: Rule = Rule {
    code: "vault-path-refused",
    severity: Severity::Error,
    summary: "a job reads a path that its role is refused, or a field that the secret has not",
    explanation: "\
What a role of the fleet may read is in the fleet file, and what a job reads is in its workflow. It is found where these differ: the policies
of the role, evaluated as the server does it, do not let it read the path; the path lacks the `data/` that version 2 of the key-value
store wants in requests; or the secret declares its keys and the field is none of them. Steps whose role is no role of
the fleet are not judged.

Vault answers 403, or 404 for a missing field, and the job fails after it has got its runner.

Grant it (`read \"NAME\"` in the role), name a role that may, or correct path and field. The fleet's action `fetch-secrets` has the paths from
the fleet file: there is nothing to keep in step.

Known from: an evaluator of policies that is tested against a real OpenBao. Also known as VW007.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - id: vault
        uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    bad: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - id: vault
        uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/signing key | KEY
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for VaultUse { step, vault, role } in uses_of_vault(view) {
        let (Some(vault), Some(role)) = (vault, role) else { continue };
        let Some(scalar) = step.step.input("secrets").and_then(|input| input.value.scalar()) else {
            continue;
        };
        let policies = of_fleet::policies_of(vault, role);
        let acl = of_fleet::acl(vault, &policies);
        for read in reads(scalar).iter().filter(|read| !read.path.contains("${{")) {
            let path = read.path.trim_matches('/');
            let found = if let Some(better) = without_data(vault, path) {
                out.found(format!("\"{path}\" lacks the `data/` of a version 2 store"))
                    .label(scalar.place(view.sources, read.path_at.clone()), "not where the secret is")
                    .effect("Vault answers 403, or 404: the job fails")
                    .help(format!("write `{better}`"))
            } else if acl.answer(path, Operation::Read).verdict == Verdict::Denied {
                refused(view, vault, role, scalar, read, out)
            } else if let Some(found) = unknown_field(view, vault, scalar, read, out) {
                found
            } else {
                continue;
            };
            out.report(found);
        }
    }
}

/// The path with `data/` behind the mount, where it is missing.
fn without_data(vault: &Vault, path: &str) -> Option<String> {
    let below = |mount: &crate::model::vault::Mount| {
        let rest = path.strip_prefix(mount.path.as_str())?.strip_prefix('/')?;
        Some((mount.path.len(), mount.version, rest))
    };
    let (length, version, rest) =
        vault.mounts.iter().filter_map(below).max_by_key(|(length, _, _)| *length)?;
    let first = rest.split('/').next()?;
    let known = ["data", "metadata", "delete", "undelete", "destroy", "subkeys", "config"];
    (version == KvVersion::V2 && !known.contains(&first)).then(|| format!("{}/data/{rest}", &path[..length]))
}

fn refused(
    view: &View<'_>,
    vault: &Vault,
    role: &Role,
    scalar: &Scalar,
    read: &Read<'_>,
    out: &Reporter<'_, '_>,
) -> Diagnostic {
    let secret = secret_at(vault, read.path.trim_matches('/'));
    let help = match secret {
        Some(secret) => {
            format!("write `read \"{}\"` in the role, or name a role that may", secret.node.name.value)
        }
        None => {
            let paths: Vec<_> = vault.secrets.iter().map(|secret| vault.path_of(secret, "data")).collect();
            match nearest(read.path, paths.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare the secret in the fleet file, and grant it: `read \"NAME\"`".to_owned(),
            }
        }
    };
    out.found(format!("role \"{}\" may not read {}", role.node.name.value, read.path))
        .label(scalar.place(view.sources, read.path_at.clone()), "refused")
        .label(role.node.span, "the role")
        .effect("Vault answers 403: the job fails after it has got its runner")
        .help(help)
}

/// The declared secret that a path is of.
fn secret_at<'v>(vault: &'v Vault, path: &str) -> Option<&'v Secret> {
    vault.secrets.iter().find(|secret| {
        let own = vault.path_of(secret, "data");
        match own.strip_suffix('*') {
            Some(folder) => path.starts_with(folder),
            None => own == path,
        }
    })
}

fn unknown_field(
    view: &View<'_>,
    vault: &Vault,
    scalar: &Scalar,
    read: &Read<'_>,
    out: &Reporter<'_, '_>,
) -> Option<Diagnostic> {
    let secret = secret_at(vault, read.path.trim_matches('/'))?;
    let field = read.selector.trim_matches(['`', '"', '\'']);
    let plain =
        !field.is_empty() && field.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let keys = || secret.node.keys.iter().map(|key| key.name.as_str());
    if !plain || secret.node.keys.is_empty() || keys().any(|key| key == field) {
        return None;
    }
    let help = nearest(field, keys()).map_or_else(
        || format!("declare it: `key \"{field}\"`, or name one that is there"),
        |near| format!("did you mean `{near}`?"),
    );
    let found = out
        .found(format!("secret \"{}\" has no key \"{field}\"", secret.node.name.value))
        .label(scalar.place(view.sources, read.selector_at.clone()), "not declared")
        .label(secret.node.span, "its keys are declared here")
        .effect("the step fails: the field is not in the secret")
        .help(help);
    Some(found)
}
