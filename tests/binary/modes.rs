//! Who may read what a command writes: files with patients are the owner's alone, whichever command
//! wrote them.

use crate::desk::Desk;
use crate::evaluation::{COLUMNS, SCHEMA, some_patients, tables};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const RULES: &str = "[[rule]]\nkind = \"missing\"\nreason = \"a code\"\ncodes = [\"-9\"]\n";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// Every file below a folder, as its path from there.
fn files(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_str().expect("UTF-8"));
        match entry.file_type().expect("a type").is_dir() {
            true => files(&entry.path(), &format!("{name}/"), found),
            false => drop(found.insert(name)),
        }
    }
}

/// What the commands made on a desk that only its owner may read; everything else must be as open
/// as any file that this process makes.
fn for_the_owner_alone(desk: &Desk, given: &BTreeSet<String>) -> BTreeSet<String> {
    let usual = mode(&desk.path("small.toml"));
    assert!(usual & 0o077 != 0, "under this umask nothing can be told apart");
    let mut all = BTreeSet::new();
    files(&desk.path("."), "", &mut all);
    let made = all.into_iter().filter(|name| !given.contains(name));
    let made: Vec<String> = made.collect();
    let folders = made.iter().flat_map(|name| Path::new(name).ancestors().skip(1));
    let is_private = |folder: &Path| folder.iter().any(|part| part == "private");
    // Whoever copies one of them takes its mode along, and not that of what it was in.
    for folder in folders.filter(|folder| is_private(folder)) {
        let folder = folder.to_str().expect("UTF-8");
        assert_eq!(mode(&desk.path(folder)), 0o700, "{folder}");
    }
    let made = made.into_iter();
    let (closed, open): (Vec<_>, Vec<_>) = made.partition(|name| mode(&desk.path(name)) == 0o600);
    for name in open {
        assert_eq!(mode(&desk.path(&name)), usual, "{name}");
    }
    closed.into_iter().collect()
}

/// What is below a folder called `private` that others may read, or enter.
fn ajar(desk: &Desk) -> Vec<String> {
    let mut all = BTreeSet::new();
    files(&desk.path("."), "", &mut all);
    let mut ajar = Vec::new();
    for name in all.iter().filter(|name| name.contains("private/")) {
        let folder = name[..name.find("private/").unwrap()].to_owned() + "private";
        let closed = mode(&desk.path(name)) == 0o600 && mode(&desk.path(&folder)) == 0o700;
        ajar.extend((!closed).then(|| name.clone()));
    }
    ajar
}

/// Opens a folder called `private` and all that is in it to everybody.
fn open(desk: &Desk, folder: &str) {
    let all = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut inside = BTreeSet::new();
    files(&desk.path(folder), "", &mut inside);
    inside.iter().for_each(|name| all(&desk.path(folder).join(name), 0o644));
    all(&desk.path(folder), 0o755);
}

#[test]
fn what_others_could_read_is_closed_again() {
    let desk = tables();
    desk.put("cohort.csv", some_patients(0, 120, &COLUMNS));
    desk.put("rules.toml", RULES);
    let run = "cohort.csv --schema schema.toml --recipe small.toml --batch 32 --epochs 3";
    let lines = [
        format!("train {run} --backend cpu --out out"),
        format!("run {run} --holdout 0.2 --backend cpu --out out"),
        "clean cohort.csv --rules rules.toml --out out".into(),
    ];
    for line in lines {
        desk.mellizo(&line).good();
        assert_eq!(ajar(&desk), Vec::<String>::new(), "{line}");
        open(&desk, "out/private");
        assert!(!ajar(&desk).is_empty(), "{line}: nothing to close");
        desk.mellizo(&format!("{line} --force")).good();
        assert_eq!(ajar(&desk), Vec::<String>::new(), "{line} --force");
        std::fs::remove_dir_all(desk.path("out")).unwrap();
    }
}

const PLAN: &str = r#"
out = "all"
[table.some]
data = "../cohort.csv"
options = ["--schema", "../schema.toml", "--set", "training.batch=32"]
[[runs]]
recipes = ["../small.toml"]
seeds = 1
options = ["--backend", "cpu", "--epochs", "1", "--no-evaluation"]
[[audits]]
recipes = ["../small.toml"]
pairs = 2
options = ["--backend", "cpu", "--epochs", "1"]
[[samples]]
name = "many"
model = "all/runs/some/small/seed-1/private/model.safetensors"
rows = "20"
parts = 2
options = ["--backend", "cpu"]
"#;

/// What everybody may know of two columns.
const PUBLIC: &str = r#"
column = [
  { name = "age", kind = "numerical", range = [0, 120], step = 0.01 },
  { name = "d.time", kind = "integer", range = [0, 4000] },
]
"#;

