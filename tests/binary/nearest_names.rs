//! Wherever a name can be written, one that is a letter off is refused with the name that was
//! meant.

use crate::desk::{Desk, small};

/// Patients with every kind of column that an option can name.
fn cohort() -> String {
    let line = |row: usize| {
        let (age, days) = (40 + row * 7 % 41, 10 + row * 13 % 50);
        let (arm, dead) = (["placebo", "verum", "surgery"][row % 3], ["no", "yes"][row / 3 % 2]);
        format!("{},{age},{days},{arm},{dead}\n", row / 2)
    };
    format!("patient,age,followup,treatment,deceased\n{}", (0..120).map(line).collect::<String>())
}

const SCHEMA: &str = r#"
time = "followup"
event = "deceased=yes"
strata = "treatment"
status = "deceased"
stage = "treatment"
targets = ["deceased"]
patient = "patient"
relations = ["age <= followup"]
missing = ["-9"]

[[column]]
name = "age"
kind = "integer"
label = "Age"
formula = "followup / 2"

[[column]]
name = "followup"
kind = "integer"

[[column]]
name = "treatment"
kind = "nominal"
levels = ["placebo", "verum", "surgery"]

[[column]]
name = "deceased"
kind = "boolean"
levels = ["no", "yes"]
"#;

const RULES: &str = r#"
patient = "patient"

[[rule]]
kind = "drop"
reason = "a test"
columns = ["age"]
"#;

const PLAN: &str = r#"
out = "results"

[table.lungs]
data = "cohort.csv"

[[runs]]
tables = ["lungs"]
recipes = ["joint"]
seeds = 2

[[audits]]
pairs = 1

[[samples]]
name = "many"
model = "model.safetensors"
rows = "100"
parts = 2
format = "csv"
"#;

/// The schema without what columns have to do with each other.
fn plain() -> String {
    let left_out = ["relations", "time", "event", "strata", "formula", "label"];
    let stays = |line: &&str| !left_out.iter().any(|key| line.starts_with(&format!("{key} =")));
    SCHEMA.lines().filter(stays).map(|line| format!("{line}\n")).collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("cohort.csv", cohort());
    desk.put("schema.toml", SCHEMA);
    let number = |name: &str| format!("name = \"{name}\"\nkind = \"integer\"");
    let range = |name: &str| number(name) + "\nrange = [0, 500]";
    let public = ["age", "followup"]
        .iter()
        .fold(plain(), |text, name| text.replace(&number(name), &range(name)))
        .replace("patient = \"patient\"\n", "");
    desk.put("public.toml", format!("{public}\n[[column]]\n{}\n", range("patient")));
    desk.put("plan.toml", PLAN);
    desk.put("rules.toml", RULES);
    desk
}

/// A call that must fail with `meant` as what was probably meant.
fn asks(desk: &Desk, what: &str, line: &[&str], meant: &str) -> Option<String> {
    let output = desk.command("", &[]).args(line).output().expect("the binary starts");
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    // A question, or in the words of the argument parser.
    let asked = ["mean \"", "mean `"]
        .iter()
        .any(|before| text.split(before).skip(1).any(|behind| behind.starts_with(meant)));
    let quoted = format!("'{meant}");
    let listed = text.lines().any(|line| line.contains("similar") && line.contains(&quoted));
    let asked = asked || listed;
    let refused = matches!(output.status.code(), Some(2 | 3));
    (!asked || !refused).then(|| format!("{what}: {:?}: {text}", output.status.code()))
}

