//! What `vault` says of policies against a real OpenBao.

#[path = "openbao/mod.rs"]
mod openbao;

use openbao::{Issuer, Kubernetes, OpenBao};
use serde_json::json;

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
