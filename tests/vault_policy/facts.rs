//! Facts about the server that fleetc relies on.

use crate::openbao::{Issuer, Kubernetes, OpenBao};
use crate::read;
use fleetc::vault::access::{Deed, Grade, matrix};
use fleetc::vault::{Flavour, Policy};
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

/// `default` as fleetc knows it is what a new server has.
#[test]
fn the_default_policy_is_known() {
    let Some(bao) = OpenBao::start() else { return };
    let text = bao.root().must("GET", "sys/policies/acl/default", None)["data"]["policy"].clone();
    let theirs =
        read(&[text.as_str().expect("a text").to_owned()], Flavour::OpenBao).expect("a policy").remove(0);
    let ours = fleetc::vault::builtin::default_policy();
    let sorted = |policy: &Policy| {
        let mut rules: Vec<_> =
            policy.rules.iter().map(|rule| (rule.path.clone(), rule.capabilities)).collect();
        rules.sort();
        rules
    };
    assert_eq!(sorted(&ours), sorted(&theirs));
}

/// Paths for administrators: with every other capability they are refused, with `sudo` they are not.
#[test]
fn paths_for_administrators_are_known() {
    let Some(bao) = OpenBao::start() else { return };
    let all = r#""create", "read", "update", "delete", "list", "patch", "scan""#;
    bao.policy("all", &format!("path \"*\" {{ capabilities = [{all}] }}"));
    bao.policy("sudo", &format!("path \"*\" {{ capabilities = [{all}, \"sudo\"] }}"));
    let (without, with) = (bao.with_policies(&["all"]), bao.with_policies(&["sudo"]));
    // Some open and some closed ones; none of these requests changes anything.
    for path in [
        "auth/token/accessors/",
        "sys/audit",
        "sys/audit/x",
        "sys/auth/x",
        "sys/auth/x/tune",
        "sys/config/cors",
        "sys/config/auditing/request-headers",
        "sys/config/ui/headers/x",
        "sys/internal/inspect/router/root",
        "sys/leases/lookup/x/",
        "sys/plugins/catalog/x",
        "sys/raw/x",
        "sys/remount",
        "sys/rotate",
        "sys/auth",
        "sys/mounts",
        "sys/mounts/secret",
        "sys/policies/acl/default",
        "sys/health",
        "sys/leases/lookup",
        "auth/token/lookup-self",
        "secret/data/x",
        "sys/plugins/catalog",
        "sys/storage/raft/configuration",
    ] {
        let method = if path.ends_with('/') { "LIST" } else { "GET" };
        let needs = without.call(method, path, None).status == 403;
        assert_eq!(fleetc::vault::operation::needs_sudo(path), needs, "{path}");
        assert_ne!(with.call(method, path, None).status, 403, "{path}");
    }
}

/// What the matrix says of each deed, against the requests themselves.
#[test]
fn deeds_are_what_requests_can_do() {
    let Some(bao) = OpenBao::start() else { return };
    let root = bao.root();
    let words = ["read", "write", "record", "delete", "undelete", "destroy", "inspect"];
    let roles: String = words
        .iter()
        .map(|word| {
            format!(
                "role \"{word}\" auth=\"kubernetes\" ttl=\"1h\" {{\n service-account \"{word}\" namespace=\"x\"\n {word} \"app\"\n}}\n"
            )
        })
        .collect();
    let fleet = format!(
        "vault \"https://vault.example.com\" flavour=\"openbao\" {{\nauth \"kubernetes\" type=\"kubernetes\"\n\
         secret \"app\" path=\"secret/team/app\"\n{roles}}}\n"
    );
    let fleet = fleetc::check::example::run(&fleet).fleet.expect("a fleet");
    let matrix = matrix(&fleet);
    let body = json!({"data": {"key": "value"}});
    for (role, known) in fleet.vaults[0].roles.iter().zip(&matrix.servers[0].roles) {
        let mut names = Vec::new();
        for policy in fleet.vaults[0].policies_of(role) {
            bao.policy(&policy.name, &policy.compiled().to_string());
            names.push(policy.name.as_str());
        }
        let client = bao.with_policies(&names);
        for cell in &known.secrets[0].deeds {
            // Anew for each, with two versions of which one is deleted.
            root.must("DELETE", "secret/metadata/team/app", None);
            if cell.deed != Deed::Create {
                root.must("POST", "secret/data/team/app", Some(&body));
                root.must("POST", "secret/data/team/app", Some(&body));
                root.must("POST", "secret/delete/team/app", Some(&json!({"versions": [1]})));
            }
            let versions = json!({"versions": [1]});
            let request = |method: &str, path: &str, body: Option<&serde_json::Value>| {
                client.call(method, &format!("secret/{path}/team/app"), body).is_ok()
            };
            let done = match cell.deed {
                Deed::Read => request("GET", "data", None),
                Deed::List => client.call("LIST", "secret/metadata/team", None).is_ok(),
                Deed::Create | Deed::Update => request("POST", "data", Some(&body)),
                Deed::Patch => request("PATCH", "data", Some(&body)),
                Deed::Delete => request("DELETE", "data", None) || request("POST", "delete", Some(&versions)),
                Deed::Undelete => request("POST", "undelete", Some(&versions)),
                Deed::Destroy => request("PUT", "destroy", Some(&versions)),
                Deed::Purge => request("DELETE", "metadata", None),
                Deed::Inspect => request("GET", "metadata", None) || request("GET", "subkeys", None),
            };
            assert_eq!(cell.grade == Grade::Yes, done, "{} of role {}", cell.deed, known.role);
        }
    }
}
