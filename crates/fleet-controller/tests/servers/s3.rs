//! An S3 server on a folder.

use super::{Process, port, tool, wait_for};
use fleet_model::backup::BackupStore;
use rusty_s3::actions::CreateBucket;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const KEY: &str = "fleet";
const SECRET: &str = "not-a-secret-of-anybody";
const BUCKET: &str = "vault-backups";

pub struct S3 {
    port: u16,
    program: PathBuf,
    process: Option<Process>,
    folder: TempDir,
}

impl S3 {
    /// A server with an empty bucket; none without the program.
    pub fn start() -> Option<Self> {
        let program = tool("bin/versitygw")?;
        let folder = tempfile::tempdir().expect("a folder");
        for part in ["data", "meta", "credentials"] {
            fs::create_dir(folder.path().join(part)).expect("a folder");
        }
        fs::write(folder.path().join("credentials/access_key_id"), KEY).expect("a file");
        fs::write(folder.path().join("credentials/secret_access_key"), format!("{SECRET}\n"))
            .expect("a file");
        let mut server = Self { port: port(), program, process: None, folder };
        server.up();
        let url = server.endpoint().parse().expect("an address");
        let bucket = Bucket::new(url, UrlStyle::Path, BUCKET, "us-east-1").expect("a bucket");
        let url = CreateBucket::new(&bucket, &Credentials::new(KEY, SECRET)).sign(Duration::from_secs(60));
        ureq::put(url.as_str()).send_empty().expect("a bucket is made");
        Some(server)
    }

    /// Starts it again, with what it held.
    pub fn up(&mut self) {
        let process = Process::start(
            Command::new(&self.program)
                .env("ROOT_ACCESS_KEY", KEY)
                .env("ROOT_SECRET_KEY", SECRET)
                .args(["--port", &format!("127.0.0.1:{}", self.port), "posix", "--sidecar"])
                .arg(self.folder.path().join("meta"))
                .arg(self.folder.path().join("data")),
        );
        wait_for(self.port);
        self.process = Some(process);
    }

    /// Stops it.
    pub fn down(&mut self) {
        self.process = None;
    }

    fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The declaration of its bucket.
    pub fn store(&self, name: &str) -> BackupStore {
        BackupStore {
            name: name.to_owned(),
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: self.endpoint(),
            path_style: true,
            credentials: self.folder.path().join("credentials").to_string_lossy().into_owned(),
        }
    }

    /// The file that an object is kept in.
    pub fn file(&self, object: &str) -> PathBuf {
        self.folder.path().join("data").join(BUCKET).join(object)
    }

    /// All objects.
    pub fn objects(&self) -> Vec<String> {
        let root = self.file("");
        let mut folders = vec![root.clone()];
        let mut objects = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    objects.push(path.strip_prefix(&root).expect("below").to_string_lossy().into_owned());
                }
            }
        }
        objects.retain(|object| !object.contains(".sgwtmp"));
        objects.sort();
        objects
    }
}
