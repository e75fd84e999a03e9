//! What goes wrong with a server, or on the way to it.

use super::openbao;
use super::place::{Place, jwt_role, policy};
use super::proxy::Fault;
use super::{assert_in_sync, drifted};
use fleet_controller::vault::client::{Client, Failure};
use fleet_controller::vault::waits::Waits;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[test]
fn a_sealed_server_is_waited_for() {
    let Some(place) = Place::start() else { return };
    let (session, fleet, mut waits) = (place.session(), place.fleet(), Waits::default());
    assert_in_sync(&place.pass(&session, &fleet, &mut waits));
    let log = place.bao.log();
    let key =
        log.lines().find_map(|line| line.strip_prefix("Unseal Key: ")).expect("a key").trim().to_owned();
    place.root().must("PUT", "sys/seal", Some(&json!({})));
    let report = place.pass(&session, &fleet, &mut waits);
    assert_eq!(report.failure, Some(Failure::Sealed));
    assert_eq!(report.writes, 0);
    place.root().must("PUT", "sys/unseal", Some(&json!({"key": key})));
    for _ in 0..100 {
        if place.pass(&session, &fleet, &mut waits).failure.is_none() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let report = place.pass(&session, &fleet, &mut waits);
    assert_in_sync(&report);
    assert_eq!(report.writes, 0, "nothing was lost: {report:#?}");
}

/// Whatever breaks, and wherever in a pass it does: a controller that starts anew, with only the ledger, brings all to its end, takes
/// nothing of its own for somebody else's, and nothing that it had begun for drift.
#[test]
fn a_pass_that_broke_anywhere_is_brought_to_its_end() {
    let Some(place) = Place::start() else { return };
    let faults =
        [Fault::Cut, Fault::Lost, Fault::Half, Fault::Status(500), Fault::Status(503), Fault::Status(429)];
    let all = place.fleet();
    // Health, login, a read each, a write and a read-back each.
    let steps = 2 + all.objects.len() * 3;
    for at in 0..steps {
        let fault = faults[at % faults.len()];
        // A role and a policy come, a policy changes, a role and a policy go.
        let (mut fleet, turn) = (all.clone(), format!("t{at}"));
        fleet.objects.push(policy(&turn, "secret/data/x"));
        fleet.objects.push(jwt_role(&turn, &turn));
        fleet.objects[1] = policy("p0", &format!("secret/data/{turn}"));
        place.proxy.fail_after(at, fault);
        place.pass(&place.session(), &fleet, &mut Waits::default());
        place.proxy.heal();
        let report = place.pass(&place.session(), &fleet, &mut Waits::default());
        assert_in_sync(&report);
        assert_eq!(drifted(&report), 0, "{fault:?} after {at}: {report:#?}");
        let report = place.pass(&place.session(), &fleet, &mut Waits::default());
        assert_eq!((report.writes, report.deleted.len()), (0, 0), "{fault:?} after {at}: {report:#?}");
    }
    let listed = place.root().must("LIST", "auth/github/role", None);
    let turns = listed["data"]["keys"].as_array().into_iter().flatten().filter_map(|key| key.as_str());
    assert_eq!(
        turns.filter(|name| name.starts_with("fleet-t")).count(),
        1,
        "the roles of other turns are gone"
    );
}

#[test]
fn a_dead_server_ends_a_pass_in_time() {
    let Some(place) = Place::start() else { return };
    let (fleet, mut waits) = (place.fleet(), Waits::default());
    place.proxy.fail_after(0, Fault::Slow(Duration::from_secs(60)));
    let start = std::time::Instant::now();
    let report = place.pass(&place.session(), &fleet, &mut waits);
    assert!(matches!(report.failure, Some(Failure::Unreachable(_))), "{report:#?}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    place.proxy.fail_after(0, Fault::Slow(Duration::from_millis(100)));
    assert_in_sync(&place.pass(&place.session(), &fleet, &mut waits));
}

#[test]
fn a_server_is_believed_by_its_certificate_authority_only() {
    let Some(program) = openbao::OpenBao::program() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let port = openbao::process::free_port().expect("a port");
    let mut command = std::process::Command::new(program);
    command
        .args(["server", "-dev-tls", "-dev-no-store-token", "-dev-root-token-id=root"])
        .arg(format!("-dev-tls-cert-dir={}", folder.path().display()))
        .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
        .env_clear()
        .env("HOME", folder.path());
    let _server =
        openbao::process::Server::start(&mut command, folder.path().join("bao.log")).expect("a server");
    let authority = (0..300).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        let file = std::fs::read_dir(folder.path())
            .ok()?
            .flatten()
            .find(|file| file.file_name().to_string_lossy().ends_with("ca.pem"))?;
        std::fs::read_to_string(file.path()).ok().filter(|text| text.contains("END CERTIFICATE"))
    });
    let authority = authority.expect("a certificate authority");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let ask = |certificate: Option<&str>| {
        let address = format!("https://127.0.0.1:{port}");
        let client = Client::new("vault", &address, "", certificate, Arc::default())?;
        runtime.block_on(client.identity())
    };
    let mut answer = ask(Some(&authority));
    for _ in 0..100 {
        if answer.is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        answer = ask(Some(&authority));
    }
    assert!(answer.is_ok(), "{answer:?}");
    assert!(matches!(ask(None), Err(Failure::Unreachable(_))), "{:?}", ask(None));
    assert!(matches!(
        ask(Some(include_str!("../../../../tests/openbao/any-certificate.pem"))),
        Err(Failure::Unreachable(_))
    ));
    assert!(matches!(ask(Some("no certificate")), Err(Failure::Unusable(_))));
}
