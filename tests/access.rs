//! Who can do what in a fleet, and what changes when the fleet does.

use fleetc::check::example;
use fleetc::vault::access::{AccessMatrix, Change, Deed, Grade, compare, matrix, picture};

const ROLES: &str = r#"
    role "ci" auth="github" ttl="10m" {
        repository "acme/shop" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "harbor"
    }
    role "recorder" auth="github" ttl="10m" {
        repository "acme/shop" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        record "tags"
    }
"#;

fn of(roles: &str, policies: &str) -> AccessMatrix {
    let text = format!(
        r#"
vault "https://vault.example.com:8200" flavour="openbao" {{
    owner "acme" id=1 {{
        repository "shop" id=2
        repository "site" id=3
    }}
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "harbor" path="secret/harbor"
    secret "tags" path="secret/tags/*"
    {policies}
    {roles}
}}
"#
    );
    let run = example::run(&text);
    matrix(&run.fleet.expect("a fleet"))
}

fn grade(matrix: &AccessMatrix, role: &str, secret: &str, deed: Deed) -> Grade {
    let role = matrix.servers[0].roles.iter().find(|known| known.role == role).expect("the role");
    let access = role.secrets.iter().find(|access| access.secret == secret).expect("the secret");
    access.deeds.iter().find(|cell| cell.deed == deed).expect("the deed").grade
}

fn only(before: &AccessMatrix, after: &AccessMatrix) -> Change {
    let mut changes = compare(before, after).roles;
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.remove(0)
}

#[test]
fn roles_can_do_what_their_words_say_and_no_more() {
    let matrix = of(ROLES, "");
    for deed in Deed::ALL {
        let reads = if deed == Deed::Read { Grade::Yes } else { Grade::No };
        assert_eq!(grade(&matrix, "ci", "harbor", deed), reads, "{deed}");
        assert_eq!(grade(&matrix, "ci", "tags", deed), Grade::No, "{deed}");
        let records = if matches!(deed, Deed::Create | Deed::Patch) { Grade::Yes } else { Grade::No };
        assert_eq!(grade(&matrix, "recorder", "tags", deed), records, "{deed}");
    }
    let ci = &matrix.servers[0].roles[0];
    assert_eq!(
        (ci.admits.as_slice(), &ci.conditions["event_name"]),
        (&["acme/shop".to_owned()][..], &vec!["push".to_owned()])
    );
}

#[test]
fn a_part_of_a_family_is_not_all_of_it() {
    let policy = r#"policy "one" {
        path "secret/data/tags/web" "read"
        path "secret/data/tags/web/*" "read"
        path "secret/metadata/tags/*" "list" {
            required-parameters "limit"
        }
        path "secret/data/harbor" "read" {
            wrapping min="1m"
        }
    }"#;
    let role = r#"role "some" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "one"
    }"#;
    let matrix = of(role, policy);
    assert_eq!(grade(&matrix, "some", "tags", Deed::Read), Grade::Partly);
    assert_eq!(grade(&matrix, "some", "tags", Deed::List), Grade::Yes);
    assert_eq!(grade(&matrix, "some", "harbor", Deed::Read), Grade::Conditional);
    assert_eq!(grade(&matrix, "some", "harbor", Deed::List), Grade::No);
    let reaches = &matrix.servers[0].roles[0].reaches;
    assert!(reaches.iter().any(|reach| reach.path == "secret/data/harbor" && !reach.conditions.is_empty()));
}

#[test]
fn the_same_fleet_changes_nothing() {
    let matrix = of(ROLES, "");
    assert!(compare(&matrix, &matrix).roles.is_empty());
}

#[test]
fn another_repository_gains_what_the_role_can_do() {
    let wider = ROLES.replacen(
        "repository \"acme/shop\"",
        "repository \"acme/site\"\n        repository \"acme/shop\"",
        1,
    );
    let change = only(&of(ROLES, ""), &of(&wider, ""));
    assert!(change.gains() && change.role == "ci" && !change.is_new);
    assert_eq!((change.login.gained, change.login.lost), (vec!["acme/site".to_owned()], vec![]));
    assert!(change.secrets.is_empty() && change.paths.is_empty());
}

#[test]
fn a_condition_that_falls_lets_more_in() {
    let any_event = ROLES.replacen("        event \"push\"\n", "", 1);
    let change = only(&of(ROLES, ""), &of(&any_event, ""));
    assert!(change.gains() && change.login.conditions[0].is_wider());
    assert_eq!(change.login.conditions[0].claim, "event_name");
    let back = only(&of(&any_event, ""), &of(ROLES, ""));
    assert!(!back.gains());
}

