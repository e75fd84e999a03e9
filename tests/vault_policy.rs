//! What `vault` says of policies against a real OpenBao.

#[path = "vault_policy/cases.rs"]
mod cases;
#[path = "openbao/mod.rs"]
mod openbao;
#[path = "vault_policy/random.rs"]
mod random;

use cases::Case;
use fleetc::syntax::SourceId;
use fleetc::vault::{Acl, Flavour, Operation, Policy, Verdict, hcl};
use openbao::{Client, Issuer, Kubernetes, OpenBao};
use serde_json::json;

/// Policies from their text, unless the server would refuse one.
fn read(texts: &[String], flavour: Flavour) -> Option<Vec<Policy>> {
    let read = |text: &String| hcl::read("p", text, SourceId::default(), flavour).ok();
    texts.iter().map(read).collect()
}

fn answer(case: &Case, flavour: Flavour) -> String {
    read(&case.policies, flavour).map_or_else(
        || "REFUSED".to_owned(),
        |policies| Acl::new(&policies, flavour, None).capabilities(&case.path).to_string(),
    )
}

#[test]
fn cases_are_answered_as_measured() {
    for case in cases::all() {
        assert_eq!(answer(&case, Flavour::OpenBao), case.answer, "{}", case.line);
        assert_eq!(answer(&case, Flavour::Vault), case.vault, "{}", case.line);
    }
}

#[test]
fn the_server_answers_the_cases_so() {
    let Some(bao) = OpenBao::start() else { return };
    for case in cases::all() {
        let measured = client(&bao, &case.policies).map_or_else(
            || "REFUSED".to_owned(),
            |client| bao.root().capabilities_of(client.token(), &[&case.path]).remove(0),
        );
        assert_eq!(measured, case.answer, "{}", case.line);
    }
}

/// One who holds these policies; none if the server refuses one.
fn client(bao: &OpenBao, policies: &[String]) -> Option<Client> {
    let root = bao.root();
    let names: Vec<_> = (0..policies.len()).map(|at| format!("p{at}")).collect();
    for (name, text) in names.iter().zip(policies) {
        let reply = root.call("PUT", &format!("sys/policies/acl/{name}"), Some(&json!({"policy": text})));
        if reply.status == 400 {
            return None;
        }
        assert!(reply.is_ok(), "{} {}", reply.status, reply.errors());
    }
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    Some(bao.with_policies(&names))
}

/// Sets of random policies, with all paths that they could be about asked of both.
#[test]
fn random_policies_are_answered_as_the_server_does() {
    let Some(bao) = OpenBao::start() else { return };
    let root = bao.root();
    for path in random::SECRETS {
        root.must("POST", &format!("secret/data/{path}"), Some(&json!({"data": {"key": "value"}})));
    }
    let mut random = random::Random::new(20_261_125);
    let mut refused = 0;
    for round in 0..150 {
        let texts = random.policies();
        let shown = texts.join("\n---\n");
        let (ours, theirs) = (read(&texts, Flavour::OpenBao), client(&bao, &texts));
        assert_eq!(ours.is_some(), theirs.is_some(), "round {round}: taken by one only:\n{shown}");
        let (Some(policies), Some(client)) = (ours, theirs) else {
            refused += 1;
            continue;
        };
        let acl = Acl::new(&policies, Flavour::OpenBao, None);
        let paths = random.paths();
        let asked: Vec<_> = paths.iter().map(String::as_str).collect();
        for (path, wanted) in asked.iter().zip(root.capabilities_of(client.token(), &asked)) {
            assert_eq!(acl.capabilities(path).to_string(), wanted, "round {round}: {path}\n{shown}");
        }
        for (method, operation) in
            [("LIST", Operation::List), ("SCAN", Operation::Scan), ("GET", Operation::Read)]
        {
            let path = random.path();
            let status = client.call(method, &path, None).status;
            // A path that is granted may still not be there.
            let ours = acl.answer(&path, operation).verdict;
            assert_eq!(
                ours == Verdict::Denied,
                status == 403,
                "round {round}: {method} {path}: {status}\n{shown}"
            );
        }
    }
    assert!(refused > 0 && refused < 50, "{refused} sets of 150 are refused");
}

#[test]
fn a_job_and_a_pod_log_in() {
    let Some(bao) = OpenBao::start() else { return };
    let (root, issuer, kubernetes) = (bao.root(), Issuer::start(), Kubernetes::start());
    bao.policy("ci", r#"path "secret/data/app" { capabilities = ["read"] }"#);
    root.must("POST", "secret/data/app", Some(&json!({"data": {"key": "value"}})));

    root.must("POST", "sys/auth/github", Some(&json!({"type": "jwt"})));
    let config = json!({"oidc_discovery_url": issuer.url(), "bound_issuer": issuer.url()});
    root.must("POST", "auth/github/config", Some(&config));
    let role = json!({
        "role_type": "jwt", "user_claim": "repository_id", "bound_audiences": ["vault.example.com"],
        "bound_claims": {"repository_id": ["2"]}, "token_policies": ["ci"], "token_ttl": 300,
    });
    root.must("POST", "auth/github/role/ci", Some(&role));
    let claims = Issuer::github_claims(("octo-org", 1), ("app", 2), "vault.example.com");
    let job = root.login("github", "ci", &issuer.sign(&claims)).expect("a login");
    assert_eq!(job.must("GET", "secret/data/app", None)["data"]["data"]["key"], "value");
    let foreign = Issuer::github_claims(("octo-org", 1), ("app", 3), "vault.example.com");
    assert!(root.login("github", "ci", &issuer.sign(&foreign)).is_err());

    root.must("POST", "sys/auth/kubernetes", Some(&json!({"type": "kubernetes"})));
    root.must("POST", "auth/kubernetes/config", Some(&kubernetes.config()));
    let role = json!({
        "bound_service_account_names": ["portal"], "bound_service_account_namespaces": ["web"],
        "audience": "vault", "token_policies": ["ci"], "token_ttl": 300,
    });
    root.must("POST", "auth/kubernetes/role/portal", Some(&role));
    let token = kubernetes.token(&issuer, "web", "portal", "vault");
    let pod = root.login("kubernetes", "portal", &token).expect("a login");
    assert!(pod.call("GET", "secret/data/app", None).is_ok());
    for (namespace, name, audience) in
        [("web", "other", "vault"), ("x", "portal", "vault"), ("web", "portal", "x")]
    {
        let token = kubernetes.token(&issuer, namespace, name, audience);
        assert!(root.login("kubernetes", "portal", &token).is_err(), "{namespace}/{name} for {audience}");
    }
}
