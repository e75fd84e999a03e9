//! Rules about who may log in to Vault, with every form of the mistake that each is about.

use fleetc::check::example;

/// The parts of an example that cases change.
struct Case<'a> {
    /// Properties of the auth method.
    auth: &'a str,
    /// Properties of the role.
    head: &'a str,
    /// What stands in the role.
    body: &'a str,
}

const AUTH: &str =
    r#"type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com""#;
const HEAD: &str = r#"ttl="10m""#;
const BODY: &str = "repository \"my-org/app\" id=2\nrunner-environment \"self-hosted\"\nread \"registry\"";
/// The same, less the repository.
const REST: &str = "runner-environment \"self-hosted\"\nread \"registry\"";

fn findings(fleet: &str) -> Vec<String> {
    let run = example::run(fleet);
    run.diagnostics.iter().map(|found| format!("{} {}", found.severity.as_str(), found.code)).collect()
}

fn of(case: &Case<'_>) -> Vec<String> {
    findings(&format!(
        "vault \"https://vault.example.com:8200\" {{\n    owner \"my-org\" id=1\n    auth \"a\" {}\n    secret \"registry\" path=\"secret/registry\"\n    role \"r\" auth=\"a\" {} {{\n{}\n    }}\n}}\n",
        case.auth, case.head, case.body
    ))
}

fn body(text: &str) -> Vec<String> {
    of(&Case { auth: AUTH, head: HEAD, body: text })
}

#[track_caller]
fn has(found: &[String], wanted: &str) {
    assert!(found.iter().any(|one| one == wanted), "{wanted} is not among {found:?}");
}

#[track_caller]
fn has_not(found: &[String], code: &str) {
    assert!(!found.iter().any(|one| one.ends_with(&format!(" {code}"))), "{code} is among {found:?}");
}

#[test]
fn a_good_role_is_left_alone() {
    assert_eq!(body(BODY), Vec::<String>::new());
}

#[test]
fn repositories() {
    has(&body(REST), "error vault-role-open");
    has(&body(&format!("claim \"actor\" \"me\"\n{REST}")), "error vault-role-open");
    has_not(&body(&format!("claim \"enterprise_id\" \"7\"\n{REST}")), "vault-role-open");
    // Nobody else gets tokens of such an issuer.
    for issuer in ["https://token.actions.githubusercontent.com/big", "https://token.actions.big.ghe.com"] {
        let auth = AUTH.replace("https://token.actions.githubusercontent.com", issuer);
        has_not(&of(&Case { auth: &auth, head: HEAD, body: REST }), "vault-role-open");
    }
    has(&body(&format!("repository \"other/app\"\n{REST}")), "warning vault-id-missing");
    has_not(&body(&format!("repository \"other/app\" id=3\n{REST}")), "vault-id-missing");
    has(
        &body(&format!("repository \"other/app\" id=3\nrepository \"other/b\"\n{REST}")),
        "warning vault-id-missing",
    );
    has(&body(&format!("repository \"other/*\"\n{REST}")), "warning vault-id-missing");
}

#[test]
fn patterns() {
    for foreign in ["my-org*", "*", "*/app", "my*/app"] {
        has(&body(&format!("repository \"{foreign}\"\n{REST}")), "error vault-glob-foreign");
    }
    for subject in ["repo:*", "repo:my-org*:ref:refs/heads/main", "*:ref:refs/heads/main"] {
        has(&body(&format!("{BODY}\nsubject \"{subject}\"")), "error vault-glob-foreign");
    }
    for own in ["my-org/app*", "my-org/svc-*"] {
        has(&body(&format!("repository \"{own}\"\n{REST}")), "error vault-glob-repository");
        has_not(&body(&format!("repository \"{own}\"\n{REST}")), "vault-glob-foreign");
    }
    has(&body(&format!("{BODY}\nsubject \"repo:my-org/app*\"")), "error vault-glob-repository");
    has_not(&body(&format!("repository \"my-org/*\"\n{REST}")), "vault-glob-repository");
    for suffix in ["*main", "refs/heads/*main", "refs/heads/*/main"] {
        has(&body(&format!("{BODY}\nref \"{suffix}\"")), "error vault-glob-suffix");
    }
    has(&body(&format!("{BODY}\nsubject \"repo:my-org/app:*main\"")), "error vault-glob-suffix");
    has_not(&body(&format!("{BODY}\nref \"refs/heads/release/*\"")), "vault-glob-suffix");
    let exact = of(&Case {
        auth: AUTH,
        head: "ttl=\"10m\" match=\"exact\"",
        body: &format!("{BODY}\nref \"refs/heads/*\""),
    });
    has(&exact, "error vault-glob-mode");
    has(&of(&Case { auth: AUTH, head: "ttl=\"10m\" match=\"glob\"", body: BODY }), "warning vault-glob-mode");
    has(
        &body(&format!(
            "{}\nrepository \"my-org/b\" id=3 ref=\"refs/tags/*\"",
            BODY.replace("id=2", "id=2 ref=\"refs/heads/main\"")
        )),
        "error vault-ref-product",
    );
}

