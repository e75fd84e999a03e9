//! Cases that were measured.

use std::fmt::Write;

/// A question and its answer.
pub struct Case {
    /// As it stands in the file.
    pub line: &'static str,
    /// Texts of the policies.
    pub policies: Vec<String>,
    pub path: String,
    /// What OpenBao answers.
    pub answer: String,
    /// What HashiCorp Vault answers.
    pub vault: String,
}

pub fn all() -> Vec<Case> {
    let lines = include_str!("cases.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(case).collect()
}

fn case(line: &'static str) -> Case {
    let (question, answers) = line.rsplit_once(" = ").expect(line);
    let (policies, path) = question.split_once(" @ ").expect(line);
    let (answer, vault) = answers.split_once(" | vault ").unwrap_or((answers, answers));
    let sorted = |answer: &str| {
        let mut words: Vec<_> = answer.split('+').map(str::trim).collect();
        words.sort_unstable();
        words.join(", ")
    };
    Case {
        line,
        policies: policies.split(" ; ").map(policy).collect(),
        path: whole(path),
        answer: sorted(answer),
        vault: sorted(vault),
    }
}

fn policy(rules: &str) -> String {
    let mut text = String::new();
    for rule in rules.split(", ") {
        let (path, capabilities) = rule.trim().rsplit_once(':').expect(rule);
        let words = capabilities.split('+').filter(|word| !word.is_empty());
        let list: Vec<_> = words.map(|word| format!("\"{word}\"")).collect();
        let _ = writeln!(text, "path \"{}\" {{ capabilities = [{}] }}", whole(path), list.join(", "));
    }
    text
}

/// With the long names of `D` and `M`.
fn whole(path: &str) -> String {
    let start = path.len() - path.trim_start_matches('/').len();
    let (slashes, rest) = path.split_at(start);
    for (short, long) in [("D", "kv/data"), ("M", "kv/metadata")] {
        if let Some(below) =
            rest.strip_prefix(short).filter(|below| below.is_empty() || below.starts_with('/'))
        {
            return format!("{slashes}{long}{below}");
        }
    }
    path.to_owned()
}
