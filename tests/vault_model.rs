//! What a fleet file says of Vault, as the model has it.

use fleetc::check::example;
use fleetc::compile::Compilation;
use fleetc::diagnostic::Severity;
use fleetc::emit::vault::{Target, export};
use fleetc::language::nodes::{ClaimMatch, VaultToken};
use fleetc::model::vault::{Role, Vault};

const SERVER: &str = r#"
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567 {
        repository "portal" id=812345678
    }
    mount "kv/team" version=2
    mount "old" version=1
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    auth "kubernetes" type="kubernetes" audience="vault"
    secret "registry" path="secret/registry"
    secret "images" path="kv/team/images/*"
    secret "legacy" path="old/app"
"#;

fn compile(rest: &str) -> Compilation {
    example::run(&format!("{SERVER}{rest}\n}}\n"))
}

fn errors(run: &Compilation) -> Vec<String> {
    let errors = run.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{}: {}", found.code, found.message)).collect()
}

fn vault(run: &Compilation) -> &Vault {
    run.fleet.as_ref().and_then(|fleet| fleet.vaults.first()).unwrap_or_else(|| panic!("{:?}", errors(run)))
}

fn claims(role: &Role) -> Vec<String> {
    let claims = &role.jwt().expect("a role for signed tokens").claims;
    let values = |claim: &fleetc::model::vault::Claim| {
        claim.values.iter().map(|value| value.text.clone()).collect::<Vec<_>>().join(" ")
    };
    claims.iter().map(|claim| format!("{}={}", claim.name, values(claim))).collect()
}

fn rules(vault: &Vault, role: &Role) -> Vec<String> {
    let rules = vault.policies_of(role).flat_map(|policy| &policy.rules);
    rules
        .map(|rule| {
            let words: Vec<_> = rule.capabilities.iter().map(|capability| capability.word()).collect();
            format!("{} {}", rule.path, words.join("+"))
        })
        .collect()
}

#[test]
fn repositories_are_bound_by_name_and_number() {
    let run = compile(
        r#"
    role "one" auth="github" ttl="10m" {
        repository "my-org/portal"
        repository "my-org/tools" id=7
        ref "refs/heads/main" "refs/heads/release/*"
        event "push"
    }
    role "all" auth="github" ttl="10m" { repository "my-org/*" }
    role "mixed" auth="github" ttl="10m" {
        repository "my-org/portal"
        repository "my-org/team/*"
    }
"#,
    );
    let vault = vault(&run);
    assert_eq!(
        claims(vault.role("one").unwrap()),
        [
            "event_name=push",
            "ref=refs/heads/main refs/heads/release/*",
            "repository=my-org/portal my-org/tools",
            "repository_id=812345678 7",
            "repository_owner_id=201234567",
        ]
    );
    assert_eq!(vault.role("one").unwrap().jwt().unwrap().matching, ClaimMatch::Glob);
    // All repositories of an owner are the owner: nothing to be matched by a pattern.
    let all = vault.role("all").unwrap();
    assert_eq!(claims(all), ["repository_owner=my-org", "repository_owner_id=201234567"]);
    assert_eq!(all.jwt().unwrap().matching, ClaimMatch::Exact);
    // The number of one of them would lock the others out.
    assert!(!claims(vault.role("mixed").unwrap()).iter().any(|claim| claim.starts_with("repository_id")));
}

#[test]
fn grants_are_exact_paths_of_their_store() {
    let run = compile(
        r#"
    role "job" auth="github" ttl="10m" {
        repository "my-org/portal"
        read "registry"
        record "images"
        list "images"
        read "legacy"
    }
    role "admin" auth="kubernetes" ttl="1h" {
        service-account "admin" namespace="vault"
        read "registry"
        write "registry"
        delete "registry"
        undelete "registry"
        destroy "registry"
        inspect "registry"
    }
"#,
    );
    let vault = vault(&run);
    assert_eq!(
        rules(vault, vault.role("job").unwrap()),
        [
            "kv/team/data/images/* create+patch",
            "kv/team/metadata/images/* list",
            "old/app read",
            "secret/data/registry read",
        ]
    );
    assert_eq!(
        rules(vault, vault.role("admin").unwrap()),
        [
            "secret/data/registry create+read+update+patch+delete",
            "secret/delete/registry update",
            "secret/destroy/registry update",
            "secret/metadata/registry read+delete",
            "secret/undelete/registry update",
        ]
    );
    assert_eq!(vault.role("job").unwrap().token.kind, VaultToken::Batch);
    assert!(vault.role("job").unwrap().token.no_default_policy);
    assert_eq!(vault.role("admin").unwrap().token.kind, VaultToken::Service);
    assert_eq!(vault.role("job").unwrap().name, "example-job");
}

#[test]
fn what_a_store_can_not_do_is_refused() {
    let run = compile(
        r#"
    role "job" auth="github" ttl="10m" {
        repository "my-org/portal"
        record "legacy"
        list "registry"
        read "registri"
    }
    role "other" auth="githup" ttl="10m" { repository "my-org/portal" }
"#,
    );
    let errors = errors(&run);
    assert!(
        errors.iter().any(|error| error.contains("`record` can't be granted for \"legacy\"")),
        "{errors:?}"
    );
    assert!(
        errors.iter().any(|error| error.contains("`list` can't be granted for \"registry\"")),
        "{errors:?}"
    );
    assert!(errors.iter().any(|error| error.contains("no secret \"registri\"")), "{errors:?}");
    assert!(errors.iter().any(|error| error.contains("no auth \"githup\"")), "{errors:?}");
}

#[test]
fn paths_that_are_none_are_refused() {
    for path in ["secret", "secret/", "secret//a", "secret/a*", "secret/*/b", "*/a", "secret/../a"] {
        let run = example::run(&format!(
            "vault \"https://vault.example.com\" {{\n    secret \"s\" path=\"{path}\"\n}}\n"
        ));
        assert_eq!(errors(&run).len(), 1, "{path}: {:?}", errors(&run));
    }
}

#[test]
fn no_text_breaks_out_or_panics() {
    let whole = include_str!("openbao_roles/richer.kdl");
    let lines: Vec<_> = whole.lines().collect();
    let mut fleets: Vec<String> = Vec::new();
    for skipped in 0..lines.len() {
        let left = lines.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, line)| *line);
        fleets.push(left.collect::<Vec<_>>().join("\n"));
    }
    let odd = [
        "",
        "*",
        "/",
        "a/b/c",
        "é",
        "${x}",
        "{{identity.entity.aliases.a.metadata.b}}",
        "a,b",
        "\\n",
        "'\\\"",
        "+*",
        "A",
    ];
    let quoted: Vec<_> = whole.match_indices('"').map(|(at, _)| at).collect();
    for (number, pair) in quoted.chunks_exact(2).enumerate() {
        let [start, end] = pair else { continue };
        let text = odd[number % odd.len()];
        fleets.push(format!("{}\"{text}{}", &whole[..*start], &whole[*end..]));
    }
    let mut exported = 0;
    for fleet in fleets {
        let run = example::run(&fleet);
        let (Some(fleet), false) = (&run.fleet, run.diagnostics.has_errors()) else { continue };
        for target in [Target::CommandLine, Target::Terraform] {
            let files = export(fleet, target).expect("files");
            for (path, bytes) in files.iter().filter(|(path, _)| path.as_str().ends_with(".json")) {
                serde_json::from_slice::<serde_json::Value>(bytes)
                    .unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            exported += files.len();
        }
        fleetc::emit::render(fleet, run.objects.clone()).expect("files");
    }
    assert!(exported > 500, "only {exported} files");
}