#[test]
fn grants_are_gained_and_lost() {
    let writes = ROLES.replacen("read \"harbor\"", "write \"harbor\"", 1);
    let change = only(&of(ROLES, ""), &of(&writes, ""));
    let words = |list: &[fleetc::vault::access::DeedChange]| {
        list.iter().map(|change| change.deed).collect::<Vec<_>>()
    };
    assert_eq!(words(&change.secrets[0].gained), [Deed::Create, Deed::Update, Deed::Patch]);
    assert_eq!(words(&change.secrets[0].lost), [Deed::Read]);
    assert_eq!(change.paths[0].path, "secret/data/harbor");
}

/// A star covers what no file declares: that is seen as well, and so is what a narrower rule takes out again.
#[test]
fn stars_are_compared_by_what_they_cover() {
    let role = |policy: &str| {
        let role = r#"role "portal" auth="kubernetes" ttl="1h" {
            service-account "portal" namespace="web"
            policy "p"
        }"#;
        of(role, &format!("policy \"p\" {{\n{policy}\n}}"))
    };
    let narrow = role("path \"secret/data/team/*\" \"read\"");
    let wide = role("path \"secret/data/+/*\" \"read\"");
    let change = only(&narrow, &wide);
    assert_eq!(change.paths.len(), 1);
    assert!(change.paths[0].path.starts_with("secret/data/‹any›/"), "{:?}", change.paths);
    assert_eq!(change.secrets.iter().map(|change| change.secret.as_str()).collect::<Vec<_>>(), ["tags"]);
    let denied = role("path \"secret/data/team/*\" \"read\"\npath \"secret/data/team/a\" \"deny\"");
    let change = only(&narrow, &denied);
    assert!(!change.gains());
    assert_eq!(change.paths[0].path, "secret/data/team/a");
}

#[test]
fn new_roles_and_gone_ones_are_changes() {
    let (first, _) = ROLES.split_once("    role \"recorder\"").expect("two roles");
    let change = only(&of(first, ""), &of(ROLES, ""));
    assert!(change.is_new && change.gains() && change.login.gained == ["acme/shop"]);
    let change = only(&of(ROLES, ""), &of(first, ""));
    assert!(change.is_gone && !change.gains());
}

#[test]
fn a_picture_is_the_same_each_time() {
    let matrix = of(ROLES, "");
    let drawn = picture(&matrix);
    assert_eq!(drawn, picture(&matrix));
    assert!(drawn.contains("recorder: create: yes, by secret/data/tags/*"));
}

/// The command line, with a policy on standard input.
fn ask(policy: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
    command.args(["access", "--policy", "-"]).args(arguments).env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("fleetc starts");
    child.stdin.take().expect("an input").write_all(policy.as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("fleetc ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_exit_code_answers_a_question() {
    let policy =
        "path \"kv/data/a\" { capabilities = [\"read\"] }\npath \"kv/data/*\" { capabilities = [\"list\"] }";
    assert_eq!(ask(policy, &["--path", "kv/data/a", "--op", "read"]).0, Some(0));
    assert_eq!(ask(policy, &["--path", "kv/data/b", "--op", "read"]).0, Some(1));
    let (code, out, _) = ask(policy, &["--path", "kv/data/b"]);
    assert_eq!((code, out.as_str()), (Some(0), "kv/data/b: list\n  by \"kv/data/*\" (<stdin>:2)\n"));
    let (code, out, _) = ask(policy, &["--path", "kv/data/a", "--op", "read", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, Some(0));
    assert_eq!(
        (&json[0]["verdict"], &json[0]["capabilities"]),
        (&"allowed".into(), &serde_json::json!(["read"]))
    );
    assert_eq!(json[0]["at"], serde_json::json!(["<stdin>:1"]));
}

#[test]
fn what_a_server_refuses_is_refused_with_all_reasons() {
    let text = "path \"a\" { capabilites = [] }\npath \"b+*\" { capabilities = [\"Read\"] }";
    let (code, out, err) = ask(text, &["--path", "a"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(err.lines().count(), 3, "{err}");
    assert!(err.contains("<stdin>:1:12: OpenBao refuses the policy"), "{err}");
    assert!(err.contains("did you mean \"capabilities\"?"), "{err}");
    let (code, _, err) =
        ask("path \"a\" { capabilities = [\"scan\"] }", &["--path", "a", "--flavour", "vault"]);
    assert!(code == Some(1) && err.contains("Vault has no capability \"scan\""), "{err}");
}

#[test]
fn a_policy_that_is_not_there_is_a_wrong_command() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fleetc"));
    let output = command.args(["access", "--policy", "no-such.hcl"]).output();
    assert_eq!(output.expect("fleetc runs").status.code(), Some(2));
}
