//! The bodies of the fuzz targets, for a short time: on every example of a rule, on the reference fleet,
//! and on what small mistakes make of them. `fuzz/README.md` says how to run them for longer.

#[path = "../fuzz/bodies.rs"]
mod bodies;
#[path = "generate/numbers.rs"]
mod numbers;

use fleetc::check::{example, rules};
use numbers::Numbers;

/// Mutants of each seed; `FLEETC_FUZZ_MUTANTS` wants more of them.
fn mutants() -> usize {
    std::env::var("FLEETC_FUZZ_MUTANTS").ok().and_then(|count| count.parse().ok()).unwrap_or(30)
}

fn seeds() -> Vec<String> {
    let examples = rules().flat_map(|rule| [rule.good, rule.bad]).map(example::whole);
    let mut seeds: Vec<_> = examples.collect();
    seeds.push(include_str!("../fleet.kdl").to_owned());
    seeds
}

/// Pieces that mean something to a reader of KDL, of the language, or of YAML.
const PIECES: &[&str] = &[
    "{",
    "}",
    "\"",
    "\"\"\"",
    "\\",
    "/-",
    "/*",
    "*/",
    "//",
    "\n",
    ";",
    "=",
    "#",
    "#\"",
    "\"#",
    "#true",
    "-1",
    "0x",
    "1e400",
    "999999999999999999999",
    "\u{feff}",
    "\u{2028}",
    "é",
    "\t",
    "(x)",
    "\\u{d800}",
    "\\u{0}",
    "pool",
    "template \"t\" from=\"t\" {\n}\n",
    "include \"fleet.kdl\"\n",
    "include \"other.kdl\"\n",
    "manifest \"object.yaml\"\n",
    "without \"job\"\n",
    "from=\"t\"",
    "max=4294967295",
    "cpu=\"1e3\"",
    "memory=\"18446744073709551615\"",
    "\"-0\"",
    "\"..\"",
    "rule \"x\" level=\"off\" reason=\"\"\n",
    "${{ ",
    " }}",
    "matrix.x",
    "inputs.a || 'b'",
    "fromJSON('[1]')",
    "&x ",
    "*x",
    ": |\n",
    "- ",
    "runs-on: ",
    "# fleetc: allow ",
];

/// A seed with a few changes, none of which needs to make sense.
fn mutant(seed: &str, others: &[String], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len() + 1);
        let length = numbers.below(24).min(bytes.len() - at);
        match numbers.below(7) {
            0 => drop(bytes.drain(at..at + length)),
            1 => drop(bytes.splice(at..at, numbers.pick(PIECES).bytes())),
            2 => drop(bytes.splice(at..at + length, numbers.pick(PIECES).bytes())),
            3 => {
                let copy = bytes[at..at + length].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
            4 => bytes.truncate(at),
            5 => {
                let lines: Vec<_> = numbers.pick(others).lines().collect();
                let line = format!("{}\n", numbers.pick(&lines));
                bytes.splice(at..at, line.into_bytes());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = numbers.below(256) as u8;
                }
            }
        }
    }
    // Bytes that are no text are refused at once, so only some mutants stay such.
    if numbers.chance(95) { String::from_utf8_lossy(&bytes).into_owned().into_bytes() } else { bytes }
}

fn each_mutant(run: fn(&[u8])) {
    let seeds = seeds();
    let mut numbers = Numbers::new(1);
    for seed in &seeds {
        run(seed.as_bytes());
        for _ in 0..mutants() {
            let input = mutant(seed, &seeds, &mut numbers);
            let caught = std::panic::catch_unwind(|| run(&input));
            assert!(caught.is_ok(), "on\n{}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn parse() {
    each_mutant(bodies::parse);
}

#[test]
fn compile() {
    each_mutant(bodies::compile);
}

#[test]
fn workflow() {
    let beside = rules().flat_map(|rule| [rule.good, rule.bad]).flat_map(example::files);
    let yaml = beside.filter(|(path, _)| path.ends_with(".yml")).map(|(_, text)| text.to_owned());
    let mut seeds: Vec<String> = yaml.collect();
    seeds.push(include_str!("lint/app/.github/workflows/ci.yml").to_owned());
    seeds.push(include_str!("lint/tools/.github/workflows/release.yaml").to_owned());
    let mut numbers = Numbers::new(3);
    for seed in &seeds {
        bodies::workflow(seed.as_bytes());
        for _ in 0..mutants() / 8 {
            let input = mutant(seed, &seeds, &mut numbers);
            let caught = std::panic::catch_unwind(|| bodies::workflow(&input));
            assert!(caught.is_ok(), "on\n{}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn patch() {
    const PATCHES: &[&str] = &[
        "~",
        "[]",
        "metadata: {labels: {a: b}}",
        "metadata: {name: other}",
        "metadata: null",
        "spec: null",
        "spec: {template: {spec: {containers: [{name: runner, image: x}]}}}",
        "spec: {template: {spec: {containers: [{name: runner, $patch: delete}]}}}",
        "spec: {template: {spec: {containers: []}}}",
        "spec: {template: {spec: {containers: null, volumes: null, $patch: replace}}}",
        "spec: {template: {spec: {initContainers: [{}], volumes: [{name: work, emptyDir: {}}]}}}",
        "spec: {minRunners: -1, maxRunners: 99999999999, minimum: 1}",
        "spec: {containers: [{name: $job, resources: {limits: {cpu: 1e400, memory: 1Q}}}]}",
        "spec: {nodeSelector: {a: 1}, affinity: {nodeAffinity: {}}}",
        "{\"rules\": [{\"verbs\": [\"*\"], \"resources\": [\"*\"], \"apiGroups\": [\"\"]}]}",
        "[{\"op\": \"remove\", \"path\": \"/spec/template\"}]",
        "[{\"op\": \"replace\", \"path\": \"/spec/maxRunners\", \"value\": 3}]",
        "[{\"op\": \"add\", \"path\": \"/spec/template/spec/containers/0/env/-\", \"value\": {\"name\": \"A\"}}]",
        "[{\"op\": \"test\", \"path\": \"\", \"value\": 1}, {\"op\": \"copy\", \"from\": \"/spec\", \"path\": \"/spec/spec\"}]",
        "- op: move\n  from: /metadata\n  path: /kind\n",
        "&a [*a]",
        "a: &a {b: 1}\n<<: *a\n",
        "? [x]\n: y\n",
        "!!binary aGk=",
    ];
    let seeds: Vec<_> = PATCHES.iter().map(|patch| (*patch).to_owned()).collect();
    let mut numbers = Numbers::new(2);
    for seed in &seeds {
        for choice in 0..12 {
            let input = |text: &[u8]| [&[choice], text].concat();
            bodies::patch(&input(seed.as_bytes()));
            for _ in 0..mutants() / 8 {
                let input = input(&mutant(seed, &seeds, &mut numbers));
                let caught = std::panic::catch_unwind(|| bodies::patch(&input));
                assert!(caught.is_ok(), "on\n{}", String::from_utf8_lossy(&input));
            }
        }
    }
}