#[test]
fn subjects() {
    let old = "repo:my-org/app:ref:refs/heads/main";
    let new = "repo:my-org@1/app@2:ref:refs/heads/main";
    has(&body(&format!("{BODY}\nsubject \"{old}\"")), "error vault-subject-old");
    has_not(&body(&format!("{BODY}\nsubject \"{old}\" \"{new}\"")), "vault-subject-old");
    has_not(&body(&format!("{BODY}\nsubject \"{new}\"")), "vault-subject-old");
    // A server of one's own has the old form only.
    let ghes = "type=\"jwt\" issuer=\"https://ghes.example.com/_services/token\" audience=\"x\"";
    has_not(
        &of(&Case { auth: ghes, head: HEAD, body: &format!("{BODY}\nsubject \"{old}\"") }),
        "vault-subject-old",
    );
    let hyphens = body(&format!("{BODY}\nsubject \"repo:my-org-123456/app-789012:ref:refs/heads/main\""));
    has(&hyphens, "error vault-subject-withdrawn");
    has_not(&hyphens, "vault-subject-old");
    for broad in ["*", "pull_request", "pull*"] {
        let both = format!("subject \"repo:my-org/app:{broad}\" \"repo:my-org@1/app@2:{broad}\"");
        has(&body(&format!("{BODY}\n{both}")), "warning vault-subject-broad");
    }
    has_not(&body(&format!("{BODY}\nsubject \"{old}\" \"{new}\"")), "vault-subject-broad");
}

#[test]
fn claims() {
    for never in [
        "claim \"ref_protected\" #true",
        "claim \"run_number\" 7",
        "claim \"branch\" \"main\"",
        "claim \"environment\"",
        "environment \"staging,production\"",
        "ref",
        "ref \"main\"",
        "repository \"app\"",
        "claim \"repository_owner_id\" \"my-org\"",
    ] {
        has(&body(&format!("{BODY}\n{never}")), "error vault-claim-value");
    }
    has_not(&body(&format!("{BODY}\nclaim \"repo_property_team\" \"ci\"")), "vault-claim-value");
    // What the claims of others are is not known.
    let gitlab = "type=\"jwt\" issuer=\"https://gitlab.example.com\" audience=\"x\"";
    let found = of(&Case { auth: gitlab, head: HEAD, body: "claim \"project_id\" \"7\"\nread \"registry\"" });
    assert_eq!(found, Vec::<String>::new());
    has(&of(&Case { auth: gitlab, head: HEAD, body: "read \"registry\"" }), "error vault-role-open");
}

#[test]
fn workflows_that_are_called() {
    let workflow = |end: &str| format!("workflow \"my-org/ci/.github/workflows/build.yml{end}\"");
    for loose in ["@*", "@refs/heads/*", "@refs/heads/feature", ""] {
        has(&body(&format!("{BODY}\n{}", workflow(loose))), "warning vault-workflow-unpinned");
    }
    for pinned in ["@refs/tags/v1", "@refs/heads/main", "@0123456789012345678901234567890123456789"] {
        has_not(&body(&format!("{BODY}\n{}", workflow(pinned))), "vault-workflow-unpinned");
    }
    let unowned = format!("claim \"repository_owner\" \"my-org\"\n{REST}\n{}", workflow("@refs/tags/v1"));
    has(&body(&unowned), "error vault-workflow-unowned");
    has_not(&body(&format!("{BODY}\n{}", workflow("@refs/tags/v1"))), "vault-workflow-unowned");
}

#[test]
fn audiences_and_issuers() {
    let audience = |text: &str| AUTH.replace("audience=\"https://vault.example.com\"", text);
    has(&of(&Case { auth: &audience(""), head: HEAD, body: BODY }), "error vault-audience");
    has(&of(&Case { auth: &audience("audience=\"\""), head: HEAD, body: BODY }), "error vault-audience");
    let default =
        of(&Case { auth: &audience("audience=\"https://github.com/my-org\""), head: HEAD, body: BODY });
    has(&default, "warning vault-audience");
    let own = of(&Case {
        auth: &audience(""),
        head: "ttl=\"10m\" audience=\"https://vault.example.com\"",
        body: BODY,
    });
    has_not(&own, "vault-audience");

    let issuer = |text: &str| format!("type=\"jwt\" audience=\"x\" {text}");
    for wrong in [
        "",
        "issuer=\"http://token.actions.githubusercontent.com\"",
        "issuer=\"https://token.actions.githubusercontent.com\" discovery=\"https://proxy.example.com\"",
    ] {
        has(&of(&Case { auth: &issuer(wrong), head: HEAD, body: BODY }), "error vault-issuer");
    }
    let ghes = |issuer: &str| {
        findings(&format!(
            "fleet \"f\" {{\n    namespace \"arc\"\n    github \"https://ghes.example.com/o\" app-secret=\"s\" server-version=\"3.20\"\n}}\nvault \"https://v.example.com\" {{\n    auth \"a\" type=\"jwt\" issuer=\"{issuer}\" audience=\"x\"\n}}\n"
        ))
    };
    has(&ghes("https://token.actions.githubusercontent.com"), "error vault-issuer");
    has(&ghes("https://ghes.example.com"), "error vault-issuer");
    has_not(&ghes("https://ghes.example.com/_services/token"), "vault-issuer");
}

