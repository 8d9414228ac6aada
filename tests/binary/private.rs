//! The recipe `private`: what it refuses, what it spends, and that nothing of a patient leaves but
//! the release.

use crate::desk::Desk;
use serde_json::Value;

/// What everybody may know of the cohort below.
const SCHEMA: &str = r#"
targets = ["dead"]
relations = ["admitted <= discharged"]
column = [
  { name = "age", kind = "integer", range = [18, 100] },
  { name = "cost", kind = "numerical", range = [0, 5000], scale = "log", offset = 10, step = 0.01 },
  { name = "dead", kind = "boolean", levels = ["no", "yes"] },
  { name = "site", kind = "nominal", levels = ["north", "south", "west", "nobody"] },
  { name = "admitted", kind = "integer", range = [0, 400] },
  { name = "discharged", kind = "integer", range = [0, 500] },
]
"#;

/// No other cell has these digits.
const CANARY: &str = "4777.77";

/// 211 patients.
fn cohort() -> String {
    let line = |i: usize| {
        let age = 30 + i * 7 % 60;
        let dead = if age + i * 13 % 40 > 85 { "yes" } else { "no" };
        let cost = match i {
            100 => CANARY.to_owned(),
            _ if i.is_multiple_of(9) => String::new(),
            _ => format!("{}.{:02}", 200 + i * 37 % 900, i % 100),
        };
        let site = ["north", "south", "west"][i * 5 % 3];
        let admitted = i * 11 % 150;
        format!("{age},{cost},{dead},{site},{admitted},{}\n", admitted + 1 + i * 3 % 20)
    };
    let lines: String = (0..211).map(line).collect();
    format!("age,cost,dead,site,admitted,discharged\n{lines}")
}

/// The cohort and what is public of it.
pub fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("cohort.csv", cohort());
    desk.put("schema.toml", SCHEMA);
    desk
}

/// With small networks and a small surrogate, which take a tenth of the time.
pub const RUN: &str = "run cohort.csv --schema schema.toml --recipe private --backend cpu --steps 30 \
                   --set generator.widths=[32,32] --set privacy.surrogate=600";

#[test]
fn a_private_run_spends_once_and_shares_nothing_but_the_release() {
    let desk = desk();
    let first = desk.mellizo(&format!("{RUN} --epsilon 3 --json --out a")).good();
    let object: Value = serde_json::from_str(first.out()).unwrap();
    assert_eq!(
        (object["epsilon"].as_f64(), object["releases_before"].as_u64()),
        (Some(3.0), Some(0))
    );
    let ledger = desk.text("private/ledger.jsonl");
    assert_eq!(ledger.lines().count(), 1, "{ledger}");
    // The same seed makes other patients: the noise has none.
    let second = desk.mellizo(&format!("{RUN} --epsilon 3 --out b")).good();
    assert!(second.stderr.contains("1 earlier releases"), "{}", second.stderr);
    assert_ne!(desk.text("a/private/release.json"), desk.text("b/private/release.json"));
    assert_ne!(desk.text("a/share/synthetic.csv"), desk.text("b/share/synthetic.csv"));
    for file in ["report.html", "report.json", "synthetic.csv", "history.csv", "model.safetensors"]
    {
        let bytes = desk.bytes(&format!("a/share/{file}"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(CANARY), "{file} has a patient's cell");
    }
    for file in ["report.html", "report.json"] {
        let text = desk.text(&format!("a/share/{file}"));
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '.');
        assert!(!words.any(|word| word == "211"), "{file} has the exact number of patients");
    }
    let report: Value = serde_json::from_str(&desk.text("a/share/report.json")).unwrap();
    let patients = report["patients"].as_u64().unwrap();
    assert!(
        (150..280).contains(&patients) && patients.is_multiple_of(10),
        "about {patients} patients"
    );
    let page = desk.text("a/share/report.html");
    for words in ["epsilon 3", "not what is true of the population", "What the noise does"] {
        assert!(page.contains(words), "{words}");
    }
    // What the schema declares holds in every row.
    let table = desk.text("a/share/synthetic.csv");
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let days = [cells[4], cells[5]].map(|cell| cell.parse::<f64>());
        if let [Ok(admitted), Ok(discharged)] = days {
            assert!(admitted <= discharged, "{row}");
        }
    }
    // So does using a release again, in place of files of another recipe.
    desk.mellizo(
        "run cohort.csv --schema schema.toml --recipe small.toml --backend cpu --epochs 1 --out c",
    )
    .good();
    assert!(
        desk.path("c/share/summary.md").exists()
            && desk.path("c/private/model.safetensors").exists()
    );
    desk.mellizo(&format!("{RUN} --release a/private/release.json --out c --force")).good();
    assert_eq!(desk.text("c/private/release.json"), desk.text("a/private/release.json"));
    assert_eq!(desk.text("c/share/synthetic.csv"), desk.text("a/share/synthetic.csv"));
    for file in ["share/summary.md", "share/distributions.svg", "private/model.safetensors"] {
        assert!(!desk.path("c").join(file).exists(), "{file} of another recipe");
    }
    // All that is shared follows from the release: another patient in the table changes no byte.
    desk.put("cohort.csv", cohort() + "100,4999.99,yes,nobody,,500\n");
    desk.mellizo(&format!("{RUN} --release a/private/release.json --out d")).good();
    for file in desk.names("c/share") {
        let [one, more] = ["c", "d"].map(|run| desk.bytes(&format!("{run}/share/{file}")));
        assert_eq!(one, more, "share/{file} of a table and of one with a patient more");
    }
    assert_ne!(desk.text("c/private/cohort.csv"), desk.text("d/private/cohort.csv"));
    // Sampling from the model costs nothing and needs no table.
    desk.mellizo("sample a/share/model.safetensors --rows 50 --backend cpu --out s.csv").good();
    assert_eq!(desk.text("s.csv").lines().count(), 51);
    // Without a number they are as many as the run made of the patients that the release tells of.
    let all = desk.mellizo("sample a/share/model.safetensors --backend cpu").good();
    assert_eq!(all.out().lines().count(), desk.text("a/share/synthetic.csv").lines().count());
    assert_eq!(desk.text("private/ledger.jsonl").lines().count(), 2);
}

