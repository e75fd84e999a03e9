//! Whether GitHub sent a delivery.

use ring::hmac;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long secrets are kept in memory before their files are read again.
const FRESH: Duration = Duration::from_secs(10);

/// The secrets that deliveries may be signed with: two while one is being replaced.
#[derive(Debug)]
pub struct Secrets {
    files: Vec<PathBuf>,
    read: Mutex<Option<(Instant, Vec<hmac::Key>)>>,
}

impl Secrets {
    /// Secrets in files, one each; what surrounds them in white space is left out.
    pub fn new(files: Vec<PathBuf>) -> Self {
        Self { files, read: Mutex::new(None) }
    }

    /// Whether a body has a signature by one of them, as in `X-Hub-Signature-256`. Compared in constant time.
    pub fn signed(&self, body: &[u8], signature: &str) -> bool {
        let Some(tag) = signature.strip_prefix("sha256=").and_then(unhex) else { return false };
        self.keys().iter().any(|key| hmac::verify(key, body, &tag).is_ok())
    }

    fn keys(&self) -> Vec<hmac::Key> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, keys)) = &*read
            && at.elapsed() < FRESH
        {
            return keys.clone();
        }
        let mut keys = Vec::new();
        for file in &self.files {
            match std::fs::read(file) {
                // An empty secret would let anybody sign.
                Ok(secret) if !secret.trim_ascii().is_empty() => {
                    keys.push(hmac::Key::new(hmac::HMAC_SHA256, secret.trim_ascii()));
                }
                Ok(_) => tracing::error!(file = %file.display(), "the webhook secret is empty and not used"),
                Err(error) => {
                    tracing::error!(file = %file.display(), %error, "the webhook secret cannot be read")
                }
            }
        }
        *read = Some((Instant::now(), keys.clone()));
        keys
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    text.as_bytes().chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_signature_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        // The example of GitHub's documentation.
        let secrets = Secrets::new(vec![file("new", "other"), file("old", "It's a Secret to Everybody\n")]);
        let right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(secrets.signed(b"Hello, World!", right));
        assert!(!secrets.signed(b"Hello, World?", right));
        for wrong in [
            "",
            "sha256=",
            "sha256=00",
            "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59",
            "757107",
            "sha256=zz",
        ] {
            assert!(!secrets.signed(b"Hello, World!", wrong), "{wrong}");
        }
        assert!(
            !Secrets::new(vec![file("empty", "\n")])
                .signed(b"", "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        );
    }
}
