//! Names, as Kubernetes and GitHub define them.

use super::Mismatch;
use super::text::text;

fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_dns_text(text)
}

/// A DNS label of any length.
fn is_dns_text(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let outer = |b: Option<&u8>| b.is_some_and(|b| *b != b'-');
    text.bytes().all(inner) && outer(text.as_bytes().first()) && outer(text.as_bytes().last())
}

/// What the text would be as a DNS label.
fn dns_label_of(text: &str) -> String {
    let lower = text.to_lowercase();
    let mapped = lower.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    let label = mapped.collect::<String>();
    label.trim_matches('-').chars().take(63).collect::<String>().trim_end_matches('-').to_owned()
}

fn dns_label(text: &str) -> Result<(), Mismatch> {
    if is_dns_label(text) {
        return Ok(());
    }
    let suggestion = dns_label_of(text);
    let mismatch =
        Mismatch::value(format!("{text:?} is no DNS label: lower-case letters, digits and `-`, at most 63"));
    Err(if suggestion.is_empty() { mismatch } else { mismatch.help(format!("write \"{suggestion}\"")) })
}

text! {
    /// A DNS label (RFC 1123): lower-case letters, digits and `-`, 1 to 63 characters, a letter or
    /// digit at both ends.
    "DNS label" Name, "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", ["\"arc-runners\""], dns_label
}

text! {
    /// A pool's name: a DNS label. `runs-on:` names it, and Kubernetes objects are named after it.
    "pool name" PoolName, "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", ["\"runner-gpu\""],
    |text| {
        // How long it may be depends on the pool: `name-too-long` says that.
        if is_dns_text(text) {
            return Ok(());
        }
        dns_label(text).map_err(|mismatch| {
            mismatch.code("name-charset").effect("the API server refuses objects of this name: there would be no such pool")
        })
    }
}

text! {
    /// A name of a Kubernetes object: DNS labels joined by dots, at most 253 characters.
    "object name" ObjectName, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", ["\"github-app\""],
    |text| {
        if text.len() <= 253 && text.split('.').all(is_dns_label) {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no name of a Kubernetes object: lower-case letters, digits, `-` and `.`")))
        }
    }
}

fn qualified(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let alphanumeric = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    prefix.is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(is_dns_label))
        && name.len() <= 63
        && name.bytes().all(inner)
        && alphanumeric(name.as_bytes().first())
        && alphanumeric(name.as_bytes().last())
}

text! {
    /// A label key: an optional DNS domain and `/`, then up to 63 letters, digits, `-`, `_` and `.`.
    "label key" LabelKey, "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    ["\"nvidia.com/gpu.present\""],
    |text| if qualified(text) { Ok(()) } else { Err(Mismatch::value(format!("{text:?} is no label key"))) }
}

text! {
    /// A label value: up to 63 letters, digits, `-`, `_` and `.`, or nothing.
    "label value" LabelValue, "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$", ["\"true\""],
    |text| {
        if text.is_empty() || (!text.contains('/') && qualified(text)) {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no label value")))
        }
    }
}

text! {
    /// The name of an extended resource, as the device plugin announces it: a domain, `/`, a name.
    "device name" DeviceName, "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
    ["\"nvidia.com/gpu\""],
    |text| {
        let foreign = !text.starts_with("kubernetes.io/") && !text.contains(".kubernetes.io/");
        if text.contains('/') && qualified(text) && foreign {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no extended resource")).help(
                "write the name that the device plugin announces on the node, such as \"nvidia.com/gpu\"",
            ))
        }
    }
}

text! {
    /// The name of an environment variable: letters, digits and `_`, no digit first.
    "environment variable" EnvName, "^[A-Za-z_][A-Za-z0-9_]*$", ["\"HF_HOME\""],
    |text| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let first = text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        if first && text.bytes().all(inner) {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no name of an environment variable")))
        }
    }
}

text! {
    /// A label of a runner scale set, matched against `runs-on`. Its length is checked by `label-shape`.
    "runner label" RunnerLabel, "", ["\"cuda-12\""],
    |text| match text.chars().find(|c| c.is_control() || *c == ',') {
        Some(bad) => Err(Mismatch::value(format!("a runner label can't hold {bad:?}"))),
        None => Ok(()),
    }
}

text! {
    /// A runner group's name, without `+`, `&`, `#` and `%`, which ARC 0.14 does not escape.
    "runner group name" RunnerGroup, "^[^+&#%]+$", ["\"default\""],
    |text| match text.chars().find(|c| c.is_control() || "+&#%".contains(*c)) {
        Some(bad) => Err(Mismatch::value(format!("ARC never finds a runner group with {bad:?} in its name"))
            .help("rename the group at GitHub")),
        None if text.trim().is_empty() => Err(Mismatch::value("a runner group has a name")),
        None => Ok(()),
    }
}

text! {
    /// A key of a ConfigMap or Secret: letters, digits, `-`, `_` and `.`.
    "key" ConfigKey, "^[-._A-Za-z0-9]{1,253}$", ["\"ca.crt\""],
    |text| {
        let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let dots = text == "." || text == ".." || text.starts_with("..");
        if (1..=253).contains(&text.len()) && text.bytes().all(inner) && !dots {
            Ok(())
        } else {
            Err(Mismatch::value(format!("{text:?} is no key of a ConfigMap")))
        }
    }
}

impl Name {
    /// The name made from any text: what is no letter or digit becomes `-`.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::parse(&dns_label_of(text))
    }
}