#[test]
fn what_a_private_run_cannot_prove_is_refused_and_nothing_is_spent() {
    let desk = desk();
    let usage = |options: &str, part: &str| {
        desk.mellizo(&format!("{RUN} {options}")).says_usage(part);
    };
    usage("", "--epsilon");
    usage("--epsilon 0", "epsilon must be above 0");
    usage("--epsilon 3 --delta 0.01", "delta must be");
    usage("--epsilon 3 --patient site", "one row");
    usage("--epsilon 3 --batch 5000", "600 patients");
    usage("--epsilon 1e-9 --delta 1e-12", "too small");
    usage("--epsilon 3 --targets dead,weight", "no column \"weight\"");
    usage("--release r.json --targets dead", "cannot be used with");
    desk.mellizo("run cohort.csv --targets dead --backend cpu").says_usage("--recipe private");
    desk.mellizo("reproduce --recipe private --backend cpu").says_usage("nothing to reproduce");
    desk.mellizo("run cohort.csv --recipe private --epsilon 3 --backend cpu")
        .says_usage("needs --schema");
    desk.mellizo("run cohort.csv --epsilon 3 --backend cpu").says_usage("--recipe private");
    desk.put("half.toml", SCHEMA.replace(", range = [18, 100]", "").replace(", step = 0.01", ""));
    let line = "run cohort.csv --schema half.toml --recipe private --epsilon 3 --backend cpu";
    desk.mellizo(line)
        .refused(3, &["half.toml", "2 columns", "age (integer): range", "cost (numerical): step"]);
    desk.mellizo(&format!("{RUN} --release schema.toml"))
        .refused(3, &["schema.toml", "no release"]);
    assert!(!desk.path("private/ledger.jsonl").exists());
    // A table that was changed after a release may hold the same patients.
    desk.mellizo(&format!("{RUN} --epsilon 1 --out a")).good();
    desk.put("cohort.csv", cohort().replace("north", "south"));
    desk.mellizo(&format!("{RUN} --epsilon 1 --out b"))
        .refused(3, &["ledger.jsonl", "another table"]);
    desk.mellizo(&format!("{RUN} --epsilon 1 --out b --ledger other.jsonl")).good();
}

/// Budgets that only zCDP proves, and a table of next to nothing.
#[test]
fn odd_budgets_and_tables_are_released_all_the_same() {
    let desk = desk();
    for budget in ["--epsilon 20", "--epsilon 10 --delta 1e-12"] {
        desk.mellizo(&format!("{RUN} {budget} --out a --force")).good();
    }
    let few: String = cohort().lines().take(4).map(|line| line.to_owned() + "\n").collect();
    desk.put("few.csv", few);
    let line = RUN.replace("cohort.csv", "few.csv");
    let finished = desk.judged(&format!("{line} --epsilon 3 --holdout 0.9 --out few")).good();
    assert!(finished.stderr.contains("too few patients to judge"), "{}", finished.stderr);
}

