//! One server, pass after pass.

use super::client::{Client, Failure};
use super::ledger::ConfigMapBooks;
use super::pass::{Pass, Report};
use super::publish::publish;
use super::session::{Login, Session};
use super::waits::{self, Waits};
use super::watch::{Declared, Watch};
use crate::operation::Context;
use fleet_model::metrics::controller::{LAST_RECONCILE, RECONCILE_DURATION, RECONCILE_ERRORS};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::Api;
use kube::runtime::events::Recorder;
use std::time::Instant;

/// Keeps one server.
pub struct Keeper {
    declared: Option<Declared>,
    certificate: Option<String>,
    session: Option<Session>,
    waits: Waits,
    failures: u32,
    due: Instant,
}

impl Default for Keeper {
    fn default() -> Self {
        Self {
            declared: None,
            certificate: None,
            session: None,
            waits: Waits::default(),
            failures: 0,
            due: Instant::now(),
        }
    }
}

impl Keeper {
    /// When its next pass is.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// A pass, where it is time for one or something else is declared.
    pub async fn keep(&mut self, context: &Context, recorder: &Recorder, watch: &Watch, declared: &Declared) {
        if Instant::now() < self.due && self.declared.as_ref() == Some(declared) {
            return;
        }
        let start = Instant::now();
        let report = match self.session(context, declared).await {
            Ok(()) => match &self.session {
                Some(session) => {
                    let books =
                        ConfigMapBooks::new(context.client.clone(), &context.namespace, &declared.name);
                    let pass = Pass {
                        session,
                        books: &books,
                        wanted: &declared.wanted,
                        dry_run: context.dry_run,
                        stop: context.stop.clone(),
                    };
                    pass.run(&mut self.waits).await
                }
                None => return,
            },
            Err(failure) => Report {
                outcomes: vec![None; declared.wanted.objects.len()],
                failure: Some(failure),
                ..Report::default()
            },
        };
        self.failures = if report.failure.is_some() { self.failures.saturating_add(1) } else { 0 };
        publish(context, recorder, watch, declared, &report, self.failures).await;

        let metrics = &context.metrics;
        metrics.observe(&RECONCILE_DURATION, &["vault"], start.elapsed().as_secs_f64());
        if report.failure.is_some() {
            metrics.add(&RECONCILE_ERRORS, &["vault"], 1.0);
        } else {
            metrics.set(&LAST_RECONCILE, &["vault"], jiff::Timestamp::now().as_millisecond() as f64 / 1000.0);
        }
        self.due = Instant::now() + waits::next(self.failures);
        self.declared = Some(declared.clone());
    }

    /// Gives its token back.
    pub async fn end(&self) {
        if let Some(session) = &self.session {
            session.end().await;
        }
    }

    /// A session for the server as it is declared now.
    async fn session(&mut self, context: &Context, declared: &Declared) -> Result<(), Failure> {
        let certificate = certificate(context, declared).await?;
        let same = self.declared.as_ref().is_some_and(|before| before.spec == declared.spec);
        if same && self.session.is_some() && certificate == self.certificate {
            return Ok(());
        }
        self.end().await;
        let spec = &declared.spec;
        let client = Client::new(
            &declared.name,
            &spec.address,
            &spec.namespace,
            certificate.as_deref(),
            context.metrics.clone(),
        )?;
        let login = Login {
            auth: spec.login.auth.clone(),
            role: spec.login.role.clone(),
            files: vec![context.tokens.join(&declared.name), context.tokens.join("token")],
        };
        self.session = Some(Session::new(client, login));
        self.certificate = certificate;
        Ok(())
    }
}

async fn certificate(context: &Context, declared: &Declared) -> Result<Option<String>, Failure> {
    let Some(at) = &declared.spec.certificate else { return Ok(None) };
    let api: Api<ConfigMap> = Api::namespaced(context.client.clone(), &context.namespace);
    let unusable = |reason: String| Failure::Unusable(format!("its certificate authority: {reason}"));
    let map = api.get(&at.config_map).await.map_err(|error| unusable(error.to_string()))?;
    let pem = map.data.and_then(|mut data| data.remove(&at.key));
    pem.map(Some).ok_or_else(|| unusable(format!("ConfigMap {} has no key {}", at.config_map, at.key)))
}