/// Commands that make folders of their own, or wait with what may leave.
#[test]
fn what_many_tasks_gates_and_releases_write_is_for_the_owner_alone() {
    let desk = tables();
    desk.put("cohort.csv", some_patients(0, 120, &COLUMNS));
    desk.put("public.toml", PUBLIC);
    desk.put("two.csv", some_patients(0, 120, &["age", "d.time"]));
    std::fs::create_dir(desk.path("plans")).unwrap();
    std::fs::write(desk.path("plans/plan.toml"), PLAN).unwrap();
    let mut given = BTreeSet::new();
    files(&desk.path("."), "", &mut given);
    desk.mellizo("sweep plans/plan.toml --all").good();
    desk.mellizo("gather plans/all").good();
    let reproduce = "reproduce --recipe small.toml --epochs 1 --backend cpu --no-evaluation";
    desk.mellizo(&format!("{reproduce} --out paper")).good();
    let private = "train two.csv --schema public.toml --recipe private --epsilon 3 --steps 2 \
                   --set privacy.surrogate=200 --backend cpu --out release";
    desk.mellizo(private).good();
    let run = "run cohort.csv --schema schema.toml --recipe small.toml --set training.batch=32 \
               --epochs 1 --holdout 0.2 --backend cpu";
    assert_eq!(desk.judged(&format!("{run} --max-mia-auc 0 --out held")).code, Some(8));
    desk.judged(&format!("{run} --max-mia-auc 1 --out passed")).good();
    let closed = for_the_owner_alone(&desk, &given);
    assert_eq!(ajar(&desk), Vec::<String>::new());
    let open = |name: &str| {
        assert!(desk.path(name).exists(), "{name} is not there");
        assert!(!closed.contains(name), "{name} may leave");
    };
    ["plans/all/gathered.html", "paper/share/history.csv", "paper/reproduction.md"]
        .into_iter()
        .for_each(open);
    ["release/share/history.csv", "passed/share/report.json"].into_iter().for_each(open);
    let own = |name: &str| assert!(closed.contains(name), "{name} is not in {closed:?}");
    ["held/private/withheld/synthetic.csv", "private/ledger.jsonl"].into_iter().for_each(own);
    ["release/private/release.json", "paper/private/cohort.csv"].into_iter().for_each(own);
    // The model of a release may leave, by its owner's hand.
    let of_patients = |name: &&String| !name.ends_with("share/model.safetensors");
    assert!(closed.iter().filter(of_patients).all(|name| name.contains("private/")), "{closed:?}");
    for (folder, line) in [
        ("paper", format!("{reproduce} --out paper --force")),
        ("release", format!("{private} --force")),
        ("passed", format!("{run} --out passed --force")),
    ] {
        self::open(&desk, &format!("{folder}/private"));
        desk.mellizo(&line).good();
        assert_eq!(ajar(&desk), Vec::<String>::new(), "{line}");
    }
}

/// A run that is killed leaves checkpoints, and perhaps half a file.
#[test]
fn what_a_killed_run_leaves_is_for_the_owner_alone() {
    let desk = tables();
    desk.put("cohort.csv", some_patients(0, 120, &COLUMNS));
    let line = "train cohort.csv --schema schema.toml --recipe small.toml --batch 32 --epochs \
                100000 --no-stop --checkpoint-seconds 0.05 --backend cpu --out out";
    let mut run = desk.command(line, &[]).spawn().expect("the binary starts");
    let checkpoints = desk.path("out/private/checkpoints");
    let begun = std::time::Instant::now();
    let some = || desk.checkpoints("out").len() > 1;
    while !some() && begun.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    run.kill().expect("it runs");
    run.wait().expect("it ends");
    assert!(some(), "no checkpoint was written");
    assert_eq!(ajar(&desk), Vec::<String>::new());
    assert_eq!(mode(&checkpoints), 0o700);
}

#[test]
fn files_with_patients_are_for_the_owner_alone() {
    let desk = tables();
    desk.put("cohort.csv", some_patients(0, 120, &COLUMNS));
    desk.put("rules.toml", RULES);
    let mut given = BTreeSet::new();
    files(&desk.path("."), "", &mut given);
    let run = "run cohort.csv --schema schema.toml --recipe small.toml --batch 32 --epochs 1";
    desk.judged(&format!("{run} --holdout 0.2 --backend cpu --out run")).silent();
    for line in [
        "clean cohort.csv --rules rules.toml --out cleaned",
        "missing cohort.csv --out missing",
        "images cohort.csv --schema schema.toml --out images",
        "sample run/private/model.safetensors --rows 5 --backend cpu --out five.csv",
        "evaluate real.csv synthetic.csv --json all.json --html all.html --private-html own.html",
        "simulate --out made.csv",
        "export run/private/model.safetensors --out shared.safetensors",
    ] {
        desk.mellizo(line).good();
    }
    let closed = [
        "cleaned/cohort.csv",
        "cleaned/private/changes.csv",
        "cleaned/private/statistics.csv",
        "images/contact_sheet.png",
        "images/figure4.svg",
        "images/figure5.svg",
        "missing/cumulative_features.svg",
        "missing/cumulative_patients.svg",
        "missing/missing.json",
        "missing/missing_per_patient.svg",
        "missing/missing_together.svg",
        "own.html",
        "run/private/cohort.csv",
        "run/private/holdout.csv",
        "run/private/model.safetensors",
        "run/private/report.html",
        "shared.safetensors",
    ];
    assert_eq!(for_the_owner_alone(&desk, &given), closed.map(str::to_owned).into());
    for folder in ["cleaned/private", "images", "missing", "run/private"] {
        assert_eq!(mode(&desk.path(folder)), 0o700, "{folder}");
    }
    assert!(desk.text("schema.toml") == SCHEMA, "a given file was touched");
}
