//! The command line.

use crate::app::{App, policy, read_config};
use crate::ledger::history::{self, Entry, of_file};
use crate::ledger::{Ledger, Refused};
use crate::time::{DAY, HOUR, Second};
use crate::{check, run};
use clap::{Parser, Subcommand};
use fleet_model::exporter::Config;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::filter::LevelFilter;

#[derive(Parser)]
#[command(name = "fleet-exporter", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 all is well, 1 something is found wanting, 2 the command or its surroundings are wrong."
)]
/// Measures GitHub Actions: queue time, failures and branches, as metrics for Prometheus.
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The file with the configuration, which fleetc writes
    #[arg(long, global = true, default_value = "/etc/fleet-exporter/config.json", value_name = "FILE")]
    config: PathBuf,
    /// Say what GitHub lets the exporter see, and which permissions are missing, and end
    #[arg(long)]
    check: bool,
    /// Log what is done for each request, too
    #[arg(long, global = true, env = "FLEET_EXPORTER_VERBOSE")]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Write the log of jobs that ended, as CSV, for sizing pools
    History {
        /// How far back, as 30d or 12h
        #[arg(long, default_value = "30d", value_parser = span)]
        since: i64,
        /// Where to write it; standard output where it is not said
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Read this database, which no exporter may have open, rather than ask the one of the configuration
        #[arg(long, value_name = "FILE")]
        ledger: Option<PathBuf>,
    },
    /// Say why a job waits
    Why {
        /// The address of a run or a job
        url: String,
        /// A running exporter
        #[arg(long, default_value = "http://localhost:9464", value_name = "URL")]
        exporter: String,
    },
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let level = if cli.verbose { LevelFilter::DEBUG } else { LevelFilter::INFO };
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .init();
    let done = match &cli.command {
        None if cli.check => read_config(&cli.config).and_then(|config| check_all(&config)),
        None => read_config(&cli.config).and_then(serve),
        Some(Command::History { since, output, ledger }) => {
            history(&cli.config, ledger.as_deref(), *since, output.as_deref())
        }
        Some(Command::Why { url, exporter }) => why(url, exporter),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

fn serve(config: Config) -> Result<ExitCode, String> {
    let ledger = Ledger::open(&config.ledger, policy(&config)?).map_err(|error| error.to_string())?;
    let app = App::new(config, ledger).map_err(|error: Refused| error.to_string())?;
    run::run(Arc::new(app))?;
    Ok(ExitCode::SUCCESS)
}

fn check_all(config: &Config) -> Result<ExitCode, String> {
    policy(config)?;
    let report = check::check(config);
    print!("{}", report.text);
    Ok(ExitCode::from(u8::from(!report.well)))
}

fn history(
    config: &Path,
    ledger: Option<&Path>,
    since: i64,
    output: Option<&Path>,
) -> Result<ExitCode, String> {
    let mut out: Box<dyn Write> = match output {
        Some(path) => {
            let file = std::fs::File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    match ledger {
        Some(path) => history_of_file(path, since, &mut out)?,
        None => {
            let config = read_config(config)?;
            // A running exporter holds its database, and is asked instead.
            let port = config.listen.rsplit(':').next().unwrap_or("9464");
            let url = format!("http://127.0.0.1:{port}/history?seconds={since}");
            match ureq::get(&url).call() {
                Ok(answer) => {
                    let mut body = answer.into_body().into_reader();
                    std::io::copy(&mut body, &mut out).map_err(|error| error.to_string())?;
                }
                Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) => {
                    history_of_file(&config.ledger, since, &mut out)?;
                }
                Err(error) => return Err(format!("{url}: {error}")),
            }
        }
    }
    out.flush().map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn history_of_file(path: &Path, since: i64, out: &mut dyn Write) -> Result<(), String> {
    let mut written = out.write_all(history::head().as_bytes());
    let each = |entry: Entry| {
        written = out.write_all(history::line(&entry).as_bytes());
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    of_file(path, Second::now().plus(-since), each)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    written.map_err(|error| error.to_string())
}

fn why(url: &str, exporter: &str) -> Result<ExitCode, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.get(format!("{}/why", exporter.trim_end_matches('/'))).query("url", url);
    let mut answer = request.call().map_err(|error| format!("{exporter}: {error}"))?;
    let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    print!("{text}");
    Ok(ExitCode::from(u8::from(!answer.status().is_success())))
}

/// Reads `30d`, `12h`: seconds.
fn span(text: &str) -> Result<i64, String> {
    let number = |digits: &str, unit: i64| digits.parse::<u32>().map(|number| i64::from(number) * unit).ok();
    let read = match text.split_at_checked(text.len().saturating_sub(1)) {
        Some((digits, "d")) => number(digits, DAY),
        Some((digits, "h")) => number(digits, HOUR),
        _ => None,
    };
    read.ok_or_else(|| "write days or hours, as 30d or 12h".to_owned())
}
