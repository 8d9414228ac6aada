//! Planted cells that nobody but the owner may see, searched for in everything that is printed and
//! in everything that may leave the house.

use crate::desk::{Desk, cpu, small};
use mellizo::gan::recipe::Batch;

/// In no message: a text, and a number.
const CANARIES: [&str; 2] = ["KANARIENVOGEL", "7654321.25"];

fn quiet(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} tells {canary}: {text}");
    }
}

/// Forty patients, one of whom has a canary in `column`.
fn table(canary: &str) -> String {
    let line = |row: usize| {
        let cell = if row == 17 { canary.to_owned() } else { format!("{}", 20 + row % 13) };
        format!("{},{cell},{}\n", 50 + row % 30, ["a", "b"][row % 2])
    };
    format!("age,lab,arm\n{}", (0..40).map(line).collect::<String>())
}

fn schema(lab: &str) -> String {
    format!(
        "[[column]]\nname = \"age\"\nkind = \"integer\"\n[[column]]\nname = \"lab\"\n{lab}\n\
         [[column]]\nname = \"arm\"\nkind = \"boolean\"\nlevels = [\"a\", \"b\"]\n"
    )
}

#[test]
fn no_message_repeats_a_cell() {
    let desk = Desk::new();
    let kinds = [
        "kind = \"integer\"",
        "kind = \"numerical\"\ndecimals = 1",
        "kind = \"numerical\"\nlimits = [\"<0.5\"]",
        "kind = \"boolean\"\nlevels = [\"20\", \"21\"]",
        "kind = \"nominal\"\nlevels = [\"20\", \"21\", \"22\"]",
        "kind = \"ordinal\"\nlevels = [\"20\", \"21\", \"22\"]",
        "kind = \"date\"",
        "kind = \"datetime\"",
        "kind = \"time\"",
    ];
    let rules = "[[rule]]\nkind = \"duration\"\nfrom = \"lab\"\nto = \"age\"\ninto = \"d\"\n\
                 formats = [\"%Y\"]\nunit = \"days\"\n";
    desk.put("rules.toml", rules);
    for canary in CANARIES {
        desk.put("t.csv", table(canary));
        desk.put("other.csv", table("33"));
        for (at, kind) in kinds.iter().enumerate() {
            desk.put("s.toml", schema(kind));
            for line in [
                "run t.csv --schema s.toml --recipe small.toml --epochs 1 --force",
                "check t.csv --schema s.toml --recipe small.toml --force",
                "images t.csv --schema s.toml --out images --force",
                "evaluate t.csv other.csv --schema s.toml",
                "evaluate other.csv t.csv --schema s.toml",
            ] {
                // A number is read by some kinds: then only what is refused is searched.
                let finished = desk.mellizo(line);
                let refused = finished.code != Some(0);
                assert!(refused || canary.starts_with('7'), "{at}: {line}: {}", finished.stderr);
                if refused {
                    quiet(line, &finished.stderr);
                    quiet(line, finished.out());
                }
            }
        }
        for line in [
            "run t.csv --recipe small.toml --epochs 1 --drop age --json --force",
            "check t.csv --recipe small.toml --force",
            "clean t.csv --rules rules.toml --out cleaned --force",
            "run t.csv --decimal , --recipe small.toml --epochs 1 --force",
        ] {
            let finished = desk.mellizo_on(&cpu_of(line), line);
            quiet(line, &finished.stderr);
            quiet(line, finished.out());
        }
    }
}

