//! `vault-drift`

use super::*;

impl Typed for nodes::VaultDrift {
    const NAME: &'static str = "VaultDrift";
    const SOURCE: Source = Source::Controller;
    node!(vault_drift);

    /// None where the file declares no Vault.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition> {
        scope.fleet.vaults.first()?;
        let wrong = series(&controller::VAULT_OBJECTS).ne("state", "ready").query();
        Some(Condition {
            expr: wrong.sum(&["server", "kind", "state"]).gt(number(0.0)),
            summary: "{{ $value }} objects of kind {{ $labels.kind }} in Vault are not as the file says".to_owned(),
            description: "Their state is {{ $labels.state }}: fleet-controller can't put them right. Its resources say why.".to_owned(),
        })
    }

    fn cases(&self, _: Scope<'_>) -> Vec<Case> {
        let objects = |drift| {
            let of = |state| {
                series(&controller::VAULT_OBJECTS).eq("server", "v").eq("kind", "policy").eq("state", state)
            };
            vec![sample::constant(of("ready"), 5.0), sample::constant(of("drift"), drift)]
        };
        let at = after(&self.hold, 300);
        vec![Case::fires("one differs", at, objects(1.0)), Case::quiet("all are ready", at, objects(0.0))]
    }
}