#[test]
fn tokens() {
    let head = |text: &str| of(&Case { auth: AUTH, head: text, body: BODY });
    for long in ["", "ttl=\"2h\"", "ttl=\"10m\" max-ttl=\"1d\"", "ttl=\"10m\" max-ttl=\"5m\""] {
        has(&head(long), "error vault-ttl");
    }
    has_not(&head("ttl=\"1h\""), "vault-ttl");
    has(&head("ttl=\"10m\" uses=5"), "error vault-token-type");
    has(&head("ttl=\"10m\" period=\"10m\""), "error vault-token-type");
    has(&head("ttl=\"10m\" token=\"service\""), "warning vault-token-type");
    has_not(&head("ttl=\"10m\" token=\"service\" revoked=#true uses=5"), "vault-token-type");
    for fleeting in ["sub", "jti", "run_id", "check_run_id", "actor"] {
        has(&head(&format!("ttl=\"10m\" user-claim=\"{fleeting}\"")), "warning vault-user-claim");
    }
    has_not(&head("ttl=\"10m\" user-claim=\"repository_owner_id\""), "vault-user-claim");
}

#[test]
fn events() {
    for verb in ["write", "delete", "destroy", "undelete"] {
        let role = BODY.replace("read", verb);
        has(&body(&role), "warning vault-event-unbound");
        has_not(&body(&format!("{role}\nevent \"push\"")), "vault-event-unbound");
        has_not(&body(&format!("{role}\nenvironment \"production\"")), "vault-event-unbound");
    }
    has_not(&body(BODY), "vault-event-unbound");
}

#[test]
fn accounts() {
    let kubernetes = "type=\"kubernetes\" audience=\"vault\"";
    let account = |text: &str| {
        of(&Case { auth: kubernetes, head: "ttl=\"1h\"", body: &format!("{text}\nread \"registry\"") })
    };
    for any in ["\"*\" namespace=\"web\"", "\"portal\" namespace=\"*\"", "\"*\" namespace=\"*\""] {
        has(&account(&format!("service-account {any}")), "error vault-account-any");
        has_not(&account(&format!("service-account {any}")), "vault-account-glob");
    }
    for pattern in ["\"por*\" namespace=\"web\"", "\"portal\" namespace=\"team-*\""] {
        has(&account(&format!("service-account {pattern}")), "warning vault-account-glob");
    }
    let product = "service-account \"a\" namespace=\"x\"\nservice-account \"b\" namespace=\"y\"";
    has(&account(product), "warning vault-account-product");
    let all =
        format!("{product}\nservice-account \"a\" namespace=\"y\"\nservice-account \"b\" namespace=\"x\"");
    has_not(&account(&all), "vault-account-product");
    has_not(
        &account("service-account \"a\" namespace=\"x\"\nservice-account \"b\" namespace=\"x\""),
        "vault-account-product",
    );
    has(&account(""), "error vault-account-missing");
    has(
        &account("service-account \"a\" namespace=\"x\"\nref \"refs/heads/main\""),
        "warning vault-word-unused",
    );
    let open = Case {
        auth: "type=\"kubernetes\" audience=\"\"",
        head: "ttl=\"1h\"",
        body: "service-account \"a\" namespace=\"x\"",
    };
    has(&of(&open), "error vault-account-audience");
    let silent = Case { auth: "type=\"kubernetes\"", ..open };
    has_not(&of(&silent), "vault-account-audience");
}

#[test]
fn names_and_policies() {
    has(
        &findings(
            "vault \"https://v.example.com\" {\n    policy \"Admin\" {\n        path \"secret/data/a\" \"read\"\n    }\n}\n",
        ),
        "error vault-name-charset",
    );
    has(&body(&format!("{BODY}\npolicy \"none\"")), "error vault-policy-unknown");
    let two = "vault \"https://v.example.com\" {\n    auth \"kube/a\" type=\"kubernetes\"\n    auth \"kube-a\" type=\"kubernetes\"\n}\n";
    has(&findings(two), "error vault-name-clash");
}
