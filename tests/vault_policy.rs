//! What `vault` says of policies against a real OpenBao.

#[path = "vault_policy/cases.rs"]
mod cases;
#[path = "openbao/mod.rs"]
mod openbao;
#[path = "vault_policy/random.rs"]
mod random;
#[path = "vault_policy/texts.rs"]
mod texts;

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

/// What is HCL, and what a policy may hold.
#[test]
fn texts_are_taken_as_the_server_takes_them() {
    let Some(bao) = OpenBao::start() else { return };
    let mut differing = Vec::new();
    for text in texts::ALL {
        let texts = [(*text).to_owned()];
        let theirs = client(&bao, &texts).map_or_else(
            || "REFUSED".to_owned(),
            |client| bao.root().capabilities_of(client.token(), &["a"]).remove(0),
        );
        let ours = read(&texts, Flavour::OpenBao).map_or_else(
            || "REFUSED".to_owned(),
            |policies| Acl::new(&policies, Flavour::OpenBao, Some(NOW)).capabilities("a").to_string(),
        );
        if ours != theirs {
            differing.push(format!("{text}\n  fleetc: {ours}\n  server: {theirs}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Some day of 2026, in seconds since 1970.
const NOW: i64 = 1_795_000_000;

/// What fleetc prints, the server reads as what it says: HCL and JSON, whatever is in it.
#[test]
fn printed_policies_mean_the_same() {
    let Some(bao) = OpenBao::start() else { return };
    let mut random = random::Random::new(7);
    for _ in 0..40 {
        let texts = random.policies();
        let Some(policies) = read(&texts, Flavour::OpenBao) else { continue };
        for policy in &policies {
            let (printed, json) = (policy.to_string(), policy.to_json().to_string());
            for text in [&printed, &json] {
                let again = read(std::slice::from_ref(text), Flavour::OpenBao).expect("it is read");
                assert_eq!(again, [policy.clone()], "{text}");
            }
            let paths: Vec<_> = policy.rules.iter().filter_map(|rule| rule.path.witness("x")).collect();
            let asked: Vec<_> = paths.iter().filter(|path| !path.is_empty()).map(String::as_str).collect();
            let [first, second] = [printed, json].map(|text| client(&bao, &[text]).expect("it is taken"));
            let root = bao.root();
            let answers = root.capabilities_of(first.token(), &asked);
            assert_eq!(answers, root.capabilities_of(second.token(), &asked));
            let acl = Acl::new([policy], Flavour::OpenBao, None);
            let ours: Vec<_> = asked.iter().map(|path| acl.capabilities(path).to_string()).collect();
            assert_eq!(answers, ours, "{policy}");
        }
    }
}

/// Paths that hold what ends strings, starts expressions and comments in HCL.
#[test]
fn no_path_breaks_out_of_a_policy() {
    let Some(bao) = OpenBao::start() else { return };
    for path in
        ["a\"b", "a${b", "a${\"}", "a\\", "a\nb", "# a", "a\u{7f}b", "é/日本", "a$${b}", "<<E", "a%{b}"]
    {
        let mut policy = Policy::new("p");
        let rule = fleetc::vault::RulePath::exact(path).expect(path);
        policy.allow(rule, [fleetc::vault::Capability::Read], Default::default());
        for text in [policy.to_string(), policy.to_json().to_string()] {
            let client = client(&bao, std::slice::from_ref(&text)).expect(&text);
            assert_eq!(bao.root().capabilities_of(client.token(), &[path]), ["read"], "{text}");
            assert_eq!(bao.root().capabilities_of(client.token(), &["b"]), ["deny"], "{text}");
        }
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
    use fleetc::vault::access::{Deed, Grade, matrix};
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