/// Files that are damaged, or beyond a limit, at the row of the canary.
#[test]
fn no_error_of_reading_repeats_a_cell() {
    let desk = Desk::new();
    desk.put("other.csv", table("33"));
    let mut wrong = Vec::new();
    for canary in CANARIES {
        let text = table(canary);
        let at = |change: &dyn Fn(&str) -> String| {
            let line = |line: &str| if line.contains(canary) { change(line) } else { line.into() };
            text.lines().map(|of| line(of) + "\n").collect::<String>()
        };
        let compressed = {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
            let mut bytes = out.finish().unwrap();
            bytes.truncate(bytes.len() - 12);
            bytes
        };
        let files: Vec<(&str, Vec<u8>)> = vec![
            ("whole.csv", text.clone().into()),
            ("one_more.csv", at(&|line| format!("{line},more")).into()),
            ("one_less.csv", at(&|line| line.rsplit_once(',').unwrap().0.to_owned()).into()),
            ("open_quote.csv", at(&|line| format!("\"{line}")).into()),
            (
                "inner_quote.csv",
                at(&|line| line.replacen(canary, &format!("\"{canary}\"x"), 1)).into(),
            ),
            ("nul.csv", at(&|line| line.replacen(canary, &format!("{canary}\0"), 1)).into()),
            ("long.csv", at(&|line| line.replacen(canary, &canary.repeat(9), 1)).into()),
            (
                "latin.csv",
                at(&|line| line.replacen(canary, &format!("{canary}\u{e9}"), 1))
                    .chars()
                    .map(|c| c as u32 as u8)
                    .collect(),
            ),
            ("cut.csv.gz", compressed),
        ];
        for (name, bytes) in &files {
            desk.put(name, bytes);
            for line in [
                "missing FILE",
                "missing FILE --max-cell-size 40",
                "missing FILE --max-row-size 12",
                "images FILE --out images --force",
                "images FILE --decimal , --out images --force",
                "evaluate FILE other.csv --time lab --event arm=a",
                "evaluate FILE other.csv --patient lab --time age --event lab",
            ] {
                let line = line.replace("FILE", name);
                let finished = desk.mellizo(&line);
                quiet(&line, &finished.stderr);
                wrong.extend((finished.code != Some(0)).then_some(finished.stderr));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.len() > 12, "few of these files are refused: {wrong:#?}");
}

/// Only what trains takes an engine.
fn cpu_of(line: &str) -> Vec<String> {
    if line.starts_with("clean") { Vec::new() } else { cpu() }
}

#[test]
fn what_may_leave_names_no_cell_of_few_patients() {
    let desk = Desk::new();
    let mut recipe = mellizo::gan::Recipe::joint();
    recipe.generator.widths = vec![16, 16];
    recipe.training.batch = Batch::Rows(64);
    recipe.sampling.set("multiple", 4);
    desk.put("typed.toml", recipe.to_toml());
    desk.put("small.toml", small().to_toml());
    let line = |row: usize| {
        let dose = if row == 60 { CANARIES[1].to_owned() } else { format!("{}.5", row % 37) };
        let site = if row.is_multiple_of(50) { CANARIES[0] } else { ["east", "west"][row % 2] };
        format!("{},{dose},{site},{}\n", 40 + row % 41, ["no", "yes"][row / 3 % 2])
    };
    let lines: String = (0..200).map(line).collect();
    desk.put("t.csv", format!("age,dose,site,dead\n{lines}"));
    for recipe in ["typed.toml", "small.toml"] {
        let run = format!("run t.csv --recipe {recipe} --epochs 2 --holdout 0.2 --force --out out");
        let logged = "--log log.jsonl --tensorboard events --json";
        let finished = desk.judged(&format!("{run} --backend cpu {logged}")).good();
        quiet("stderr", &finished.stderr);
        quiet("--json", finished.out());
        quiet("--log", &desk.text("log.jsonl"));
        for name in desk.names("events") {
            quiet(&name, &String::from_utf8_lossy(&desk.bytes(&format!("events/{name}"))));
        }
        let own = desk.text("out/private/cohort.csv") + &desk.text("out/private/holdout.csv");
        assert!(CANARIES.iter().all(|canary| own.contains(canary)), "they are in the cohort");
        for name in desk.names("out/share").iter().filter(|name| *name != "synthetic.csv") {
            quiet(name, &String::from_utf8_lossy(&desk.bytes(&format!("out/share/{name}"))));
        }
        let synthetic = desk.text("out/share/synthetic.csv");
        if recipe == "typed.toml" {
            assert!(!synthetic.contains(CANARIES[0]), "a level of four patients is given back");
        }
    }
}
