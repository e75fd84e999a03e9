//! What fleet-exporter is told, with every default filled in.

use super::{Fleet, Names, Pool};
use crate::diagnostic::Diagnostics;
use crate::language::nodes::{self, ExporterMode};
use crate::language::value::{GithubScope, ObjectName};
use crate::syntax::Spanned;
use fleet_model::exporter::Organization;
use std::collections::HashSet;

/// Reports prices of pools that no declaration gives, and takes them out.
pub fn resolve(
    exporter: &mut Option<nodes::Exporter>,
    pools: &[Pool],
    names: &Names,
    diagnostics: &mut Diagnostics,
) {
    let Some(exporter) = exporter else { return };
    let known: HashSet<&str> = pools.iter().map(Pool::name).collect();
    exporter.prices.retain(|price| {
        let found = known.contains(price.pool.as_str());
        if !found {
            names.unknown("pool", price.pool.as_str(), price.pool.span, diagnostics);
        }
        found
    });
}

/// The exporter of a fleet.
#[derive(Clone, Copy, Debug)]
pub struct Exporter<'a> {
    /// Its declaration.
    pub node: &'a nodes::Exporter,
    fleet: &'a Fleet,
}

/// As whom it asks GitHub: a Secret in the namespace of ARC's controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExporterSecret<'a> {
    /// With the number and the key of an App, as ARC takes them.
    App(&'a ObjectName),
    /// With a token.
    Token(&'a ObjectName),
}

impl Fleet {
    /// The exporter, if the file has one.
    pub fn the_exporter(&self) -> Option<Exporter<'_>> {
        self.exporter.as_ref().map(|node| Exporter { node, fleet: self })
    }
}

impl<'a> Exporter<'a> {
    /// Whether it asks GitHub.
    pub fn polls(self) -> bool {
        self.mode() != ExporterMode::Webhook
    }

    /// Whether GitHub tells it.
    pub fn hears(self) -> bool {
        self.mode() != ExporterMode::Poll
    }

    fn mode(self) -> ExporterMode {
        let default = if self.node.webhook.is_some() { ExporterMode::Both } else { ExporterMode::Poll };
        self.node.mode.as_ref().map_or(default, |mode| mode.value)
    }

    /// As whom it asks; nobody where it does not ask, or where the file names no Secret.
    pub fn secret(self) -> Option<ExporterSecret<'a>> {
        let (node, github) = (self.node, &self.fleet.node.github);
        let own = of(value(&node.app_secret), value(&node.token_secret));
        own.or_else(|| of(value(&github.app_secret), value(&github.token_secret))).filter(|_| self.polls())
    }

    /// The Secrets that deliveries may be signed with.
    pub fn webhook_secrets(self) -> impl Iterator<Item = &'a ObjectName> {
        let webhook = self.node.webhook.as_ref().filter(|_| self.hears());
        webhook.into_iter().flat_map(|webhook| &webhook.secrets).map(|secret| &secret.value)
    }

    /// The organizations that it reads: those of the file, or where the fleet's runners are registered. An enterprise is none.
    pub fn organizations(self) -> Vec<Organization> {
        let of =
            |name: &str, repositories, exclude| Organization { name: name.to_owned(), repositories, exclude };
        if self.node.organizations.is_empty() {
            return match &self.fleet.node.github.url.value.scope {
                GithubScope::Organization(name) => vec![of(name, Vec::new(), Vec::new())],
                GithubScope::Repository(owner, name) => vec![of(owner, vec![name.clone()], Vec::new())],
                GithubScope::Enterprise(_) => Vec::new(),
            };
        }
        let own = |node: &nodes::Organization| {
            let read = node.repositories.iter().flat_map(|read| &read.patterns);
            let left_out = node.exclude.iter().flat_map(|left_out| &left_out.patterns);
            of(
                node.name.as_str(),
                read.map(|pattern| pattern.to_string()).collect(),
                left_out.map(|pattern| pattern.to_string()).collect(),
            )
        };
        self.node.organizations.iter().map(own).collect()
    }
}

fn value(secret: &Option<Spanned<ObjectName>>) -> Option<&ObjectName> {
    secret.as_ref().map(|secret| &secret.value)
}

fn of<'a>(app: Option<&'a ObjectName>, token: Option<&'a ObjectName>) -> Option<ExporterSecret<'a>> {
    app.map(ExporterSecret::App).or(token.map(ExporterSecret::Token))
}
