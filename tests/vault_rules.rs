//! Rules about policies at their edges, beyond the examples on their pages.

use fleetc::check::example;
use fleetc::diagnostic::Severity;

/// Codes of rules about policies that are found where a role has these policies, each of which is its rules.
fn codes(policies: &[&[&str]]) -> Vec<&'static str> {
    found(policies).into_iter().map(|(code, _)| code).collect()
}

fn found(policies: &[&[&str]]) -> Vec<(&'static str, Severity)> {
    let (mut declared, mut used) = (String::new(), String::new());
    for (at, rules) in policies.iter().enumerate() {
        let lines: String = rules.iter().map(|rule| format!("path {rule}\n")).collect();
        declared += &format!("policy \"p{at}\" {{\n{lines}}}\n");
        used += &format!("policy \"p{at}\"\n");
    }
    let text = format!(
        r#"
vault "https://vault.example.com:8200" flavour="openbao" {{
    mount "kv"
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "all" path="kv/*"
    {declared}
    role "portal" auth="kubernetes" ttl="1h" {{
        service-account "portal" namespace="web"
        {used}
    }}
}}
"#
    );
    let run = example::run(&text);
    let mine = run.diagnostics.iter().filter(|found| found.code.starts_with("vault-"));
    let mut list: Vec<_> = mine.map(|found| (found.code, found.severity)).collect();
    list.sort_unstable();
    list.dedup();
    list
}

