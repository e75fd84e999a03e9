//! What actionlint must know of the fleet.

use crate::model::Fleet;
use serde::Serialize;
use std::collections::BTreeSet;

/// The file `actionlint.yaml`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Config<'a> {
    self_hosted_runner: Runners<'a>,
    /// Null: any variable may be used. A list would have to name every variable of the organization.
    config_variables: Option<BTreeSet<&'a str>>,
}

#[derive(Debug, Serialize)]
struct Runners<'a> {
    labels: BTreeSet<&'a str>,
}

/// The names and labels of all pools: `runs-on` may ask for them and for nothing else of one's own.
pub fn config(fleet: &Fleet) -> Config<'_> {
    let names = fleet.pools.iter().map(|pool| pool.name());
    let labels = fleet.pools.iter().flat_map(|pool| pool.node.labels.iter().flat_map(|node| &node.labels));
    let labels = labels.map(|label| label.as_str());
    Config { self_hosted_runner: Runners { labels: names.chain(labels).collect() }, config_variables: None }
}
