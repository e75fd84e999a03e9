//! Passes over a real OpenBao: nothing is written twice, nothing of others is touched, and whatever goes wrong on the way, the
//! next pass brings it to its end.

#[path = "vault/faults.rs"]
mod faults;
#[path = "../../../tests/openbao/mod.rs"]
mod openbao;
#[path = "vault/place.rs"]
mod place;
#[path = "vault/proxy.rs"]
mod proxy;

use fleet_controller::vault::client::Failure;
use fleet_controller::vault::plan::Why;
use fleet_controller::vault::report::{Outcome, Report};
use fleet_controller::vault::waits::Waits;
use fleet_model::vault::Deletion;
use place::{Place, jwt_role, policy};
use serde_json::json;

#[track_caller]
fn assert_in_sync(report: &Report) {
    assert_eq!(report.failure, None);
    assert_eq!(report.deletion_refused, None);
    for outcome in &report.outcomes {
        assert!(matches!(outcome, Some(Outcome::Unchanged | Outcome::Written(_))), "{report:#?}");
    }
}

/// How many objects somebody else had changed, so far as the pass knows.
fn drifted(report: &Report) -> usize {
    let is_drift =
        |outcome: &&Option<Outcome>| matches!(outcome, Some(Outcome::Written(why)) if why.drift().is_some());
    report.outcomes.iter().filter(is_drift).count()
}

#[test]
fn all_is_written_once() {
    let Some(place) = Place::start() else { return };
    let (session, fleet, mut waits) = (place.session(), place.fleet(), Waits::default());
    let first = place.pass(&session, &fleet, &mut waits);
    assert_in_sync(&first);
    assert_eq!(first.writes, fleet.objects.len());
    assert_eq!(drifted(&first), 0);
    place.proxy.take();

    let second = place.pass(&session, &fleet, &mut waits);
    assert!(second.outcomes.iter().all(|outcome| *outcome == Some(Outcome::Unchanged)), "{second:#?}");
    assert_eq!(second.writes, 0);
    let requests = place.proxy.take();
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:#?}");
    // One of health, one of each object: the token is kept.
    assert_eq!(requests.len(), 1 + fleet.objects.len(), "{requests:#?}");

    // Somebody can log in by what was written.
    let mut open = fleet.clone();
    for object in &mut open.objects {
        object
            .body
            .remove("token_bound_cidrs")
            .map(|_| object.body.insert("token_bound_cidrs".to_owned(), json!([])));
    }
    assert_in_sync(&place.pass(&session, &open, &mut waits));
    let claims = openbao::Issuer::github_claims(("octo-org", 9), ("app", 1), "https://vault.example");
    let jwt = place.issuer.sign(&claims);
    assert!(place.root().login("github", "fleet-r0", &jwt).is_ok());
    let mut stranger = claims;
    stranger["repository_id"] = json!("3");
    assert!(place.root().login("github", "fleet-r0", &place.issuer.sign(&stranger)).is_err());
}

#[test]
fn what_somebody_changed_is_put_back() {
    let Some(place) = Place::start() else { return };
    let (session, fleet, mut waits) = (place.session(), place.fleet(), Waits::default());
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));
    let root = place.root();
    root.must(
        "POST",
        "sys/policies/acl/fleet-p0",
        Some(&json!({"policy": "path \"*\" { capabilities = [\"sudo\"] }"})),
    );
    root.must("DELETE", "auth/github/role/fleet-r1", None);
    root.must("POST", "auth/github/role/fleet-r2", Some(&json!({"token_policies": ["fleet-p2", "admin"], "role_type": "jwt", "user_claim": "repository_id"})));
    root.must("POST", "auth/kubernetes/role/fleet-k", Some(&json!({"token_ttl": "5m"})));
    root.must("POST", "auth/github/config", Some(&json!({"oidc_discovery_url": place.issuer.url()})));

    let dry = place.dry_pass(&session, &fleet);
    assert_eq!(dry.writes, 0);
    let would = |outcome: &&Option<Outcome>| matches!(outcome, Some(Outcome::WouldWrite(_)));
    assert_eq!(dry.outcomes.iter().filter(would).count(), 5, "{dry:#?}");

    let pass = place.pass(&session, &fleet, &mut waits);
    assert_in_sync(&pass);
    assert_eq!(pass.writes, 5);
    let fields: Vec<_> = pass
        .outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Some(Outcome::Written(why)) => why.drift(),
            _ => None,
        })
        .collect();
    assert_eq!(fields.len(), 5, "{fields:?}");
    assert!(fields.iter().any(|fields| fields.contains("token_policies")), "{fields:?}");
    assert!(fields.iter().any(|fields| fields.contains("deleted")), "{fields:?}");
    assert_eq!(place.pass(&session, &fleet, &mut waits).writes, 0);
    let read = root.must("GET", "auth/github/role/fleet-r2", None);
    assert_eq!(read["data"]["token_policies"], json!(["fleet-p2"]));
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let Some(place) = Place::start() else { return };
    let (session, mut waits) = (place.session(), Waits::default());
    let root = place.root();
    root.must("POST", "sys/policies/acl/fleet-p0", Some(&json!({"policy": "# theirs"})));
    root.must("POST", "sys/policies/acl/fleet-theirs", Some(&json!({"policy": "# theirs"})));
    let mut fleet = place.fleet();
    let outside = policy("x", "secret/data/x");
    fleet.objects.push(fleet_controller::vault::object::Object { name: "admin".to_owned(), ..outside });
    let report = place.pass(&session, &fleet, &mut waits);
    let refused: Vec<_> =
        report.outcomes.iter().filter(|outcome| matches!(outcome, Some(Outcome::Refused(_)))).collect();
    assert_eq!(refused.len(), 2, "{report:#?}");
    assert_eq!(root.must("GET", "sys/policies/acl/fleet-p0", None)["data"]["policy"], "# theirs");

    fleet.objects.pop();
    for object in &mut fleet.objects {
        object.adopt = true;
    }
    let report = place.pass(&session, &fleet, &mut waits);
    assert_in_sync(&report);
    assert!(report.outcomes.contains(&Some(Outcome::Written(Why::Adopt))), "{report:#?}");
    // Nobody declares it, and nobody here wrote it.
    assert_eq!(root.must("GET", "sys/policies/acl/fleet-theirs", None)["data"]["policy"], "# theirs");
}

