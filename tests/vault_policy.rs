//! What `vault` says of policies against a real OpenBao.

#[path = "vault_policy/cases.rs"]
mod cases;
#[path = "vault_policy/facts.rs"]
mod facts;
#[path = "openbao/mod.rs"]
mod openbao;
#[path = "vault_policy/random.rs"]
mod random;
#[path = "vault_policy/texts.rs"]
mod texts;

use cases::Case;
use fleetc::syntax::SourceId;
use fleetc::vault::{Acl, Flavour, Operation, Policy, Verdict, hcl};
use openbao::{Client, OpenBao};
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
                assert_eq!(again, std::slice::from_ref(policy), "{text}");
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

/// Any text is a policy or is refused at a place in it.
#[test]
fn no_text_is_too_strange() {
    const PIECES: [&str; 30] = [
        "path",
        " ",
        "\"a\"",
        "{",
        "}",
        "[",
        "]",
        "=",
        ",",
        "capabilities",
        "\"read\"",
        "\n",
        "#",
        "/*",
        "*/",
        "<<E\n",
        "E\n",
        "<<-",
        "\\",
        "\"",
        "${",
        "é",
        "\u{1F600}",
        "-",
        "0x",
        "1.5",
        "true",
        "{\"path\":",
        ":",
        "\\u00",
    ];
    let mut random = random::Random::new(99);
    for _ in 0..20_000 {
        let count = random.number(14);
        let text: String = (0..count).map(|_| random.one(&PIECES)).collect();
        for flavour in Flavour::ALL {
            if let Err(list) = hcl::read("p", &text, SourceId::default(), flavour) {
                assert!(!list.is_empty());
                let within = |at: u32| text.is_char_boundary(at as usize);
                let good = list.iter().all(|refusal| within(refusal.span.start) && within(refusal.span.end));
                assert!(good, "{text:?}: {list:?}");
            }
        }
    }
    let deep = "path \"a\" ".to_owned() + &"{ a ".repeat(10_000);
    assert!(hcl::read("p", &deep, SourceId::default(), Flavour::OpenBao).is_err());
}