#[test]
fn a_deny_that_does_not_hold_is_an_error() {
    let error = [("vault-rule-shadowed", Severity::Error)];
    assert_eq!(found(&[&[r#""kv/data/*" "deny""#, r#""kv/data/a/*" "read""#]]), error);
    assert_eq!(found(&[&[r#""kv/data/*" "deny""#], &[r#""kv/data/a/*" "read""#]]), error);
    assert_eq!(found(&[&[r#""kv/data/a/+" "deny""#], &[r#""kv/data/a/*" "read""#]]), error);
    assert_eq!(found(&[&[r#""kv/data/a/*" "deny""#], &[r#""kv/data/a/+" "read""#]]), error);
    assert_eq!(found(&[&[r#""kv/data/*" "read""#, r#""kv/data/+/private/*" "deny""#]]), error);
}

#[test]
fn a_deny_that_holds_is_fine() {
    assert!(codes(&[&[r#""kv/data/*" "read""#, r#""kv/data/private/*" "deny""#]]).is_empty());
    assert!(codes(&[&[r#""kv/data/*" "read""#, r#""kv/data/private" "deny""#]]).is_empty());
}

#[test]
fn a_grant_that_never_decides_is_a_warning() {
    let warning = [("vault-rule-shadowed", Severity::Warning)];
    assert_eq!(found(&[&[r#""kv/data/*" "read""#, r#""kv/data/+/*" "update""#]]), warning);
    // Deeper down it does decide.
    assert!(codes(&[&[r#""kv/data/a/*" "read""#, r#""kv/data/a/+" "update""#]]).is_empty());
}

#[test]
fn slips_in_paths_are_told_apart() {
    let one = |path: &str| codes(&[&[&format!("\"{path}\" \"read\"")]]);
    for path in [
        "kv/data/+*",
        "kv/data/*/b",
        "kv/data/team-+",
        "kv/data//a",
        "/kv/data/a",
        "kv/data/a%20b",
        "kv/data/{{a",
    ] {
        assert_eq!(one(path), ["vault-path-literal"], "{path}");
    }
    for path in ["kv/a", "kv/dat/a", "kv/meta/a"] {
        assert!(one(path).contains(&"vault-path-part"), "{path}");
    }
    assert_eq!(one("kv/data/app*"), ["vault-prefix-open"]);
    assert!(one("kv/data/app-*").is_empty());
    for path in ["kv/data/a", "kv/data/+/a", "kv/data/a/*", "kv/config", "kv/subkeys/a", "transit/keys/a"] {
        assert!(one(path).is_empty(), "{path}: {:?}", one(path));
    }
    assert_eq!(codes(&[&[r#""kv/metadata/*" "list""#]]), ["vault-path-unused"]);
    assert_eq!(codes(&[&[r#""kv/data/a" "recover""#]]), ["vault-path-literal"]);
}

#[test]
fn what_makes_rights_is_found() {
    for rule in [
        r#""*" "read""#,
        r#""sys/*" "read""#,
        r#""auth/*" "read""#,
        r#""+/*" "read""#,
        r#""transit/keys/a" "read" "sudo""#,
        r#""sys/policies/acl/*" "update""#,
        r#""sys/policies/acl/example-p0" "update""#,
        r#""sys/policy/x" "create""#,
        r#""auth/kubernetes/role/x" "update""#,
        r#""auth/+/role/+" "create""#,
        r#""auth/kubernetes/config" "update""#,
        r#""auth/token/create" "update""#,
        r#""auth/token/roles/x" "update""#,
        r#""identity/entity" "update""#,
        r#""identity/group/id/x" "update""#,
        r#""sys/storage/raft/snapshot-force" "update""#,
    ] {
        assert!(codes(&[&[rule]]).contains(&"vault-escalation"), "{rule}: {:?}", codes(&[&[rule]]));
    }
    for rule in [
        r#""sys/storage/raft/snapshot" "read""#,
        r#""sys/policies/acl/*" "read" "list""#,
        r#""auth/kubernetes/role/x" "read""#,
        r#""auth/kubernetes/config" "read""#,
        r#""sys/health" "read""#,
        r#""sys/*" "deny""#,
        r#""transit/sign/a" "update""#,
    ] {
        assert!(!codes(&[&[rule]]).contains(&"vault-escalation"), "{rule}");
    }
}

#[test]
fn powers_are_followed_from_role_to_role() {
    let text = r#"
vault "https://vault.example.com:8200" {
    auth "kubernetes" type="kubernetes" audience="vault"
    auth "other" type="kubernetes" audience="vault"
    policy "believe" {
        path "auth/other/config" "update"
    }
    policy "write" {
        path "sys/policies/acl/example-write" "update"
    }
    role "first" auth="kubernetes" ttl="1h" {
        service-account "a" namespace="web"
        policy "believe"
    }
    role "second" auth="other" ttl="1h" {
        service-account "b" namespace="web"
        policy "write"
    }
}
"#;
    let effect = |text: &str| {
        let run = example::run(text);
        let found = run
            .diagnostics
            .iter()
            .find(|found| found.code == "vault-escalation" && found.message.contains("\"first\""));
        found.expect("a finding").effect.clone().expect("an effect")
    };
    assert!(effect(text).contains("every right on the server"), "{}", effect(text));
    let harmless = text.replace("sys/policies/acl/example-write", "transit/sign/a");
    assert!(effect(&harmless).contains("log in as well as second"), "{}", effect(&harmless));
}

#[test]
fn lists_that_servers_answer_differently() {
    let differs = ["vault-list-differs"];
    assert_eq!(codes(&[&[r#""kv/metadata/a/*" "list""#, r#""kv/metadata/a/b/*" "deny""#]]), differs);
    let both =
        [r#""kv/metadata/a/*" "list""#, r#""kv/metadata/a/b/*" "deny""#, r#""kv/metadata/a/b" "deny""#];
    assert!(codes(&[&both]).is_empty(), "{:?}", codes(&[&both]));
    assert!(codes(&[&[r#""kv/metadata/a/*" "list""#]]).is_empty());
}

/// A mistake in a path is said once, at its cause.
#[test]
fn a_wrong_path_is_not_called_unused_too() {
    let text = r#"
vault "https://vault.example.com:8200" flavour="openbao" {
    secret "app" path="kv/app"
    policy "p" {
        path "kv/app" "read"
        path "kv/data/*/db" "read"
    }
}
"#;
    let run = example::run(text);
    let codes: Vec<_> =
        run.diagnostics.iter().map(|found| found.code).filter(|code| code.starts_with("vault-")).collect();
    assert_eq!(codes, ["vault-path-part", "vault-path-literal"]);
}

/// A policy that is called like the server's own is judged like any other.
#[test]
fn the_name_default_hides_nothing() {
    let text = r#"
vault "https://vault.example.com:8200" flavour="openbao" {
    auth "kubernetes" type="kubernetes" audience="vault"
    policy "p" vault-name="default" {
        path "auth/kubernetes/config" "update"
    }
    role "portal" auth="kubernetes" ttl="1h" {
        service-account "portal" namespace="web"
        policy "p"
    }
}
"#;
    let run = example::run(text);
    for code in ["vault-policy-name", "vault-escalation"] {
        assert!(run.diagnostics.iter().any(|found| found.code == code), "{code}");
    }
}

/// A policy that many roles have is wrong once.
#[test]
fn a_shared_policy_is_told_of_once() {
    let role = |name: &str| {
        format!(
            "role \"{name}\" auth=\"kubernetes\" ttl=\"1h\" {{\nservice-account \"{name}\" namespace=\"web\"\npolicy \"p\"\n}}\n"
        )
    };
    let text = format!(
        "vault \"https://vault.example.com\" flavour=\"openbao\" {{\nauth \"kubernetes\" type=\"kubernetes\" audience=\"vault\"\n\
         secret \"all\" path=\"kv/*\"\npolicy \"p\" {{\npath \"kv/metadata/a/*\" \"list\" \"delete\"\n\
         path \"kv/metadata/a/b/*\" \"deny\"\npath \"kv/metadata/a/+/c/*\" \"deny\"\n}}\n{}{}}}\n",
        role("one"),
        role("two")
    );
    let run = example::run(&text);
    let mut codes: Vec<_> = run.diagnostics.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["vault-destroy", "vault-list-differs", "vault-rule-shadowed"]);
}
