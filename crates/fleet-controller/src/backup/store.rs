//! Stores that speak S3.

use fleet_model::backup::BackupStore;
use jiff::Timestamp;
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;
use ureq::{Agent, Body};

/// How long a signed address is good for: a request that is sent at once.
const SIGNED: Duration = Duration::from_secs(300);
/// Most bytes of a manifest, and of an answer that says what went wrong.
const SMALL: u64 = 1 << 20;
/// Tries of a request that the store did not refuse.
const TRIES: u32 = 4;

/// An object in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// When it came, by the store's clock; none where the store says it in no form that is known.
    pub last_modified: Option<Timestamp>,
}

/// Why a store did not do what it was asked. It holds no credentials.
#[derive(Debug)]
pub enum StoreError {
    /// Its declaration or its credentials can't be used.
    Unusable(String),
    /// There is no such object.
    Absent(String),
    /// It answered something else.
    Answer {
        /// What was asked.
        action: &'static str,
        /// HTTP status.
        status: u16,
        /// The code in its answer, such as `AccessDenied`.
        code: String,
    },
    /// It did not answer, or not to the end.
    Transport {
        /// What was asked.
        action: &'static str,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(reason) => f.write_str(reason),
            Self::Absent(path) => write!(f, "there is no {path}"),
            Self::Answer { action, status, code } => write!(f, "{action}: it answered {status} {code}"),
            Self::Transport { action, reason } => write!(f, "{action}: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    /// Whether the same request may go through later.
    fn passes(&self) -> bool {
        match self {
            Self::Transport { .. } => true,
            Self::Answer { status, .. } => *status >= 500 || *status == 429,
            Self::Unusable(_) | Self::Absent(_) => false,
        }
    }
}

/// A bucket of an S3-compatible server.
pub struct Store {
    name: String,
    bucket: Bucket,
    credentials: Credentials,
    agent: Agent,
}

impl Store {
    /// The store of a declaration. Credentials are read from its folder, once for each run.
    pub fn open(declared: &BackupStore) -> Result<Self, StoreError> {
        let unusable = |reason: String| StoreError::Unusable(format!("store {}: {reason}", declared.name));
        let endpoint =
            declared.endpoint.parse().map_err(|error| unusable(format!("its address: {error}")))?;
        let style = if declared.path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = Bucket::new(endpoint, style, declared.bucket.clone(), declared.region.clone())
            .map_err(|error| unusable(error.to_string()))?;
        let folder = Path::new(&declared.credentials);
        let secret = |file: &str| {
            let path = folder.join(file);
            let text =
                fs::read_to_string(&path).map_err(|error| unusable(format!("{}: {error}", path.display())));
            text.map(|text| text.trim().to_owned())
        };
        let (key, value) = (secret("access_key_id")?, secret("secret_access_key")?);
        let credentials = match secret("session_token") {
            Ok(token) => Credentials::new_with_token(key, value, token),
            Err(_) => Credentials::new(key, value),
        };
        // Idle time is bounded, not the whole: a large copy over a slow line is no fault.
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(120)))
            .build()
            .into();
        Ok(Self { name: declared.name.clone(), bucket, credentials, agent })
    }

    /// What it is called in logs and metrics.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All objects below a folder.
    pub fn list(&self, folder: &str) -> Result<Vec<Object>, StoreError> {
        let mut objects = Vec::new();
        let mut from: Option<String> = None;
        loop {
            let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
            action.with_prefix(folder);
            if let Some(from) = &from {
                action.with_continuation_token(from.as_str());
            }
            let url = action.sign(SIGNED);
            let text = retried(|| text("list", self.agent.get(url.as_str()).call()))?;
            let page = ListObjectsV2::parse_response(&text).map_err(|error| StoreError::Transport {
                action: "list",
                reason: format!("its answer can't be read: {error}"),
            })?;
            objects.extend(page.contents.into_iter().map(|object| Object {
                last_modified: object.last_modified.and_then(|time| time.parse().ok()),
                size: object.size.unwrap_or_default(),
                path: object.key,
            }));
            match page.next_continuation_token {
                // A store that names the same page for ever would be listed for ever.
                Some(next) if from.as_ref() != Some(&next) => from = Some(next),
                _ => return Ok(objects),
            }
        }
    }

    /// The content of an object, as a stream.
    pub fn read(&self, path: &str) -> Result<impl Read + use<>, StoreError> {
        let url = self.bucket.get_object(Some(&self.credentials), path).sign(SIGNED);
        let body = retried(|| match self.agent.get(url.as_str()).call() {
            Ok(response) if response.status() == 404 => Err(StoreError::Absent(path.to_owned())),
            answer => body("read", answer),
        })?;
        Ok(body.into_reader())
    }

    /// The content of a small object.
    pub fn read_small(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let read = self.read(path)?.take(SMALL).read_to_end(&mut bytes);
        read.map_err(|error| StoreError::Transport { action: "read", reason: error.to_string() })?;
        Ok(bytes)
    }

    /// Puts a file into an object.
    pub fn write(&self, path: &str, file: &File) -> Result<(), StoreError> {
        let broken = |error: std::io::Error| StoreError::Unusable(format!("the spooled copy: {error}"));
        let url = self.bucket.put_object(Some(&self.credentials), path).sign(SIGNED);
        retried(|| {
            let mut again = file.try_clone().map_err(broken)?;
            again.seek(SeekFrom::Start(0)).map_err(broken)?;
            // The length comes from the file, so no chunks are sent, which some servers do not take.
            let answer = self.agent.put(url.as_str()).send(again);
            body("write", answer).map(drop)
        })
    }

    /// Puts a few bytes into an object.
    pub fn write_small(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let url = self.bucket.put_object(Some(&self.credentials), path).sign(SIGNED);
        retried(|| body("write", self.agent.put(url.as_str()).send(bytes)).map(drop))
    }

    /// Deletes an object; one that is absent already is no error.
    pub fn delete(&self, path: &str) -> Result<(), StoreError> {
        let url = self.bucket.delete_object(Some(&self.credentials), path).sign(SIGNED);
        retried(|| match body("delete", self.agent.delete(url.as_str()).call()) {
            Err(StoreError::Answer { status: 404, .. }) => Ok(()),
            answer => answer.map(drop),
        })
    }
}

type Answer = Result<ureq::http::Response<Body>, ureq::Error>;

/// The body of an answer that is a success.
fn body(action: &'static str, answer: Answer) -> Result<Body, StoreError> {
    let response = answer.map_err(|error| StoreError::Transport { action, reason: error.to_string() })?;
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return Ok(response.into_body());
    }
    let mut text = String::new();
    // What it says beside its status is a help, no more.
    let _ = response.into_body().into_reader().take(SMALL).read_to_string(&mut text);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    Err(StoreError::Answer {
        action,
        status,
        code: code.map_or_else(String::new, |(code, _)| code.to_owned()),
    })
}

fn text(action: &'static str, answer: Answer) -> Result<String, StoreError> {
    let mut text = String::new();
    let read = body(action, answer)?.into_reader().read_to_string(&mut text);
    read.map_err(|error| StoreError::Transport { action, reason: error.to_string() })?;
    Ok(text)
}

/// Does it again where that may help, with a growing wait.
fn retried<T>(mut request: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut wait = Duration::from_millis(200);
    for _ in 1..TRIES {
        match request() {
            Err(error) if error.passes() => {}
            done => return done,
        }
        std::thread::sleep(wait);
        wait *= 3;
    }
    request()
}
