//! What `out/` says of Vault, written to a real OpenBao as it stands there: who can log in, and what each can do.
//!
//! The issuer of tokens and the API server are stand-ins on this machine, so their addresses take the place of the
//! real ones; nothing else of the output is touched. Every field is read back and compared, jobs of all kinds
//! try to log in, and each that can tries everything with every secret, against what `fleetc access` says.

#[path = "openbao/mod.rs"]
mod openbao;
#[path = "openbao_roles/readback.rs"]
mod readback;
#[path = "openbao_roles/requests.rs"]
mod requests;
#[path = "openbao_roles/setup.rs"]
mod setup;

use openbao::Issuer;
use serde_json::{Value, json};
use setup::Server;

const REFERENCE: &str = include_str!("../fleet.kdl");
const RICHER: &str = include_str!("openbao_roles/richer.kdl");

#[test]
fn the_server_holds_what_the_output_says() {
    for fleet in [REFERENCE, RICHER] {
        let Some(server) = Server::start(fleet) else { return };
        for object in &server.objects {
            let got = server.bao.root().must("GET", &object.path, None);
            if let Err(difference) = readback::equal(&object.body, &got["data"]) {
                panic!("{}: {difference}", object.path);
            }
        }
        // Writing it once more changes nothing.
        let before = server.everything();
        server.write();
        assert_eq!(before, server.everything());
    }
}

/// A change of a claim, or of several.
type Change = &'static [(&'static str, &'static str)];

/// Whether the token of a job can log in: as it should be, and with each change that should lock it out.
fn judge(server: &Server, role: &str, good: &Value, bad: &[Change], also_good: &[Change]) {
    let root = server.bao.root();
    let login = |claims: &Value| root.login("github", role, &server.issuer.sign(claims));
    let changed = |change: Change| {
        let mut claims = good.clone();
        for (name, value) in change {
            claims[*name] = match *value {
                "(absent)" => Value::Null,
                text => json!(text),
            };
        }
        if let Some(fields) = claims.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        claims
    };
    if let Err(reply) = login(good) {
        panic!("{role}: a job that should log in gets {} {}", reply.status, reply.errors());
    }
    for change in also_good {
        assert!(login(&changed(change)).is_ok(), "{role}: locked out with {change:?}");
    }
    for change in bad {
        assert!(login(&changed(change)).is_err(), "{role}: let in with {change:?}");
    }
}

#[test]
fn jobs_of_the_reference_fleet_log_in_and_others_do_not() {
    let Some(server) = Server::start(REFERENCE) else { return };
    let audience = "https://vault.hyperaccel.internal";
    let good = Issuer::github_claims(("hyperaccel", 201_234_567), ("app", 5), audience);
    let bad: &[Change] = &[
        &[("aud", "https://github.com/hyperaccel")],
        &[("iss", "https://token.actions.githubusercontent.com")],
        &[("repository_owner_id", "999")],
        &[("repository_owner", "hyperaccel-evil"), ("repository", "hyperaccel-evil/app")],
        &[("repository_owner_id", "(absent)")],
        &[("ref", "refs/heads/evil-main")],
        &[("ref", "refs/heads/feature")],
        &[("ref", "refs/tags/main")],
        &[("event_name", "pull_request_target")],
        &[("event_name", "pull_request"), ("ref", "refs/pull/1/merge")],
        &[("event_name", "(absent)")],
        &[("runner_environment", "github-hosted")],
    ];
    let also_good: &[Change] = &[
        &[("event_name", "workflow_dispatch")],
        // A repository that was renamed keeps its owner, and the role is open to all of the owner's.
        &[("repository", "hyperaccel/renamed")],
        &[("sub", "repo:hyperaccel@201234567/app@5:ref:refs/heads/main")],
    ];
    for role in ["hyperaccel-ci-ci-build", "hyperaccel-ci-record-tag"] {
        judge(&server, role, &good, bad, also_good);
    }
}

#[test]
fn jobs_of_the_richer_fleet_log_in_and_others_do_not() {
    let Some(server) = Server::start(RICHER) else { return };
    let audience = "https://vault.example.com";
    let app = Issuer::github_claims(("octo-org", 1001), ("app", 2001), audience);
    judge(
        &server,
        "rich-build",
        &app,
        &[
            &[("repository", "octo-org/other"), ("repository_id", "2003")],
            // A name that somebody took over, and a number that was taken along.
            &[("repository_id", "666")],
            &[("repository", "octo-org/app-sandbox")],
            &[
                ("repository", "elsewhere/app"),
                ("repository_owner", "elsewhere"),
                ("repository_owner_id", "1003"),
            ],
            &[("repository_owner_id", "1002")],
            &[("ref", "refs/heads/releases")],
            &[("ref", "refs/heads/main2")],
            &[("event_name", "workflow_dispatch")],
            &[("aud", "https://vault.example.org")],
        ],
        &[
            &[("repository", "octo-org/tools"), ("repository_id", "2002")],
            &[("ref", "refs/heads/release/2.1")],
            &[("event_name", "schedule")],
        ],
    );
    let mut deploy = app.clone();
    deploy["environment"] = json!("production");
    deploy["sub"] = json!("repo:octo-org/app:environment:production");
    deploy["job_workflow_ref"] = json!("octo-org/workflows/.github/workflows/deploy.yml@refs/tags/v1");
    judge(
        &server,
        "rich-deploy",
        &deploy,
        &[
            &[("environment", "staging")],
            &[("environment", "(absent)")],
            &[("job_workflow_ref", "octo-org/workflows/.github/workflows/deploy.yml@refs/heads/main")],
            &[("job_workflow_ref", "octo-org/app/.github/workflows/deploy.yml@refs/tags/v1")],
            // Somebody else calls the same workflow.
            &[("repository", "evil/app"), ("repository_id", "3"), ("repository_owner_id", "4")],
        ],
        &[&[("event_name", "workflow_dispatch")], &[("ref", "refs/tags/v2")]],
    );
    let friend = Issuer::github_claims(("friends", 1002), ("x", 7), audience);
    judge(
        &server,
        "rich-tag",
        &friend,
        &[&[("repository_owner_id", "1003")], &[("repository_owner", "fiends")]],
        &[],
    );
    let tools = Issuer::github_claims(("octo-org", 1001), ("tools", 2002), audience);
    judge(
        &server,
        "rich-subject",
        &tools,
        &[
            &[("sub", "repo:octo-org/tools:pull_request")],
            &[("sub", "repo:octo-org-1001/tools-2002:ref:refs/heads/main")],
        ],
        &[&[("sub", "repo:octo-org@1001/tools@2002:ref:refs/heads/main")]],
    );
}