#[test]
fn what_is_declared_no_more_is_deleted_unless_it_is_too_much() {
    let Some(place) = Place::start() else { return };
    let (session, mut waits) = (place.session(), Waits::default());
    let mut fleet = place.fleet();
    for object in &mut fleet.objects {
        if object.name == "fleet-p4" {
            object.deletion = Deletion::Retain;
        }
    }
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));
    place.proxy.take();

    let mut less = fleet.clone();
    less.objects.retain(|object| !["fleet-r0", "fleet-p0", "fleet-p4"].contains(&object.name.as_str()));
    let report = place.pass(&session, &less, &mut waits);
    assert_in_sync(&report);
    let order: Vec<_> =
        place.proxy.take().into_iter().filter(|request| request.starts_with("DELETE")).collect();
    assert_eq!(order, ["DELETE /v1/auth/github/role/fleet-r0", "DELETE /v1/sys/policies/acl/fleet-p0"]);
    assert!(place.root().call("GET", "sys/policies/acl/fleet-p4", None).is_ok(), "it is to be retained");

    let mut nothing = less.clone();
    nothing.objects.clear();
    let report = place.pass(&session, &nothing, &mut waits);
    assert!(
        report.deletion_refused.as_ref().is_some_and(|reason| reason.contains("allow-deletion=6")),
        "{report:#?}"
    );
    assert_eq!((report.writes, report.deleted.len()), (0, 0));
    nothing.allowed_deletion = Some(6);
    let report = place.pass(&session, &nothing, &mut waits);
    assert_eq!(report.deleted.len(), 6, "{report:#?}");
    // Its own role and policy begin with the prefix too.
    assert!(place.root().call("GET", "auth/kubernetes/role/fleet-controller", None).is_ok());
}

#[test]
fn a_revoked_token_is_replaced_and_a_missing_right_is_named() {
    let Some(place) = Place::start() else { return };
    let (session, fleet, mut waits) = (place.session(), place.fleet(), Waits::default());
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));
    place.root().must("POST", "sys/leases/revoke-prefix/auth/kubernetes/login", Some(&json!({})));
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));

    let deny = "path \"sys/policies/acl/fleet-*\" { capabilities = [\"read\"] }\npath \"auth/*\" { capabilities = [\"read\", \"update\", \"create\"] }";
    place.bao.policy("fleet-controller", deny);
    let mut more = fleet.clone();
    more.objects.push(policy("p9", "secret/data/x"));
    more.objects.push(jwt_role("r9", "p9"));
    place.proxy.take();
    for _ in 0..3 {
        let report = place.pass(&session, &more, &mut waits);
        let denied = Failure::Forbidden {
            path: "sys/policies/acl/fleet-p9".to_owned(),
            capability: "create or update",
        };
        let failed: Vec<_> =
            report.outcomes.iter().filter(|outcome| matches!(outcome, Some(Outcome::Failed(_)))).collect();
        assert_eq!(failed, [&Some(Outcome::Failed(denied))], "{report:#?}");
    }
    let logins = place.proxy.take().into_iter().filter(|request| request.contains("/login")).count();
    assert_eq!(logins, 0, "a missing right is no reason to log in");
    place.bootstrap();
    assert_in_sync(&place.pass(&session, &more, &mut waits));
}

#[test]
fn the_controller_can_not_raise_itself() {
    let Some(place) = Place::start() else { return };
    let session = place.session();
    let (mut own, mut waits) = (policy("controller", "*"), Waits::default());
    own.adopt = true;
    let report = place.pass(&session, &place::wanted(vec![own]), &mut waits);
    assert!(matches!(report.outcomes[0], Some(Outcome::Failed(Failure::Forbidden { .. }))), "{report:#?}");
}

#[test]
fn what_the_server_rejects_is_not_asked_in_every_pass() {
    let Some(place) = Place::start() else { return };
    let (session, mut waits) = (place.session(), Waits::default());
    let mut bad = jwt_role("bad", "p0");
    bad.body.insert("token_ttl".to_owned(), json!(9000));
    let mut fleet = place.fleet();
    fleet.objects.push(bad);
    for pass in 0..3 {
        let report = place.pass(&session, &fleet, &mut waits);
        assert!(
            matches!(
                report.outcomes.last(),
                Some(Some(Outcome::Failed(Failure::Rejected { status: 400, .. })))
            ),
            "{report:#?}"
        );
        assert_eq!(report.writes > 0, pass == 0, "{report:#?}");
    }
    // Another text is another attempt.
    fleet.objects.last_mut().expect("it").body.insert("token_ttl".to_owned(), json!(300));
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));
}
