//! `secret-mask-damage`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultEncoding;
use crate::lint::View;
use crate::lint::secrets::reads;
use crate::lint::vault::uses_of_vault;

pub static RULE: Rule = Rule {
    code: "secret-mask-damage",
    severity: Severity::Warning,
    summary: "each line of a secret is masked, and short lines are everywhere",
    explanation: "\
vault-action masks every line of a secret by itself. Of a JSON document or a list these are lines such as `{` or `a`. It is found where a
step reads a key that the fleet file says has several lines (`multi-line=#true`) and keeps as text; and where it reads one that is kept in base64 and
does not say so.

The log becomes unreadable, and worse: every output of the job in which such a line occurs is dropped, an image's tag as well as its
digest. Jobs after it get an empty text.

Keep the value in base64, say `encoding=\"base64\"` in the fleet file, and `secretEncodingType: base64` in the step: vault-action then decodes
it. Its lines are masked then, too; so a job that reads it should not have outputs.

Known from: vault-action and the runner's check of outputs, measured. Also known as VW010.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "signing" path="secret/signing" {
        key "pem" sensitive=#true encoding="base64" multi-line=#true
    }
    role "sign" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "signing"
    }
}

// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  sign:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-sign
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secretEncodingType: base64
          secrets: secret/data/signing pem | PEM
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "signing" path="secret/signing" {
        key "pem" sensitive=#true multi-line=#true
    }
    role "sign" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "signing"
    }
}

// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  sign:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-sign
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/signing pem | PEM
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for used in uses_of_vault(view) {
        let Some(vault) = used.vault else { continue };
        let Some(scalar) = used.step.step.input("secrets").and_then(|input| input.value.scalar()) else {
            continue;
        };
        let decodes =
            used.step.step.input_text("secretEncodingType").is_some_and(|text| text.trim() == "base64");
        for read in reads(scalar) {
            let secret = vault.secrets.iter().find(|secret| vault.path_of(secret, "data") == read.path);
            let keys = secret.map_or(&[][..], |secret| &secret.node.keys);
            let Some(key) = keys.iter().find(|key| key.name.as_str() == read.selector.trim_matches('`'))
            else {
                continue;
            };
            let base64 = key.encoding.value == VaultEncoding::Base64;
            let (message, effect, help) = match (base64, key.multi_line.value) {
                (false, true) => (
                    format!("each line of key \"{}\" is masked by itself", key.name.value),
                    "outputs of the job in which a short line of it occurs are dropped, a tag or a digest too",
                    "keep it in base64: `encoding=\"base64\"` in the fleet file, `secretEncodingType: base64` here",
                ),
                (true, _) if !decodes => (
                    format!("key \"{}\" is kept in base64 and arrives so", key.name.value),
                    "the job gets the encoded text, and what it decodes is masked by nobody",
                    "write `secretEncodingType: base64` in the step",
                ),
                _ => continue,
            };
            let found = out
                .found(message)
                .label(scalar.place(view.sources, read.selector_at.clone()), "read here")
                .label(key.span, "declared here")
                .effect(effect)
                .help(help);
            out.report(found);
        }
    }
}