#[test]
fn on_the_command_line() {
    let desk = desk();
    let run = ["run", "cohort.csv", "--epochs", "1", "--recipe", "small.toml"];
    let check = ["check", "cohort.csv", "--recipe", "small.toml"];
    let mut calls: Vec<(Vec<&str>, &str)> = vec![
        (vec!["chek"], "check"),
        (vec!["man", "rnu"], "run"),
        (vec!["recipe", "jiont"], "joint"),
        (vec!["bench", "--recipe", "paprr"], "paper"),
        (vec!["completions", "bahs"], "bash"),
        (vec!["describe", "cohort.csv", "--missing", "aeg=-9"], "age"),
        (vec!["missing", "cohort.csv", "--drop", "aeg"], "age"),
        (vec!["images", "cohort.csv", "--drop", "aeg"], "age"),
        (vec!["images", "cohort.csv", "--feature", "aeg"], "age"),
        (vec!["evaluate", "cohort.csv", "cohort.csv", "--drop", "aeg"], "age"),
        (vec!["evaluate", "cohort.csv", "cohort.csv", "--patient", "patiant"], "patient"),
        (
            vec![
                "evaluate",
                "cohort.csv",
                "cohort.csv",
                "--time",
                "folowup",
                "--event",
                "deceased=yes",
            ],
            "followup",
        ),
        (vec!["simulate", "--sed", "5"], "--seed"),
        (
            vec![
                "run",
                "cohort.csv",
                "--schema",
                "public.toml",
                "--recipe",
                "private",
                "--epsilon",
                "3",
                "--targets",
                "decesed",
            ],
            "deceased",
        ),
    ];
    for call in [run.as_slice(), check.as_slice()] {
        for (more, meant) in [
            (vec!["--hodlout", "0.2"], "--holdout"),
            (vec!["--backend", "cppu"], "cpu"),
            (vec!["--drop", "aeg"], "age"),
            (vec!["--patient", "patiant"], "patient"),
            (vec!["--time", "folowup", "--event", "deceased=yes"], "followup"),
            (vec!["--time", "followup", "--event", "decesed=yes"], "deceased"),
            (vec!["--time", "followup", "--event", "deceased=yess"], "yes"),
            (
                vec!["--time", "followup", "--event", "deceased=yes", "--strata", "treatmnt"],
                "treatment",
            ),
            (vec!["--missing", "aeg=-9"], "age"),
            (vec!["--set", "trainig.batch=32"], "training"),
            (vec!["--set", "training.bacth=32"], "batch"),
            (vec!["--set", "sampling.calibrate=nonne"], "none"),
            (vec!["--set", "nmae=mine"], "name"),
        ] {
            calls.push(([call, &more].concat(), meant));
        }
        calls.push((vec![call[0], "--recipe", "privat"], "private"));
    }
    let wrong = calls.iter().filter_map(|(line, meant)| asks(&desk, &line.join(" "), line, meant));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), calls.len(), wrong.join(""));
}

