//! `labels-ambiguous`

use super::identity::{Registration, labels, registration, scale_set_name, some_of};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::nodes::ContainerMode;
use crate::model::{Pool, Size};
use crate::syntax::Span;
use std::collections::{BTreeSet, HashMap};

pub static RULE: Rule = Rule {
    code: "labels-ambiguous",
    severity: Severity::Error,
    summary: "pools that give jobs different things carry the same label",
    explanation: "\
GitHub gives a job to any scale set that carries all the labels of its `runs-on`; the set may carry more.
So a label on two pools of one runner group is a job that either may take. That is fine where both give a job
the same, and it is found where they differ in mode, hardware, size, caches, image or in whether forks may run there.

A job that asks for that label lands on one of the pools by chance: without the device it needs, or on one that others
wait for. It is an error where one of the pools has no label that tells it from the others, or where the
label is the name of another pool. Where each has a label of its own beside the shared one, jobs can be
exact, and it is a warning.

Give each pool a label of its own and let jobs name that one too, or let jobs name the pool.

Known from: GitHub's documentation of `runs-on`, and a measurement in rhobuild/runpool issue 150: a job for `[a, b]`
was offered to a set with `[a, b, c]`.
",
    good: r#"
hardware "a100" {
    select "gpu" "a100"
    nodes "a100" count=2 cpu=64 memory="256Gi"
}
hardware "h100" {
    select "gpu" "h100"
    nodes "h100" count=2 cpu=64 memory="256Gi"
}
pool "train-a100" {
    mode "dind"
    runners max=4
    hardware "a100"
    labels "a100"
}
pool "train-h100" {
    mode "dind"
    runners max=4
    hardware "h100"
    labels "h100"
}
"#,
    bad: r#"
hardware "a100" {
    select "gpu" "a100"
    nodes "a100" count=2 cpu=64 memory="256Gi"
}
hardware "h100" {
    select "gpu" "h100"
    nodes "h100" count=2 cpu=64 memory="256Gi"
}
pool "train-a100" {
    mode "dind"
    runners max=4
    hardware "a100"
    labels "gpu"
}
pool "train-h100" {
    mode "dind"
    runners max=4
    hardware "h100"
    labels "gpu" "h100"
}
"#,
    check: Check::Fleet(check),
};

/// Who can be reached by one word of `runs-on`.
#[derive(Default)]
struct Carriers {
    /// Positions of the pools, in order.
    pools: Vec<usize>,
    /// Where each of them has the word.
    spans: Vec<Span>,
    /// Whether the word is a pool's name.
    is_name: bool,
}

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    if !cx.fleet.versions.arc.scale_set_labels {
        return;
    }
    let views: Vec<PoolView<'_>> = cx.pools().collect();
    let mut ids: HashMap<Registration, usize> = HashMap::new();
    let mut at: HashMap<(usize, String), usize> = HashMap::new();
    let mut words: Vec<(String, Carriers)> = Vec::new();
    let mut words_of: Vec<Vec<usize>> = vec![Vec::new(); views.len()];
    let next = |ids: &HashMap<_, _>| ids.len();
    let groups: Vec<usize> = views
        .iter()
        .map(|view| {
            let id = next(&ids);
            *ids.entry(registration(*view)).or_insert(id)
        })
        .collect();
    for (pool, view) in views.iter().enumerate() {
        let name = scale_set_name(*view).to_lowercase();
        for (label, span) in labels(*view) {
            let lower = label.to_lowercase();
            if lower == name {
                continue;
            }
            let word = *at.entry((groups[pool], lower)).or_insert_with(|| {
                words.push((label.to_owned(), Carriers::default()));
                words.len() - 1
            });
            words_of[pool].push(word);
            add(&mut words[word].1, pool, span, &views);
        }
    }
    for (pool, view) in views.iter().enumerate() {
        if let Some(word) = at.get(&(groups[pool], scale_set_name(*view).to_lowercase())) {
            let carriers = &mut words[*word].1;
            carriers.is_name = true;
            add(carriers, pool, view.pool.span(), &views);
        }
    }
    // Words that reach the same pools are one cause.
    let mut causes: Vec<Vec<usize>> = Vec::new();
    let mut cause_of: HashMap<&[usize], usize> = HashMap::new();
    for (word, (_, carriers)) in
        words.iter().enumerate().filter(|(_, (_, carriers))| carriers.pools.len() > 1)
    {
        let cause = *cause_of.entry(&carriers.pools).or_insert(causes.len());
        if cause == causes.len() {
            causes.push(Vec::new());
        }
        causes[cause].push(word);
    }
    for cause in &causes {
        let Some((_, carriers)) = cause.first().map(|word| &words[*word]) else { continue };
        let differences = differences(carriers, &views);
        if differences.is_empty() {
            continue;
        }
        let alone = |pool: &usize| words_of[*pool].iter().any(|word| words[*word].1.pools.len() == 1);
        let nameless = carriers.pools.iter().find(|pool| !alone(pool)).map(|pool| views[*pool].pool.name());
        let named = cause.iter().any(|word| words[*word].1.is_name);
        let texts: Vec<_> = cause.iter().map(|word| words[*word].0.as_str()).collect();
        let found = finding(&texts, carriers, &views, &differences, out);
        out.report(advise(found, &texts, nameless, named));
    }
}

