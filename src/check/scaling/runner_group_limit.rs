//! `runner-group-limit`

use super::{max, max_span};
use crate::check::findings::Reporter;
use crate::check::names::identity::registration;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use std::collections::HashMap;

/// Most runners that GitHub registers in one group.
const LIMIT: u64 = 10_000;

pub static RULE: Rule = Rule {
    code: "runner-group-limit",
    severity: Severity::Warning,
    summary: "a runner group may come to hold more runners than GitHub registers",
    explanation: "\
GitHub registers at most 10,000 self-hosted runners in one runner group. It is found where the `max` of all pools that join
a group adds up to more, in all clusters together. Pools without `max` are not counted.

While few jobs run nothing happens. At the limit no new runner can be registered: its pod starts, fails,
and is made again, and the jobs of all pools of the group wait, small pools too. The hour when that happens is
the busiest one.

Divide the pools among several groups with `runner-group`; each must exist at GitHub and be open to the repositories that
it serves. Or lower `max` to what the hardware can carry.

Known from: GitHub's documentation, \"Usage limits for self-hosted runners\".
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=6000
}
pool "test" {
    mode "dind"
    runners max=4000
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=6000
}
pool "test" {
    mode "dind"
    runners max=4001
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let mut at = HashMap::new();
    let mut groups: Vec<(u64, Vec<PoolView<'_>>)> = Vec::new();
    for view in cx.pools() {
        let group = *at.entry(registration(view)).or_insert_with(|| {
            groups.push((0, Vec::new()));
            groups.len() - 1
        });
        let (sum, pools) = &mut groups[group];
        *sum = sum.saturating_add(u64::from(max(view).unwrap_or(0)));
        pools.push(view);
    }
    for (sum, mut pools) in groups.into_iter().filter(|(sum, _)| *sum > LIMIT) {
        let Some(group) = pools.first().map(|view| registration(*view).group) else { continue };
        // The largest ones first, and of equal ones the first.
        pools.sort_by_key(|view| std::cmp::Reverse(max(*view)));
        let noun = if pools.len() == 1 { "pool" } else { "pools" };
        let mut found = out.found(format!(
            "{} {noun} of runner group \"{group}\" may have {sum} runners, and GitHub registers {LIMIT}",
            pools.len()
        ));
        for view in pools.iter().take(3) {
            found = found.label(max_span(*view), format!("pool \"{}\"", view.pool.name()));
        }
        found = found
            .effect("at the limit no new runner of the group is registered, and jobs of all its pools wait")
            .help("put some of the pools into another `runner-group` that exists at GitHub, or lower max");
        out.report(found);
    }
}
