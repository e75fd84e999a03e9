//! `fleetc capacity`

use super::{Exit, Format, Global, disk, report};
use crate::capacity::{self, Effort, Headroom, Limit, Outcome, Problem, Share, Strictness};
use crate::language::suggest::nearest;
use crate::model::Fleet;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "\
Examples:
  fleetc capacity                        what each class holds, and what pools may ask for
  fleetc capacity --svg capacity.svg     a picture of the packing
  fleetc capacity --max-for runner-gpu   the largest max that fits")]
pub struct Options {
    /// Draw the packing into a file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Tell the largest max of a pool, with the others at theirs
    #[arg(long, value_name = "POOL")]
    max_for: Option<String>,
}

/// Says whether all pools at their max fit on the hardware, and how.
pub fn run(global: &Global, options: &Options) -> Exit {
    let run = match disk::load(global) {
        Ok(run) => run,
        Err(reason) => return Exit::Failed(reason),
    };
    let Some(fleet) = &run.fleet else {
        return report::findings(global, &run).err().unwrap_or(Exit::Wrong);
    };
    let shares = capacity::shares(fleet);
    if let Some(pool) = &options.max_for {
        return largest(global, fleet, &shares, pool);
    }
    let proofs: Vec<_> =
        shares.iter().map(|share| capacity::prove(&share.problem, Effort::default())).collect();
    if let Some(path) = &options.svg {
        // A picture shows one cluster; further ones get files of their own.
        for (share, proof) in shares.iter().zip(&proofs) {
            let path = match &share.cluster_of(fleet).name {
                Some(name) if shares.len() > 1 => path.with_extension(format!("{name}.svg")),
                _ => path.clone(),
            };
            if let Err(error) = std::fs::write(&path, capacity::picture(&share.problem, proof)) {
                return Exit::Failed(format!("can't write {}: {error}", path.display()));
            }
            if global.format == Format::Human {
                report::say(format_args!("wrote {}", path.display()));
            }
        }
    } else {
        let reports =
            shares.iter().zip(&proofs).map(|(share, proof)| capacity::report(&share.problem, proof));
        print(global, fleet, &shares, reports.collect());
    }
    if proofs.iter().all(capacity::Proof::fits) { Exit::Fine } else { Exit::Wrong }
}

fn print(global: &Global, fleet: &Fleet, shares: &[Share], reports: Vec<capacity::Report>) {
    let unproved: Vec<_> =
        fleet.pools.iter().filter(|pool| !capacity::is_proved(fleet, pool)).map(|pool| pool.name()).collect();
    if global.format == Format::Json {
        let clusters: Vec<_> = shares
            .iter()
            .zip(&reports)
            .map(|(share, report)| json!({"cluster": share.cluster_of(fleet).name.as_ref().map(ToString::to_string), "areas": report.areas}))
            .collect();
        report::say(json!({"clusters": clusters, "not_proved": unproved}));
        return;
    }
    for (share, report) in shares.iter().zip(&reports) {
        if let Some(name) = &share.cluster_of(fleet).name {
            report::say(format_args!("cluster {name}\n"));
        }
        report::say(report);
    }
    if !unproved.is_empty() {
        report::say(format_args!(
            "not proved (no hardware, no nodes of it, or no max): {}",
            unproved.join(", ")
        ));
    }
}

fn largest(global: &Global, fleet: &Fleet, shares: &[Share], name: &str) -> Exit {
    let found = shares.iter().find_map(|share| {
        let demand = share
            .problem
            .demand_ids()
            .find(|id| share.problem.demand(*id).is_some_and(|demand| demand.pool == name))?;
        Some((share, demand))
    });
    let Some((share, demand)) = found else {
        if fleet.pools.iter().any(|pool| pool.name() == name) {
            return Exit::Failed(format!(
                "pool \"{name}\" names no hardware or no max: nothing limits it but the cluster"
            ));
        }
        let near = nearest(name, fleet.pools.iter().map(|pool| pool.name()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
        return Exit::Failed(format!("there is no pool \"{name}\"{hint}"));
    };
    let Some(most) = capacity::max_for(&share.problem, demand, Strictness::Deny, Effort::default()) else {
        return Exit::Failed(format!("pool \"{name}\" is not part of the question"));
    };
    if global.format == Format::Json {
        report::say(json!({"pool": name, "max": most.runners, "limit": limit(&share.problem, &most)}));
    } else {
        report::say(format_args!(
            "{name}: at most {} runners fit\n{}",
            most.runners,
            limit(&share.problem, &most)
        ));
    }
    Exit::Fine
}

fn limit(problem: &Problem, most: &Headroom) -> String {
    let outcome = |outcome: &Outcome| match outcome {
        Outcome::Fits => String::new(),
        Outcome::Refused(refusal) => refusal.describe(problem),
        Outcome::Undecided(_) => {
            "one more may fit, but no packing was found and none was ruled out".to_owned()
        }
    };
    match &most.limit {
        Limit::None => "it asks for nothing that runs out".to_owned(),
        Limit::Next(next) => outcome(next),
        Limit::Others(others) => format!("the other pools do not fit by themselves: {}", outcome(others)),
    }
}