#[test]
fn accounts_log_in_and_others_do_not() {
    for (fleet, mount, role, namespace, name) in [
        (REFERENCE, "kubernetes", "hyperaccel-ci-developer-portal", "portal", "developer-portal"),
        (RICHER, "cluster", "rich-portal", "web", "portal"),
        (RICHER, "cluster", "rich-keeper", "vault", "keeper"),
    ] {
        let Some(server) = Server::start(fleet) else { return };
        let login = |namespace: &str, name: &str, audience: &str| {
            let token = server.kubernetes.token(&server.issuer, namespace, name, audience);
            server.bao.root().login(mount, role, &token)
        };
        if let Err(reply) = login(namespace, name, "vault") {
            panic!("{role}: {} {}", reply.status, reply.errors());
        }
        for (namespace, name, audience) in [
            (namespace, "other", "vault"),
            ("other", name, "vault"),
            (namespace, name, "https://kubernetes.default.svc"),
        ] {
            assert!(login(namespace, name, audience).is_err(), "{role}: {namespace}/{name} for {audience}");
        }
    }
}

#[test]
fn each_role_can_do_what_the_matrix_says_and_nothing_else() {
    let jobs = |fleet: &str| -> Vec<(&'static str, Value)> {
        if fleet == REFERENCE {
            let job = Issuer::github_claims(
                ("hyperaccel", 201_234_567),
                ("app", 5),
                "https://vault.hyperaccel.internal",
            );
            return vec![("ci-build", job.clone()), ("record-tag", job)];
        }
        let job =
            |name, id| Issuer::github_claims(("octo-org", 1001), (name, id), "https://vault.example.com");
        let mut deploy = job("app", 2001);
        deploy["environment"] = json!("production");
        deploy["job_workflow_ref"] = json!("octo-org/workflows/.github/workflows/deploy.yml@refs/tags/v1");
        vec![
            ("build", job("app", 2001)),
            ("deploy", deploy),
            ("tag", job("tools", 2002)),
            ("subject", job("tools", 2002)),
        ]
    };
    for fleet in [REFERENCE, RICHER] {
        let Some(server) = Server::start(fleet) else { return };
        let mut tried = 0;
        for (role, claims) in jobs(fleet) {
            let token = server.issuer.sign(&claims);
            tried += requests::judge(&server, role, "github", &token);
        }
        let accounts: &[(&str, &str, &str, &str)] = if fleet == REFERENCE {
            &[("developer-portal", "kubernetes", "portal", "developer-portal")]
        } else {
            &[("portal", "cluster", "web", "portal"), ("keeper", "cluster", "vault", "keeper")]
        };
        for (role, mount, namespace, name) in accounts {
            let token = server.kubernetes.token(&server.issuer, namespace, name, "vault");
            tried += requests::judge(&server, role, mount, &token);
        }
        let least = if fleet == REFERENCE { 60 } else { 200 };
        assert!(tried >= least, "only {tried} requests were made");
    }
}

#[test]
fn a_policy_by_hand_grants_what_it_says() {
    let Some(server) = Server::start(RICHER) else { return };
    let claims = Issuer::github_claims(("octo-org", 1001), ("tools", 2002), "https://vault.example.com");
    let job =
        server.bao.root().login("github", "rich-subject", &server.issuer.sign(&claims)).expect("a login");
    let data = json!({"data": {"a": "b"}});
    assert!(job.call("POST", "secret/data/notes/x/y", Some(&data)).is_ok());
    assert!(job.call("GET", "secret/data/notes/x/y", None).is_refused());
    assert!(job.call("LIST", "secret/metadata/notes", None).is_ok());
    server.bao.root().must("POST", "secret/data/notes/x/shared", Some(&data));
    assert!(job.call("GET", "secret/data/notes/x/shared", None).is_ok());
    assert!(job.call("GET", "secret/data/registry", None).is_refused());
}

#[test]
fn exported_files_are_what_the_command_line_takes() {
    let Some(server) = Server::start(RICHER) else { return };
    // A second server, to which the script writes everything.
    let Some(other) = Server::empty(RICHER) else { return };
    other.run_exported_script();
    for object in &server.objects {
        let path = &object.path;
        // Each has an issuer and a cluster of its own.
        if !path.ends_with("/config") {
            let (one, two) =
                (server.bao.root().must("GET", path, None), other.bao.root().must("GET", path, None));
            if let Err(difference) = readback::equal(&object.body, &two["data"]) {
                panic!("{path}: {difference}");
            }
            assert_eq!(one["data"]["policy"], two["data"]["policy"]);
        }
    }
    let claims = Issuer::github_claims(("octo-org", 1001), ("app", 2001), "https://vault.example.com");
    let job = other.bao.root().login("github", "rich-build", &other.issuer.sign(&claims));
    assert!(job.is_ok());
}
