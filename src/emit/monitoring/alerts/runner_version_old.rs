//! `runner-version-old`

use super::*;
use crate::language::value::Version;

impl Typed for nodes::RunnerVersionOld {
    const NAME: &'static str = "RunnerVersionOld";
    const SOURCE: Source = Source::Exporter;
    node!(runner_version_old);

    /// None where the tag of the fleet's image is no release.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        let wanted = wanted(scope)?;
        let old = series(&exporter::RUNNER_VERSION).any("pool", pools(&self.parts()));
        let old = old.matches("version", &older(wanted));
        Some(Condition {
            expr: old.query().max(&["pool", "version"]).gt(number(0.0)),
            summary: "Runners of {{ $labels.pool }} are of release {{ $labels.version }}".to_owned(),
            description: format!(
                "The fleet's image is {wanted}. GitHub sends no jobs to a runner 30 days after the next release; such a pool looks healthy, and its jobs queue."
            ),
        })
    }

    fn cases(&self, scope: Scope<'_>) -> Vec<Case> {
        let Some(wanted) = wanted(scope) else { return Vec::new() };
        let runs = |version: Version| {
            let of =
                series(&exporter::RUNNER_VERSION).eq("org", "o").eq("pool", some_pool(scope, &self.parts()));
            vec![sample::constant(of.eq("version", &version.to_string()), 1.0)]
        };
        let before = Version { minor: wanted.minor.saturating_sub(1), patch: 9, ..wanted };
        let at = after(&self.hold, 300);
        vec![
            Case::fires("one release behind", at, runs(before)),
            Case::quiet("the fleet's release", at, runs(wanted)),
            Case::quiet("a newer one", at, runs(Version { minor: wanted.minor + 10, patch: 0, ..wanted })),
        ]
    }
}

fn wanted(scope: Scope<'_>) -> Option<Version> {
    scope.fleet.versions.runner.tag().and_then(Version::parse)
}

/// A pattern of all versions older than this one.
fn older(version: Version) -> String {
    let Version { major, minor, patch } = version;
    let any = "[0-9]+";
    let mut parts: Vec<_> =
        below(major).into_iter().map(|major| format!("{major}\\.{any}\\.{any}")).collect();
    parts.extend(below(minor).into_iter().map(|minor| format!("{major}\\.{minor}\\.{any}")));
    parts.extend(below(patch).into_iter().map(|patch| format!("{major}\\.{minor}\\.{patch}")));
    parts.join("|")
}

/// Patterns of all numbers below this one, without leading zeros.
fn below(number: u32) -> Vec<String> {
    let digits: Vec<_> = number.to_string().bytes().map(|byte| byte - b'0').collect();
    let mut out = Vec::new();
    // Fewer digits.
    for length in 1..digits.len() {
        let first = if length == 1 { "[0-9]" } else { "[1-9]" };
        out.push(format!("{first}{}", "[0-9]".repeat(length - 1)));
    }
    // As many, and the first that differs is less.
    for (at, digit) in digits.iter().enumerate() {
        let least = u8::from(at == 0 && digits.len() > 1);
        let range = match digit.checked_sub(1) {
            Some(most) if most == least => format!("{most}"),
            Some(most) if most > least => format!("[{least}-{most}]"),
            _ => continue,
        };
        let before: String = digits[..at].iter().map(u8::to_string).collect();
        out.push(format!("{before}{range}{}", "[0-9]".repeat(digits.len() - at - 1)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use promql_parser::parser;

    #[test]
    fn older_is_what_is_less() {
        let wanted = Version::new(2, 336, 1);
        let query = series(&exporter::RUNNER_VERSION).matches("version", &older(wanted)).query().to_string();
        let Ok(parser::Expr::VectorSelector(selector)) = parser::parse(&query) else { panic!("{query}") };
        let matcher = &selector.matchers.matchers[0];
        for major in [0, 1, 2, 3, 20] {
            for minor in [0, 9, 10, 35, 99, 100, 299, 300, 329, 330, 335, 336, 337, 340, 400, 1000, 3360] {
                for patch in [0, 1, 2, 10] {
                    let version = Version::new(major, minor, patch);
                    assert_eq!(matcher.is_match(&version.to_string()), version < wanted, "{version}");
                }
            }
        }
    }
}
