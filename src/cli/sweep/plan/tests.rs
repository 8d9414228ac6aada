use super::*;

fn tasks(text: &str) -> Result<Vec<Task>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, text).unwrap();
    Plan::read(&path)?.tasks(&path)
}

const TABLES: &str = "out = \"o\"\n[table.a]\ndata = \"a.csv\"\noptions = [\"--schema\", \
                      \"a.toml\"]\n[table.b]\ndata = \"b.csv\"\n";

#[test]
fn runs_are_tables_by_recipes_with_seeds() {
    let text = format!(
        "{TABLES}[[runs]]\nrecipes = [\"joint\", \"x/mine.toml\"]\nseeds = 3\noptions = \
         [\"--holdout\", \"0.2\"]\n[[runs]]\ntables = [\"b\"]\nseeds = [9]\n"
    );
    let tasks = tasks(&text).unwrap();
    assert_eq!(tasks.len(), 2 * 2 * 3 + 1);
    assert_eq!(tasks[4].folder, Path::new("o/runs/a/mine/seed-2"));
    let line = "mellizo run a.csv --recipe x/mine.toml --seed 2 --schema a.toml --holdout 0.2 --out \
                o/runs/a/mine/seed-2";
    assert_eq!(tasks[4].words.join(" "), line);
    assert_eq!(tasks[12].labels[2], ("seed", "9".into()));
}

#[test]
fn parts_follow_each_other_and_are_all() {
    let text = "out = \"o\"\n[[samples]]\nname = \"s\"\nmodel = \"m\"\nrows = \"5..28\"\nparts = 11\n\
                format = \"parquet\"\n";
    let tasks = tasks(text).unwrap();
    let range = |task: &Task| {
        let at = task.words.iter().position(|word| word == "--rows").unwrap();
        let (first, last) = task.words[at + 1].split_once("..").unwrap();
        [first, last].map(|text| text.parse::<u64>().unwrap())
    };
    let ranges: Vec<[u64; 2]> = tasks.iter().map(range).collect();
    assert_eq!((ranges[0][0], ranges[10][1]), (5, 28));
    assert!(ranges.windows(2).all(|two| two[0][1] == two[1][0] && two[0][0] < two[0][1]));
    assert_eq!(tasks[3].folder, Path::new("o/samples/s/part-03"));
}

#[test]
fn pairs_are_tasks() {
    let tasks = tasks(&format!("{TABLES}[[audits]]\ntables = [\"a\"]\npairs = 4\n")).unwrap();
    assert_eq!(tasks.len(), 4);
    assert_eq!(tasks[3].kind, Kind::Pair(3, 4));
    assert_eq!(tasks[3].folder, Path::new("o/audits/a/joint/seed-1/pair-3"));
}

#[test]
fn a_short_plan_of_too_many_tasks_is_refused_before_they_are_listed() {
    let (most, rows) = (i64::MAX, 1u64 << 42);
    let recipes = (0..200).map(|n| format!("\"{n}.toml\"")).collect::<Vec<_>>().join(",");
    for rest in [
        format!("[[runs]]\nseeds = {most}\nrecipes = [{recipes}]\n"),
        format!("[[audits]]\npairs = {most}\n"),
        format!("[[samples]]\nname = \"s\"\nmodel = \"m\"\nrows = \"{rows}\"\nparts = {rows}\n"),
    ] {
        let error = tasks(&format!("{TABLES}{rest}")).unwrap_err();
        assert!(error.to_string().contains("more than 100000 tasks"), "{rest}: {error}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (text, part) in [
        ("out = \"o\"\n".to_owned(), "no task"),
        (format!("{TABLES}[[runs]]\nseeds = 2\ntables = [\"c\"]\n"), "no table \"c\""),
        (format!("{TABLES}[[runs]]\nseeds = [1, 1]\n"), "two tasks"),
        (format!("{TABLES}[[runs]]\nseeds = 2\nrecipe = [\"joint\"]\n"), "recipes"),
        ("out = \"o\"\n[[runs]]\nseeds = 1\n".into(), "without a table"),
        ("out = \"o\"\n[table.\"../x\"]\n[[runs]]\nseeds = 1\n".into(), "named"),
        (
            "out = \"o\"\n[[samples]]\nname = \"s\"\nmodel = \"m\"\nrows = \"3\"\nparts = 4\n"
                .into(),
            "4 parts of 3 rows",
        ),
        (
            "out = \"o\"\n[[samples]]\nname = \"s\"\nmodel = \"m\"\nrows = \"x\"\nparts = 1\n"
                .into(),
            "such as 1000",
        ),
    ] {
        let error = tasks(&text).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
}
