//! The result as Markdown.

use super::measure::{Result, Runs};
use super::work::{Contestant, Results};
use std::fmt::Write;
use std::path::Path;

const BEGIN: &str = "<!-- result: begin -->\n";
const END: &str = "<!-- result: end -->";

/// Tables of what was measured, and of what was wanted.
pub fn markdown(sizes: &[(usize, Results)], folder: &Path) -> String {
    let mut text = machine(folder);
    text.push_str(
        "\n| pools | what | median | of `cp -r` | processor | peak memory |\n|---|---|---|---|---|---|\n",
    );
    for (pools, results) in sizes {
        let copy = of(results, Contestant::Copy).map(Runs::wall);
        for (contestant, runs) in results {
            let wall = runs.as_ref().map(Runs::wall);
            let cpu = runs.as_ref().and_then(|runs| runs.cpu);
            let memory = runs.as_ref().and_then(|runs| runs.memory);
            // Writing to a string can't fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} |",
                thousands(*pools),
                contestant.name(),
                or_dash(wall.map(seconds)),
                or_dash(wall.zip(copy).map(|(wall, copy)| format!("{:.2} x", wall / copy))),
                or_dash(cpu.map(|cpu| format!("{cpu:.2} s"))),
                or_dash(memory.map(|bytes| format!("{} MB", bytes / 1_000_000))),
            );
        }
    }
    text.push_str("\n| wanted | reached | |\n|---|---|---|\n");
    for (wanted, reached, good) in targets(sizes) {
        let _ = writeln!(text, "| {wanted} | {reached} | {} |", if good { "yes" } else { "**no**" });
    }
    text
}

fn of(results: &Results, contestant: Contestant) -> Option<&Runs> {
    results.iter().find(|(other, _)| *other == contestant).and_then(|(_, runs)| runs.as_ref())
}

type Target = (String, String, bool);

fn targets(sizes: &[(usize, Results)]) -> Vec<Target> {
    let at = |pools: usize, contestant| {
        let (_, results) = sizes.iter().find(|(size, _)| *size == pools)?;
        of(results, contestant)
    };
    let mut all = Vec::new();
    let mut want = |wanted: String, reached: Option<(String, bool)>| {
        all.extend(reached.map(|(reached, good)| (wanted, reached, good)));
    };
    let below = |value: f64, limit: f64, shown: String| Some((shown, value < limit));
    let wall = |pools, contestant| at(pools, contestant).map(Runs::wall);
    for (pools, contestant, limit) in
        [(7, Contestant::Check, 0.010), (7, Contestant::Build, 0.020), (10_000, Contestant::Rebuild, 1.5)]
    {
        let reached = wall(pools, contestant).and_then(|wall| below(wall, limit, seconds(wall)));
        want(
            format!("{} pools: {} in less than {}", thousands(pools), contestant.name(), seconds(limit)),
            reached,
        );
    }
    let ratio = wall(10_000, Contestant::Build).zip(wall(10_000, Contestant::Copy));
    let ratio = ratio.map(|(build, copy)| build / copy);
    want(
        "10,000 pools: `fleetc build` within 3 x of `cp -r`".to_owned(),
        ratio.and_then(|ratio| below(ratio, 3.0, format!("{ratio:.2} x"))),
    );
    let ratio = wall(10_000, Contestant::Diff).zip(wall(10_000, Contestant::Build));
    let ratio = ratio.map(|(diff, build)| diff / build);
    want(
        "10,000 pools: `fleetc diff` within 2 x of `fleetc build`".to_owned(),
        ratio.and_then(|ratio| below(ratio, 2.0, format!("{ratio:.2} x"))),
    );
    let memory = at(10_000, Contestant::Build).and_then(|runs| runs.memory).map(|bytes| bytes as f64 / 1e6);
    want(
        "10,000 pools: `fleetc build` in less than 500 MB".to_owned(),
        memory.and_then(|memory| below(memory, 500.0, format!("{memory:.0} MB"))),
    );
    for (pools, _) in sizes {
        let pair = wall(*pools, Contestant::Jsonnet).zip(wall(*pools, Contestant::Build));
        let reached =
            pair.map(|(jsonnet, build)| (format!("{:.0} x faster", jsonnet / build), build < jsonnet));
        want(format!("{} pools: `fleetc build` faster than jsonnet", thousands(*pools)), reached);
    }
    for (what, value) in [
        ("wall time", Runs::wall as fn(&Runs) -> f64),
        ("processor time", |runs| runs.cpu.unwrap_or(f64::NAN)),
    ] {
        for contestant in [Contestant::Check, Contestant::Build, Contestant::Diff] {
            let pair = at(10_000, contestant).zip(at(1_000, contestant));
            let growth =
                pair.map(|(large, small)| value(large) / value(small)).filter(|growth| growth.is_finite());
            want(
                format!("10,000 pools take at most 12 x the {what} of 1,000: {}", contestant.name()),
                growth.and_then(|growth| below(growth, 12.0, format!("{growth:.1} x"))),
            );
        }
    }
    all
}

/// What the numbers depend on.
fn machine(folder: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kibibytes = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        text.lines()
            .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok())
    });
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split_once(": ").map(|(_, model)| model.to_owned())
    });
    let place = if folder.starts_with("/dev/shm") { "in memory (tmpfs)" } else { "on the disk" };
    format!(
        "{} cores ({}), {} of memory, {}, files {place}.\n",
        cores,
        model.as_deref().unwrap_or("of an unknown kind"),
        or_dash(kibibytes.map(|size| format!("{} GiB", size / (1 << 20)))),
        std::env::consts::OS,
    )
}

fn seconds(value: f64) -> String {
    if value < 1.0 { format!("{:.1} ms", value * 1e3) } else { format!("{value:.2} s") }
}

fn thousands(count: usize) -> String {
    if count < 1000 { count.to_string() } else { format!("{},{:03}", count / 1000, count % 1000) }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// Puts the result between the marks of a file.
pub fn save(file: &Path, result: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let missing = || format!("{} has no marks around its result", file.display());
    let (before, rest) = text.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(std::fs::write(file, format!("{before}{BEGIN}\n{result}\n{END}{after}"))?)
}
