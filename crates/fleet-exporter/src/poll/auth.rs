//! As whom GitHub is asked.

use crate::time::Second;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fleet_model::exporter::Credentials;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Credentials of one organization. Their files are read when they are used, so that a rotation needs no
/// restart.
#[derive(Debug)]
pub enum Auth {
    /// A token in a file.
    Token(PathBuf),
    /// An App's installation in the organization.
    App {
        /// The App's number or client id.
        id: String,
        /// The file with its key.
        key: PathBuf,
        /// The organization.
        org: String,
        /// The token that is used now.
        current: Mutex<Option<Installation>>,
    },
}

/// A token of an installation.
#[derive(Clone, PartialEq, Eq)]
pub struct Installation {
    /// The token.
    pub token: String,
    /// When it has to be replaced.
    pub until: Second,
}

impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a token until {}", self.until)
    }
}

/// Seconds before its end at which a token is replaced.
const EARLY: i64 = 5 * 60;

impl Auth {
    /// Credentials for an organization.
    pub fn new(credentials: &Credentials, org: &str) -> Self {
        match credentials {
            Credentials::Token { file } => Self::Token(file.clone()),
            Credentials::App { id, private_key } => Self::App {
                id: id.clone(),
                key: private_key.clone(),
                org: org.to_owned(),
                current: Mutex::new(None),
            },
        }
    }

    /// Which budget is spent: the value of the label `installation`.
    pub fn installation(&self) -> &str {
        match self {
            Self::Token(_) => "token",
            Self::App { org, .. } => org,
        }
    }

    /// A token that can be used now; nothing where an installation has to give a new one.
    pub fn current(&self, now: Second) -> Result<Option<String>, String> {
        match self {
            Self::Token(file) => read(file).map(Some),
            Self::App { current, .. } => {
                let current = current.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(current.as_ref().filter(|known| now < known.until).map(|known| known.token.clone()))
            }
        }
    }

    /// Takes the token that an installation gave.
    pub fn renew(&self, token: String, expires: Second) {
        if let Self::App { current, .. } = self {
            let until = expires.plus(-EARLY);
            *current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Installation { token, until });
        }
    }

    /// Forgets the token: GitHub does not take it any more.
    pub fn revoke(&self) {
        if let Self::App { current, .. } = self {
            *current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// What the App itself signs, for asking about its installations and deliveries.
    pub fn jwt(&self, now: Second) -> Result<String, String> {
        let Self::App { id, key, .. } = self else { return Err("only an App signs".to_owned()) };
        let pair = read_key(key)?;
        // A minute back, for a clock that is ahead; GitHub allows ten minutes from here.
        let claims = json!({ "iat": now.0 - 60, "exp": now.0 + 540, "iss": id });
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "RS256", "typ": "JWT" }).to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| format!("{}: the key cannot sign", key.display()))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn read(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let text = text.trim();
    // A line end within would end the header.
    if text.is_empty() || text.chars().any(|letter| !letter.is_ascii_graphic()) {
        return Err(format!("{}: this is no token", file.display()));
    }
    Ok(text.to_owned())
}

/// Reads a key in PEM: PKCS#1, as GitHub gives it, or PKCS#8.
fn read_key(file: &Path) -> Result<RsaKeyPair, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let wrong = |what: &str| format!("{}: {what}", file.display());
    let lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let body: String = lines.take_while(|line| !line.starts_with("-----")).collect();
    let bytes = STANDARD.decode(body).map_err(|_| wrong("this is no key in PEM"))?;
    let pair = if text.contains("BEGIN RSA PRIVATE KEY") {
        RsaKeyPair::from_der(&bytes)
    } else {
        RsaKeyPair::from_pkcs8(&bytes)
    };
    pair.map_err(|error| wrong(&format!("this is no RSA key: {error}")))
}