/// A pool that runs in several clusters is one pool here, and one that repeats a label has it once.
fn add(carriers: &mut Carriers, pool: usize, span: Span, views: &[PoolView<'_>]) {
    let known = carriers.pools.last().is_some_and(|last| views[*last].pool.name() == views[pool].pool.name());
    if !known {
        carriers.pools.push(pool);
        carriers.spans.push(span);
    }
}

/// What a job finds in a pool.
fn offers(pool: &Pool) -> [(&'static str, String); 7] {
    let works_in_runner = !pool.mode.has_workflow_pod();
    let size = |size: &Size| format!("{size:?}");
    let hardware: Vec<_> = pool.hardware.iter().map(|used| (used.class, &used.devices)).collect();
    let job = if pool.mode == ContainerMode::Default { String::new() } else { size(&pool.job) };
    let runner = if works_in_runner { size(&pool.runner) } else { String::new() };
    [
        ("hardware", format!("{hardware:?}")),
        ("mode", format!("{:?}", pool.mode)),
        ("size", format!("{job}{runner}")),
        ("caches", format!("{:?}", pool.caches)),
        ("runner image", if works_in_runner { pool.runner_image.to_string() } else { String::new() }),
        ("whether forks may run there", pool.node.forks.value.to_string()),
        ("node labels", format!("{:?}", pool.node.select)),
    ]
}

/// In what the pools differ.
fn differences(carriers: &Carriers, views: &[PoolView<'_>]) -> BTreeSet<&'static str> {
    let mut pools = carriers.pools.iter().map(|pool| offers(views[*pool].pool));
    let Some(first) = pools.next() else { return BTreeSet::new() };
    pools
        .flat_map(|other| {
            let pairs = first.iter().zip(other);
            pairs.filter(|(mine, theirs)| mine.1 != theirs.1).map(|(mine, _)| mine.0).collect::<Vec<_>>()
        })
        .collect()
}

fn finding(
    texts: &[&str],
    carriers: &Carriers,
    views: &[PoolView<'_>],
    differences: &BTreeSet<&'static str>,
    out: &Reporter<'_, '_>,
) -> Diagnostic {
    let pools = carriers.pools.iter().map(|pool| views[*pool].pool.name());
    let differences: Vec<_> = differences.iter().copied().collect();
    let mut found = out.found(format!(
        "`runs-on: {}` matches pools {}, which differ in {}",
        runs_on(texts),
        some_of(pools),
        differences.join(", ")
    ));
    for (pool, span) in carriers.pools.iter().zip(&carriers.spans).rev().take(3) {
        found = found.label(*span, format!("pool \"{}\"", views[*pool].pool.name()));
    }
    found.effect("GitHub gives a job to any pool that carries all labels it asks for: which of these it gets is chance")
}

fn runs_on(texts: &[&str]) -> String {
    match texts {
        [only] => (*only).to_owned(),
        several => format!("[{}]", several.join(", ")),
    }
}

fn advise(found: Diagnostic, texts: &[&str], nameless: Option<&str>, named: bool) -> Diagnostic {
    let word = texts.first().copied().unwrap_or("");
    match nameless {
        _ if named => found.help(format!("rename the label \"{word}\": it is the name of a pool")),
        Some(pool) => found.help(format!(
            "give pool \"{pool}\" a label that no other pool has, or let jobs name the pool: `runs-on: {pool}`"
        )),
        None => found
            .severity(Severity::Warning)
            .help(format!("let jobs that need one of them name its own label beside \"{word}\", or remove \"{word}\"")),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    fn pools(labels: &[(&str, u32, &str)]) -> Vec<Severity> {
        let pool = |(name, cpu, labels): &(&str, u32, &str)| {
            format!(
                "pool \"{name}\" {{\n mode \"dind\"\n runners max=1\n job cpu={cpu} memory=\"1Gi\"\n labels {labels}\n}}\n"
            )
        };
        let run = example::run(&labels.iter().map(pool).collect::<String>());
        run.diagnostics.iter().filter(|d| d.code == super::RULE.code).map(|d| d.severity).collect()
    }

    #[test]
    fn a_shared_label_is_bad_where_pools_differ() {
        assert_eq!(pools(&[("a", 1, "\"gpu\""), ("b", 2, "\"GPU\"")]), [Severity::Error]);
        assert_eq!(pools(&[("a", 1, "\"gpu\""), ("b", 1, "\"gpu\"")]), []);
    }

    #[test]
    fn labels_of_their_own_make_it_a_warning() {
        assert_eq!(pools(&[("a", 1, "\"gpu\" \"x\""), ("b", 2, "\"gpu\" \"y\"")]), [Severity::Warning]);
    }

    #[test]
    fn two_shared_labels_are_one_cause() {
        assert_eq!(pools(&[("a", 1, "\"gpu\" \"x\""), ("b", 2, "\"gpu\" \"x\" \"y\"")]), [Severity::Error]);
    }

    #[test]
    fn a_label_is_no_other_pools_name() {
        assert_eq!(pools(&[("a", 1, "\"b\" \"x\""), ("b", 2, "\"y\"")]), [Severity::Error]);
    }
}
