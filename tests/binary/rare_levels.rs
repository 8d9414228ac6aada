//! Words and numbers of a single patient, which no message may name: wrong names are given near
//! them, tables that lack them or have them alone, and files whose first line is a patient.

use crate::desk::{Desk, cpu};
use mellizo::gan::recipe::Batch;

/// A level, an ordered level, a number, a date and an identifier of one patient.
const CANARIES: [&str; 5] = ["kanarienvogel", "kanaria", "7654321.25", "1913-03-07", "kanarid9"];

/// In any case of its letters, as another table may write it otherwise.
fn quiet(what: &str, text: &str) {
    let text = text.to_lowercase();
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} tells {canary}: {text}");
    }
}

const NAMES: &str = "pid,age,site,grade,cost,seen,weeks,dead\n";

/// Eighty patients, one of whom has the canaries or what common patients have.
fn row(row: usize, canary: bool) -> String {
    let mine = canary && row == 17;
    let of = |canary: &str, other: String| if mine { canary.to_owned() } else { other };
    format!(
        "{},{},{},{},{},{},{},{}\n",
        of("KANARID9", format!("KP{row:03}")),
        40 + row * 7 % 41,
        of("KANARIENVOGEL", ["north", "south"][row % 2].into()),
        of("KANARIA", ["I", "II", "III"][row % 3].into()),
        of("7654321.25", format!("{}.5", 100 + row * 13 % 57)),
        of("1913-03-07", format!("20{:02}-0{}-1{}", 10 + row % 9, 1 + row % 7, row % 10)),
        1 + row * 11 % 50,
        ["no", "yes"][row / 3 % 2],
    )
}

fn table(canary: bool) -> String {
    NAMES.to_owned() + &(0..80).map(|at| row(at, canary)).collect::<String>()
}

/// `t.csv` has the canaries, `other.csv` has not, `renamed.csv` writes the level otherwise.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("t.csv", table(true));
    desk.put("other.csv", table(false));
    desk.put("renamed.csv", table(true).replace("KANARIENVOGEL", "kanarienvogel"));
    let mut recipe = mellizo::gan::Recipe::joint();
    recipe.generator.widths = vec![16, 16];
    recipe.training.batch = Batch::Rows(32);
    recipe.sampling.set("multiple", 2);
    desk.put("joint.toml", recipe.to_toml());
    desk
}

/// What was said, which must not be a canary; the exit code must be this one.
fn heard(desk: &Desk, line: &str, code: i32) -> String {
    let engine = match line.split(' ').next() {
        Some("run" | "train" | "check" | "sample") => cpu(),
        _ => Vec::new(),
    };
    let finished = desk.mellizo_on(&engine, line);
    assert_eq!(finished.code, Some(code), "{line}: {}", finished.stderr);
    quiet(line, &finished.stderr);
    quiet(line, finished.out());
    finished.stderr
}

#[test]
fn wrong_names_near_a_rare_level_do_not_bring_it_out() {
    let desk = desk();
    let few = "1 level of fewer than 5 patients, not named";
    let table = "t.csv --recipe joint.toml --patient pid --epochs 1";
    for event in ["site=KANARIENVOGL", "site=kanarienvogel", "grade=KANARIO"] {
        for command in ["run", "check", "train"] {
            let line = format!("{command} {table} --time weeks --event {event}");
            let line = if command == "check" { line.replace(" --epochs 1", "") } else { line };
            let said = said_of(&desk, &line, event);
            assert!(said.contains("its levels are") && said.contains(few), "{said}");
        }
        let line = "evaluate t.csv other.csv --patient pid --time weeks --event";
        said_of(&desk, &format!("{line} {event}"), event);
    }
    for constraint in ["site=KANARIENVOGL->dead=yes", "dead=yes->grade=KANARIO"] {
        let set = format!("--set sampling.constraints=[\"{constraint}\"]");
        let said = said_of(&desk, &format!("run {table} {set}"), constraint);
        assert!(said.contains("has no level") && said.contains(few), "{said}");
        assert!(said.contains("\"north\"") || said.contains("\"II\""), "common ones are: {said}");
    }
    for line in ["--patient pidd", "--patient KANARID", "--drop sitee", "--strata sitte"] {
        said_of(&desk, &format!("check t.csv --recipe joint.toml {line}"), line);
    }
}

/// The refusal of a line. What was typed is taken out of it: it may be repeated.
fn said_of(desk: &Desk, line: &str, typed: &str) -> String {
    let engine = if line.starts_with("evaluate") { Vec::new() } else { cpu() };
    let finished = desk.mellizo_on(&engine, line);
    assert!(matches!(finished.code, Some(2 | 3)), "{line}: {}", finished.stderr);
    let typed = typed.split([' ', '=', '>', '-']).filter(|word| word.contains("KANARI"));
    let typed = typed.chain(["kanarienvogel"].into_iter().filter(|word| line.contains(word)));
    let said =
        typed.fold(finished.stderr.clone(), |said, word| said.replace(&format!("{word:?}"), "_"));
    quiet(line, &said);
    quiet(line, finished.out());
    said
}

