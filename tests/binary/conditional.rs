//! `mellizo sample --where`, and the recipe of typed columns from `run` to `sample`.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, cpu};
use crate::patients;
use mellizo::gan::Recipe;

const MODEL: &str = "sample results/private/model.safetensors";

fn trained() -> Desk {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 3 --seed 11 --out results")
        .silent();
    desk
}

fn rows(desk: &Desk, more: &[&str]) -> CsvFile {
    let more: Vec<String> = more.iter().map(|text| text.to_string()).chain(cpu()).collect();
    let output = desk.command(MODEL, &more).output().unwrap();
    assert!(output.status.success(), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
    CsvFile::parse(&output.stdout)
}

fn refused(desk: &Desk, more: &[&str]) -> String {
    let more: Vec<String> = more.iter().map(|text| text.to_string()).chain(cpu()).collect();
    let output = desk.command(MODEL, &more).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{more:?}");
    assert!(
        output.stdout.is_empty()
            || output.stdout.iter().filter(|byte| **byte == b'\n').count() == 1
    );
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn rows_are_those_of_the_stream_that_satisfy_the_conditions() {
    let desk = trained();
    let all = rows(&desk, &["--rows", "6000"]);
    let (sex, age) = (all.column("sex"), all.column("age"));
    let fits = |row: &usize| sex[*row] == "male" && age[*row].parse::<f64>().unwrap() > 60.0;
    let expected: Vec<Vec<String>> =
        (0..6000).filter(fits).map(|row| all.rows[row].clone()).collect();
    assert!(expected.len() > 100, "{} of 6000", expected.len());
    let conditions = ["--where", "sex=male", "--where", "age>60"];
    let some = rows(&desk, &[&["--rows", "90"], &conditions[..]].concat());
    assert_eq!(some.header, all.header);
    assert_eq!(some.rows, expected[..90]);
    // A range is counted among the rows that are found, and has no header unless it starts at the
    // first one.
    let more: Vec<String> = ["--rows", "40..90"]
        .iter()
        .chain(&conditions)
        .map(|text| text.to_string())
        .chain(cpu())
        .collect();
    let output = desk.command(MODEL, &more).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 50);
    assert_eq!(lines.lines().next().unwrap().split(',').next().unwrap(), expected[40][0]);
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(
        talk.contains("generated patients satisfy the conditions")
            && talk.contains("of the 908 training patients"),
        "{talk}"
    );
}

#[test]
fn conditions_that_make_no_sense_are_refused() {
    let desk = trained();
    for (condition, parts) in [
        ("sex=mael", &["\"sex\"", "\"mael\"", "\"male\"", "\"female\""][..]),
        ("gender=male", &["no column \"gender\""]),
        ("age>old", &["\"age\"", "numbers"]),
        ("age", &["no condition"]),
        // Three patients.
        ("sfdm2=Coma or Intub", &["fewer than 5 of the 908 training patients"]),
        ("age>1000", &["fewer than 5 of the 908 training patients"]),
    ] {
        let talk = refused(&desk, &["--rows", "5", "--where", condition]);
        assert!(parts.iter().all(|part| talk.contains(part)), "{condition}: {talk}");
    }
    desk.mellizo(&format!("{MODEL} --where age>60")).says_usage("--rows");
    // Nobody is both; it takes 200,000 patients to say so.
    let talk = refused(&desk, &["--rows", "5", "--where", "hday>1000000 ", "--where", "age>60"]);
    assert!(talk.contains("fewer than 5"), "{talk}");
    let talk = refused(&desk, &["--rows", "5", "--where", "sex=male", "--where", "sex=female"]);
    assert!(talk.contains("given up after 200") && talk.contains("0 satisfy"), "{talk}");
}

/// The joint recipe with small networks and a few epochs.
fn small_joint() -> String {
    let mut recipe = Recipe::from_toml(mellizo::gan::recipe::JOINT, "joint").unwrap();
    recipe.generator.widths = vec![32, 32];
    recipe.sampling.set("multiple", 3);
    recipe.to_toml()
}

#[test]
fn typed_columns_from_run_to_sample() {
    let desk = Desk::new();
    // By name, because two epochs leave too much to repair for what is found to be kept.
    let wanted = "constraints = [\"adls = adlsc\", \"slos <= d.time\"]";
    desk.put("joint.toml", small_joint().replace("constraints = \"auto\"", wanted));
    desk.mellizo_on(&cpu(), "run --recipe joint.toml --epochs 2 --out results").silent();
    let whole = desk.bytes("results/share/synthetic.csv");
    patients::check(&CsvFile::parse(&whole), 3 * 908);
    let relations = desk.text("results/share/relations.md");
    for relation in ["`adls = adlsc (534 rows)`", "`slos <= d.time (908 rows)`", "relations kept"] {
        assert!(relations.contains(relation), "{relation} is not in {relations}");
    }
    let made = CsvFile::parse(&whole);
    let (adls, adlsc) = (made.column("adls"), made.column("adlsc"));
    let number = |text: &str| text.parse::<f64>().unwrap();
    let both = (0..3 * 908).filter(|&row| !adls[row].is_empty() && !adlsc[row].is_empty());
    assert!(both.clone().count() > 500);
    assert!(both.into_iter().all(|row| number(adls[row]) == number(adlsc[row])));
    // `sample` repairs each row as `run` did, whatever piece it is in.
    let sampled = desk.mellizo_on(&cpu(), MODEL).good().stdout;
    assert!(sampled == whole, "sample and run differ");
    let again = desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 1500")).good().stdout;
    assert!(whole.starts_with(&again));
    assert_eq!(
        rows(&desk, &["--rows", "20", "--where", "death=1", "--where", "adls is missing"])
            .rows
            .len(),
        20
    );
    #[cfg(feature = "parquet")]
    desk.mellizo_on(&cpu(), &format!("{MODEL} --rows 100 --out some.parquet")).silent();
}

#[test]
fn keys_of_the_two_representations_are_not_mixed() {
    let desk = Desk::new();
    let joint = small_joint();
    for (from, to, part) in [
        ("representation = \"typed\"", "representation = \"grey\"", "representation"),
        ("representation = \"typed\"", "representation = \"typed\"\npixels = 256", "table.pixels"),
        ("constraints = \"auto\"", "constraints = \"auto\"\nsnap = true", "sampling.snap"),
        ("constraints = \"auto\"", "constraints = \"some\"", "constraints"),
        ("constraints = \"auto\"", "constraints = [\"age <= nowhere\"]", "age <= nowhere"),
    ] {
        assert!(joint.contains(from), "{joint}");
        desk.put("mixed.toml", joint.replace(from, to));
        desk.mellizo_on(&cpu(), "run --recipe mixed.toml --epochs 1 --out mixed")
            .refused(2, &[part]);
    }
}
