//! What the runner keeps out of logs and outputs: values, and the forms that they take on their way.
//!
//! The forms are those that `HostContext` of actions/runner registers (read there in August 2026).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

/// Everything that is masked.
#[derive(Clone, Debug, Default)]
pub struct Masks(BTreeSet<String>);

impl Masks {
    /// Masks a value, and each line of it.
    pub fn add(&mut self, value: &str) {
        let lines = value.split(['\r', '\n']).map(str::trim);
        for text in [value].into_iter().chain(lines).filter(|text| !text.is_empty()) {
            self.0.extend(forms(text).into_iter().filter(|form| !form.is_empty()));
        }
    }

    /// The text as a log shows it.
    pub fn mask(&self, text: &str) -> String {
        // Longer ones first, so that a part of one does not leave its rest behind.
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|mask| std::cmp::Reverse(mask.len()));
        all.into_iter().fold(text.to_owned(), |text, mask| text.replace(mask.as_str(), "***"))
    }

    /// Whether a text holds anything that is masked.
    pub fn hide_in(&self, text: &str) -> bool {
        self.0.iter().any(|mask| text.contains(mask.as_str()))
    }
}

fn forms(value: &str) -> Vec<String> {
    let json = serde_json::to_string(value).expect("a text is JSON");
    let xml = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;")];
    let mut forms = vec![
        value.to_owned(),
        value.replace('"', "\\\""),
        value.replace('\'', "''"),
        json[1..json.len() - 1].to_owned(),
        percent(value),
        xml.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)),
    ];
    let shifted = |shift: usize| STANDARD.encode(value.as_bytes().get(shift..).unwrap_or(value.as_bytes()));
    forms.extend([0, 1, 2].map(shifted));
    if value.len() > 8 && value.starts_with('"') && value.ends_with('"') {
        forms.push(value[1..value.len() - 1].to_owned());
    }
    let (before, after) = match (value.find("&+"), value.rfind('&')) {
        (Some(at), _) => (Some(&value[..at + 2]), value.get(at + 3..)),
        (None, Some(at)) => (Some(&value[..=at]), value.get(at + 1..)),
        (None, None) => (None, None),
    };
    forms.extend([before, after].into_iter().flatten().filter(|part| part.len() >= 6).map(str::to_owned));
    forms
}

fn percent(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    value.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[test]
fn a_secret_is_masked_in_all_its_forms() {
    let mut masks = Masks::default();
    masks.add("p4ss\"word&more-secret");
    masks.add("first line\nsecond line");
    for text in [
        "x p4ss\"word&more-secret x",
        "p4ss%22word%26more-secret",
        "p4ss\\\"word&more-secret",
        "p4ss&quot;word&amp;more-secret",
        &STANDARD.encode("p4ss\"word&more-secret"),
        &STANDARD.encode("4ss\"word&more-secret"),
        "a more-secret of PowerShell",
        "only the second line",
    ] {
        assert!(masks.hide_in(text), "{text}");
        assert!(masks.mask(text).contains("***"));
    }
    assert!(!masks.hide_in("nothing"));
}