#[test]
fn a_model_names_no_rare_level() {
    let desk = desk();
    heard(&desk, "train t.csv --recipe joint.toml --patient pid --epochs 2 --out o", 0);
    heard(&desk, "export o/private/model.safetensors --out shared.safetensors --json", 0);
    for model in ["o/private/model.safetensors", "shared.safetensors"] {
        for wrong in ["site=KANARIENVOGL", "grade=KANARIO", "grade!=KANARIO"] {
            let line = format!("sample {model} --rows 5 --where {wrong}");
            let said = said_of(&desk, &line, wrong.replace('!', "").as_str());
            assert!(said.contains("has no level"), "{said}");
            assert!(said.contains("\"north\"") || said.contains("\"II\""), "{said}");
        }
        for wrong in ["cost>7654321", "seen<1913-03-09", "sitee=north"] {
            heard(&desk, &format!("sample {model} --rows 5 --where {wrong}"), 2);
        }
    }
}

#[test]
fn tables_that_differ_in_a_rare_level_do_not_name_it() {
    let desk = desk();
    for (real, synthetic, holdout) in [
        ("other.csv", "t.csv", "other.csv"),
        ("other.csv", "other.csv", "t.csv"),
        ("t.csv", "other.csv", "renamed.csv"),
        ("t.csv", "renamed.csv", "t.csv"),
        ("renamed.csv", "other.csv", "t.csv"),
    ] {
        let tables = format!("evaluate {real} {synthetic} --holdout {holdout}");
        for option in ["--patient pid", "--drop pid"] {
            let said = heard(&desk, &format!("{tables} {option} --json r.json"), 0);
            assert!(said.contains("1 level of fewer than 5 patients, not named"), "{said}");
            quiet(&tables, &desk.text("r.json"));
        }
    }
}

#[test]
fn a_schema_without_a_rare_level_does_not_bring_it_out() {
    let desk = desk();
    desk.put("s.toml", desk.mellizo("schema other.csv --drop pid").good().out());
    desk.put("later.csv", table(true).replace("1913-03-07", "2013-03-07"));
    let rules = "[[rule]]\nkind = \"recode\"\ncolumns = [\"site\"]\n\
                 levels = { north = 1, south = 2 }\n\
                 reason = \"codes\"\n";
    desk.put("recode.toml", rules);
    let duration = "[[rule]]\nkind = \"duration\"\nfrom = \"seen\"\nto = \"site\"\ninto = \"d\"\n\
                    formats = [\"%Y-%m-%d\"]\nunit = \"days\"\nreason = \"time\"\n";
    desk.put("duration.toml", duration);
    for line in [
        "run t.csv --schema s.toml --drop pid --recipe small.toml --epochs 1",
        "check later.csv --schema s.toml --drop pid --recipe small.toml",
        "evaluate t.csv t.csv --schema s.toml --drop pid --event site=KANARIO --time weeks",
        "clean t.csv --rules recode.toml --out c1",
        "clean t.csv --rules duration.toml --out c2",
    ] {
        said_of(&desk, line, line);
    }
}

#[test]
fn the_first_line_of_a_file_without_names_is_not_repeated() {
    let desk = desk();
    let rows =
        |first: usize, last: usize| (first..last).map(|at| row(at, true)).collect::<String>();
    // So few rows show no reader that the first one is a patient.
    desk.put("nameless.csv", rows(17, 20));
    desk.put("twice.csv", "7654321.25,KANARIENVOGEL,KANARIENVOGEL,KANARIA\n1,a,b,I\n2,a,c,I\n");
    desk.put("marks.csv", rows(17, 20).replace(',', ";"));
    desk.put("s.toml", desk.mellizo("schema other.csv --drop pid").good().out());
    for line in [
        "evaluate nameless.csv other.csv",
        "evaluate other.csv nameless.csv --drop pid",
        "evaluate other.csv other.csv --holdout nameless.csv --drop pid",
        "run nameless.csv --schema s.toml --recipe small.toml --epochs 1",
        "check twice.csv --recipe small.toml",
        "missing twice.csv",
        "check marks.csv --delimiter , --recipe small.toml",
        "missing marks.csv --delimiter ,",
    ] {
        heard(&desk, line, 3);
    }
}

#[test]
fn a_table_in_the_place_of_another_file_is_not_repeated() {
    let desk = desk();
    desk.put("headless.csv", row(17, true));
    desk.put("patient.json", "{\"site\": \"KANARIENVOGEL\", \"seen\": \"1913-03-07\"}\n");
    for file in ["headless.csv", "patient.json"] {
        for (line, code) in [
            (format!("check t.csv --schema {file}"), 3),
            (format!("check t.csv --json --schema {file}"), 3),
            (format!("run t.csv --recipe {file} --out new"), 2),
            (format!("recipe {file} --resolved"), 2),
            (format!("evaluate t.csv other.csv --schema {file}"), 3),
            (format!("describe t.csv --schema {file}"), 3),
            (format!("clean t.csv --rules {file} --out clean.csv"), 3),
            (format!("sweep {file}"), 3),
        ] {
            let said = heard(&desk, &line, code);
            assert!(said.contains("line 1"), "{line}: {said}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_device_without_an_end_is_no_file() {
    let desk = desk();
    for (line, code) in [
        ("check t.csv --schema /dev/zero", 3),
        ("clean t.csv --rules /dev/zero --out clean.csv", 3),
        ("sweep /dev/zero", 3),
        ("sample /dev/zero", 3),
        ("export /dev/zero --out model.safetensors", 3),
    ] {
        heard(&desk, line, code);
    }
}