/// Whatever the recipe keeps, the model makes the same patients in pieces as at once.
#[test]
fn generator_or_copula_makes_the_patients_as_the_recipe_says() {
    let desk = desk();
    let recipe = desk.mellizo("recipe private").good().out().to_owned();
    for keep in ["generator", "copula"] {
        desk.put("r.toml", recipe.replace("keep = \"better\"", &format!("keep = \"{keep}\"")));
        let line = RUN.replace("--recipe private", "--recipe r.toml");
        let run = desk.mellizo(&format!("{line} --epsilon 10 --targets dead --json --out {keep}"));
        let object: Value = serde_json::from_str(run.good().out()).unwrap();
        assert_eq!(
            (object["made_by"].as_str(), &object["targets"][0]),
            (Some(keep), &"dead".into())
        );
        let report = desk.text(&format!("{keep}/share/report.html"));
        let by = if keep == "copula" { "a Gaussian copula" } else { "the neural network" };
        assert!(report.contains(by) && report.contains("where one of the two is dead"), "{keep}");
        let sample = |rows: &str| {
            let line = format!("sample {keep}/share/model.safetensors --rows {rows} --backend cpu");
            desk.mellizo(&line).good().out().to_owned()
        };
        assert_eq!(sample("0..1100") + &sample("1100..1300"), sample("1300"));
        let all = desk.text(&format!("{keep}/share/synthetic.csv"));
        assert!(all.starts_with(&sample("1300")), "{keep}");
        let dead = format!("sample {keep}/share/model.safetensors --rows 20 --where dead=yes");
        let dead = desk.mellizo(&format!("{dead} --backend cpu")).good().out().to_owned();
        assert!(dead.lines().skip(1).all(|line| line.split(',').nth(2) == Some("yes")), "{dead}");
    }
    assert!(desk.text("private/ledger.jsonl").lines().count() == 2);
    let wrong = recipe.replace("keep = \"better\"", "keep = \"best\"");
    desk.put("r.toml", wrong);
    desk.mellizo(&RUN.replace("--recipe private", "--recipe r.toml")).says_usage("[privacy]");
}

/// What the noise makes of a column that every patient has alike must not end a run that has spent.
#[test]
fn columns_of_one_value_end_no_run() {
    let desk = Desk::new();
    let schema = r#"column = [
      { name = "same", kind = "integer", range = [0, 9] },
      { name = "alive", kind = "boolean", levels = ["no", "yes"] },
      { name = "site", kind = "nominal", levels = ["north"] },
      { name = "dose", kind = "numerical", values = [0, 2.5] },
      { name = "never", kind = "integer", range = [0, 9] },
    ]"#;
    desk.put("schema.toml", schema);
    desk.put(
        "cohort.csv",
        "same,alive,site,dose,never\n".to_owned() + &"5,yes,north,2.5,\n".repeat(300),
    );
    for epsilon in [1, 10] {
        desk.mellizo(&format!("{RUN} --epsilon {epsilon} --out a --force")).good();
        let header = desk.text("a/share/synthetic.csv").lines().next().unwrap().to_owned();
        assert_eq!(header, "same,alive,site,dose,never");
    }
}

#[test]
fn a_form_is_printed_and_holds_no_cell() {
    let desk = desk();
    let form = desk.mellizo("schema cohort.csv --public").good().out().to_owned();
    for part in ["name = \"age\"", "kind = \"integer\"", "range = []", "levels = []"] {
        assert!(form.contains(part), "{part} in {form}");
    }
    assert!(!form.contains("north") && !form.contains("4777"), "{form}");
    let schema = desk.mellizo("schema cohort.csv").good().out().to_owned();
    assert!(schema.contains("north"), "{schema}");
}

/// A killed run goes on from the release in its checkpoint: nothing is spent again, and nothing of
/// a patient is in the checkpoint.
#[test]
fn a_killed_run_goes_on_and_spends_nothing() {
    let desk = desk();
    let line = RUN.replace("--steps 30", "--steps 60");
    let line = format!("{line} --epsilon 3 --checkpoint-seconds 0.05 --out a");
    let mut child = desk.command(&line, &[]).stderr(std::process::Stdio::null()).spawn().unwrap();
    while desk.checkpoints("a").len() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let release = desk.text("a/private/release.json");
    for name in desk.names("a/private/checkpoints") {
        let bytes = desk.bytes(&format!("a/private/checkpoints/{name}"));
        let text = String::from_utf8_lossy(&bytes);
        // The kill may have left half of a file, under another name.
        let whole = name.starts_with("step-");
        assert!(!text.contains(CANARY) && (!whole || text.contains("histograms")), "{name}");
    }
    // Another seed is refused, and nothing is touched.
    let other = desk.mellizo("run --resume a --seed 9");
    assert!(other.code == Some(3) && other.stderr.contains("another seed"), "{}", other.stderr);
    assert_eq!(desk.text("a/private/release.json"), release);
    // A budget that is too small for what was spent is refused before the work.
    let gate = desk.mellizo("run --resume a --require-epsilon 2");
    assert_eq!(gate.code, Some(8), "{}", gate.stderr);
    desk.mellizo("run --resume a").good();
    assert_eq!(desk.text("private/ledger.jsonl").lines().count(), 1);
    assert_eq!(desk.text("a/private/release.json"), release);
    let line = RUN.replace("--steps 30", "--steps 60");
    let line = format!("{line} --release a/private/release.json --out b");
    desk.mellizo(&line).good();
    for file in ["share/model.safetensors", "share/synthetic.csv", "share/history.csv"] {
        let [a, b] = ["a", "b"].map(|out| desk.bytes(&format!("{out}/{file}")));
        assert!(a == b, "another {file}");
    }
}
