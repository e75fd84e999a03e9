//! `vault-transport`

use super::{is_on, with_vault};
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::VAULT_ACTION;

pub static RULE: Rule = Rule {
    code: "vault-transport",
    severity: Severity::Error,
    summary: "secrets travel to a server that nothing vouches for, or with a header that breaks the action",
    explanation: "\
It is found where vault-action is told not to verify the server's certificate (`tlsSkipVerify: true`), to speak plain http to another machine, or
to send headers that carry tokens or ask for wrapping.

Anybody between the runner and Vault then gets the job's token of GitHub's issuer, logs in with it, and reads what the job may read. A
token in `extraHeaders` is not masked, and `X-Vault-Wrap-TTL` makes the action fail: \"Cannot read properties of null\".

Give the action the certificate authority: `caCertificate:` with the PEM in base64. fleetc's pools carry one by `trust config-map=…`.

Known from: the source of vault-action, measured. Also known as VW005.
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
          caCertificate: ${{ vars.COMPANY_CA }}
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
          tlsSkipVerify: true
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    let listened =
        "whoever stands between runner and Vault logs in with the job's token and reads its secrets";
    for step in view.steps() {
        if !step.step.uses.as_ref().is_some_and(|uses| uses.is(VAULT_ACTION)) {
            continue;
        }
        if let Some(input) = step.step.input("tlsSkipVerify").filter(|_| is_on(step.step, "tlsSkipVerify")) {
            let found = out
                .found("nothing vouches for the server that this job logs in to")
                .label(input.value.span, "any certificate will do")
                .effect(listened)
                .help("give the action the certificate authority, `caCertificate:`, and remove this line");
            out.report(found);
        }
        if let Some(url) = step.step.input("url")
            && let Some(rest) = url.value.text().and_then(|text| text.trim().strip_prefix("http://"))
            && !["localhost", "127.0.0.1", "[::1]"].iter().any(|here| rest.starts_with(here))
        {
            let found = out
                .found("the job speaks to Vault without encryption")
                .label(url.value.span, "plain http")
                .effect(listened)
                .help("write https://");
            out.report(found);
        }
        if let Some(headers) = step.step.input("extraHeaders")
            && let Some(scalar) = headers.value.scalar()
        {
            let lower = scalar.text.to_ascii_lowercase();
            let bad = [
                ("x-vault-wrap-ttl", "vault-action fails: \"Cannot read properties of null\""),
                ("x-vault-token", "the token is not masked: it stands in the log of the step"),
                ("authorization", "the token is not masked: it stands in the log of the step"),
            ];
            for (header, effect) in bad {
                let Some(at) = lower.find(header) else { continue };
                let found = out
                    .found(format!("vault-action should not be given the header `{header}`"))
                    .label(scalar.place(view.sources, at..at + header.len()), "this one")
                    .effect(effect)
                    .help("remove it, and log in with `method: jwt`");
                out.report(found);
            }
        }
    }
}