/// One word of a file, written wrong, and what is to be named.
type Slip = (&'static str, &'static str, &'static str);

/// What a command makes of a file with each slip in turn.
fn slips(desk: &Desk, file: &str, text: &str, line: &[&str], slips: &[Slip]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (right, slip, meant) in slips {
        assert!(text.contains(right), "{right} in {file}");
        desk.put(file, text.replacen(right, slip, 1));
        wrong.extend(asks(desk, &format!("{file}: {slip}"), line, meant));
    }
    desk.put(file, text);
    wrong
}

#[test]
fn in_files() {
    let desk = desk();
    let recipe = small().to_toml();
    let check = ["check", "cohort.csv", "--schema", "schema.toml", "--recipe", "small.toml"];
    let schema: &[Slip] = &[
        ("time = \"followup\"", "tiem = \"followup\"", "time"),
        ("time = \"followup\"", "time = \"folowup\"", "followup"),
        ("event = \"deceased=", "event = \"decesed=", "deceased"),
        ("event = \"deceased=yes\"", "event = \"deceased=yess\"", "yes"),
        ("strata = \"treatment\"", "strata = \"treatmnt\"", "treatment"),
        ("status = \"deceased\"", "status = \"decesed\"", "deceased"),
        ("stage = \"treatment\"", "stage = \"treatmnt\"", "treatment"),
        ("targets = [\"deceased\"]", "targets = [\"decesed\"]", "deceased"),
        ("patient = \"patient\"", "patient = \"patiant\"", "patient"),
        ("relations = [\"age <=", "relations = [\"aeg <=", "age"),
        ("age <= followup", "treatment = verun -> deceased is missing", "verum"),
        ("age <= followup", "age = followup -> deceased is missing", "age"),
        ("formula = \"followup", "formula = \"folowup", "followup"),
        ("label = ", "lable = ", "label"),
        ("kind = \"nominal\"", "kind = \"nomial\"", "nominal"),
        ("[[column]]", "[[colunm]]", "column"),
    ];
    let schema: Vec<Slip> = schema
        .iter()
        .copied()
        .filter(|slip| slip.0 != slip.2 && !slip.1.contains("age = followup"))
        .collect();
    let mut wrong = slips(&desk, "schema.toml", SCHEMA, &check, &schema);
    let tables: &[Slip] = &[
        ("name = \"age\"", "name = \"aeg\"", "age"),
        ("name = \"followup\"", "name = \"folowup\"", "followup"),
    ];
    let plain = plain();
    wrong.extend(slips(&desk, "schema.toml", &plain, &check, tables));
    desk.put("schema.toml", SCHEMA);
    let keys: &[Slip] = &[
        ("[training]", "[trainig]", "training"),
        ("latent = ", "latnet = ", "latent"),
        ("output = \"linear\"", "output = \"linaer\"", "linear"),
        ("calibrate = \"none\"", "calibrate = \"nonne\"", "none"),
        ("multiple = ", "mutliple = ", "multiple"),
        ("learning_rate", "learning_rat", "learning_rate"),
    ];
    let run = ["run", "cohort.csv", "--recipe", "small.toml", "--epochs", "1"];
    wrong.extend(slips(&desk, "small.toml", &recipe, &run, keys));
    let rules: &[Slip] = &[
        ("patient = ", "patiant = ", "patient"),
        ("patient = \"patient\"", "patient = \"patiant\"", "patient"),
        ("[[rule]]", "[[rul]]", "rule"),
        ("kind = \"drop\"", "kind = \"dorp\"", "drop"),
        ("reason = ", "reson = ", "reason"),
        ("columns = ", "colums = ", "columns"),
        ("[\"age\"]", "[\"aeg\"]", "age"),
    ];
    let clean = ["clean", "cohort.csv", "--rules", "rules.toml", "--out", "cleaned"];
    wrong.extend(slips(&desk, "rules.toml", RULES, &clean, rules));
    let plan: &[Slip] = &[
        ("out = ", "otu = ", "out"),
        ("[table.lungs]", "[tabel.lungs]", "table"),
        ("data = ", "daat = ", "data"),
        ("tables = [\"lungs\"]", "tables = [\"lugns\"]", "lungs"),
        ("recipes = [\"joint\"]", "recipes = [\"jiont\"]", "joint"),
        ("seeds = ", "seds = ", "seeds"),
        ("[[runs]]", "[[rusn]]", "runs"),
        ("[[audits]]", "[[audtis]]", "audits"),
        ("pairs = ", "piars = ", "pairs"),
        ("parts = ", "prats = ", "parts"),
        ("format = \"csv\"", "format = \"cvs\"", "csv"),
    ];
    wrong.extend(slips(&desk, "plan.toml", PLAN, &["sweep", "plan.toml"], plan));
    assert!(wrong.is_empty(), "{} slips:\n{}", wrong.len(), wrong.join(""));
}

#[test]
fn in_conditions() {
    let desk = desk();
    let train = "train cohort.csv --schema schema.toml --recipe small.toml --epochs 1 --batch 16 \
                 --backend cpu --out out";
    desk.put("schema.toml", plain());
    desk.mellizo(train).good();
    let sample =
        ["sample", "out/private/model.safetensors", "--rows", "5", "--backend", "cpu", "--where"];
    let wrong = [
        ("aeg > 50", "age"),
        ("treatment = verun", "verum"),
        ("treatment != verun", "verum"),
        ("treatment in verum|placbo", "placebo"),
        ("\"treatmnt\" = verum", "treatment"),
        ("deceased is misssing", "is missing"),
    ]
    .map(|(condition, meant)| asks(&desk, condition, &[&sample[..], &[condition]].concat(), meant));
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join(""));
}
