//! `vault-token-not-revoked`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::language::nodes::VaultToken;
use crate::lint::vault::uses_of_vault;
use crate::lint::{View, revokes};

pub static RULE: Rule = Rule {
    code: "vault-token-not-revoked",
    severity: Severity::Warning,
    summary: "a job leaves a token behind that works on",
    explanation: "\
vault-action never revokes the token that it logged in for. A batch token ends by itself after the role's `ttl` and can't be revoked; a service
token works until then for whoever has it. It is found where a job uses a role of the fleet with `token=\"service\"` and has no step that revokes it
whatever happens (`if: always()`).

What a step of the job has seen of the token works on after the job: for the whole `ttl`, from anywhere that reaches Vault.

Use batch tokens, which fleetc's roles for jobs have unless they say otherwise; or end the job with a step of `if: always()` that posts to
`/v1/auth/token/revoke-self`, and say `revoked=#true` in the role.

Known from: vault-action issue 427; measured with OpenBao. Also known as VW014.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
    }
}

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
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    role "ci-build" auth="github" ttl="10m" token="service" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
    }
}

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
      - uses: hashicorp/vault-action@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v3.4.0
        with:
          url: https://vault.example.com:8200
          method: jwt
          path: github
          role: example-ci-build
          jwtGithubAudience: https://vault.example.com
          exportEnv: false
          secrets: secret/data/registry password | PASSWORD
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for used in uses_of_vault(view) {
        let Some(role) = used.role.filter(|role| role.token.kind == VaultToken::Service) else { continue };
        let Some(uses) = &used.step.step.uses else { continue };
        if used.step.among.iter().any(revokes) {
            continue;
        }
        let span = role.node.token.as_ref().map_or(role.node.span, |token| token.span);
        let found = out
            .found(format!("the token of role \"{}\" outlives the job", role.node.name.value))
            .label(uses.span, "never revoked")
            .label(span, "a service token")
            .effect("whoever has seen it can use it until its time is over")
            .help("use batch tokens (remove `token=\"service\"`), or revoke it in a last step with `if: always()`");
        out.report(found);
    }
}
