//! What a rule may grant, and which server knows it.

use serde::{Serialize, Serializer};
use std::fmt;

/// Which of the two servers: they have one origin and by now differ in places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavour {
    /// OpenBao.
    #[default]
    OpenBao,
    /// HashiCorp Vault.
    Vault,
}

impl Flavour {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::OpenBao, Self::Vault];

    /// `openbao` or `vault`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenBao => "openbao",
            Self::Vault => "vault",
        }
    }

    /// Its name as people write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenBao => "OpenBao",
            Self::Vault => "Vault",
        }
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// What a rule may grant. The order is that of the alphabet, in which the servers print them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Capability {
    /// Make what is not there.
    Create,
    /// Delete.
    Delete,
    /// Nothing at all, whatever other rules of the same path grant.
    Deny,
    /// List names.
    List,
    /// Change a part.
    Patch,
    /// Read.
    Read,
    /// Restore from a snapshot (Vault).
    Recover,
    /// List names at any depth (OpenBao).
    Scan,
    /// Be told of events (Vault).
    Subscribe,
    /// Reach paths that are only for administrators.
    Sudo,
    /// Change what is there.
    Update,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Create,
        Self::Delete,
        Self::Deny,
        Self::List,
        Self::Patch,
        Self::Read,
        Self::Recover,
        Self::Scan,
        Self::Subscribe,
        Self::Sudo,
        Self::Update,
    ];

    /// Its word in a policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Deny => "deny",
            Self::List => "list",
            Self::Patch => "patch",
            Self::Read => "read",
            Self::Recover => "recover",
            Self::Scan => "scan",
            Self::Subscribe => "subscribe",
            Self::Sudo => "sudo",
            Self::Update => "update",
        }
    }

    /// The capability of this word. Servers take lower case only.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.as_str() == word)
    }

    /// Whether a server takes a policy that names it; one that does not refuses the whole policy.
    pub const fn known_to(self, flavour: Flavour) -> bool {
        match self {
            Self::Scan => matches!(flavour, Flavour::OpenBao),
            Self::Recover | Self::Subscribe => matches!(flavour, Flavour::Vault),
            _ => true,
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A set of capabilities. `deny` in it leaves nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capabilities(u16);

impl Capabilities {
    /// None at all: not even a refusal that other rules would have to respect.
    pub const NONE: Self = Self(0);
    /// The explicit refusal.
    pub const DENY: Self = Self(1 << Capability::Deny as u8);

    /// The set of these.
    pub fn of(list: impl IntoIterator<Item = Capability>) -> Self {
        list.into_iter().fold(Self::NONE, |set, capability| set.union(Self(1 << capability as u8)))
    }

    /// Both together, as the servers join rules of one path.
    pub const fn union(self, other: Self) -> Self {
        let both = self.0 | other.0;
        if both & Self::DENY.0 == 0 { Self(both) } else { Self::DENY }
    }

    /// What is in both.
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this and not in the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it is in the set.
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u8) != 0
    }

    /// Whether it is the explicit refusal.
    pub const fn is_deny(self) -> bool {
        self.0 == Self::DENY.0
    }

    /// Whether it grants nothing: it is empty, or the explicit refusal.
    pub const fn grants_nothing(self) -> bool {
        self.0 & !Self::DENY.0 == 0
    }

    /// Its members in the order of the alphabet.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |capability| self.contains(*capability))
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(list: I) -> Self {
        Self::of(list)
    }
}

/// `read, update`; `deny` where nothing is granted, as the servers answer.
impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.grants_nothing() {
            return f.write_str("deny");
        }
        for (at, capability) in self.iter().enumerate() {
            write!(f, "{}{capability}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// A list of words; `["deny"]` where nothing is granted.
impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let set = if self.grants_nothing() { Self::DENY } else { *self };
        serializer.collect_seq(set.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_absorbs_all_else() {
        let set = Capabilities::of([Capability::Read, Capability::Deny]);
        assert!(set.is_deny());
        assert_eq!(set.union(Capabilities::of([Capability::List])), Capabilities::DENY);
        assert_eq!(set.to_string(), "deny");
    }

    #[test]
    fn words_go_both_ways() {
        for capability in Capability::ALL {
            assert_eq!(Capability::parse(capability.as_str()), Some(capability));
        }
        assert_eq!(Capability::parse("Read"), None);
        assert_eq!(Capability::parse("write"), None);
        assert!(Flavour::ALL.iter().all(|flavour| Capability::Read.known_to(*flavour)));
    }
}
