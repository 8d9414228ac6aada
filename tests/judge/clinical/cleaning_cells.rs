//! Rules that change cells and rows: missing, drop_rows, complete, recode, derive.

use super::cleaning_desk::{cleaned, lenient, refused, says};

#[test]
fn codes_for_missing_become_empty_where_they_are_declared() {
    let rule = "[[rule]]\nkind = \"missing\"\ncodes = [\"NA\", \".\", -9]\ncolumns = [\"qol_*\", \"age\"]\nexcept = [\"qol_2\"]\n";
    let outcome = cleaned("id,age,qol_1,qol_2\n-9,NA,-9.0,-9\nNA,50,.,1\n3,na,2,NA\n", rule);
    assert_eq!(outcome.cohort, "id,age,qol_1,qol_2\n-9,,,-9\nNA,50,,1\n3,na,2,NA\n");
    assert_eq!(outcome.counts(), ["age: 0 0 1 0", "qol_1: 0 0 2 0"]);
    assert_eq!(
        outcome.last().what,
        "\"NA\", \".\", \"-9\" mean missing in \"qol_*\", \"age\" except \"qol_2\""
    );
    assert_eq!(
        (outcome.last().cells, outcome.last().before.missing, outcome.last().after.missing),
        (3, 0, 3)
    );
    let any = cleaned(
        "a\nna\nNA\n",
        "[[rule]]\nkind = \"missing\"\ncodes = [\"NA\"]\nignore_case = true\n",
    );
    assert_eq!(any.last().cells, 2);
}

#[test]
fn rows_go_by_value_by_emptiness_and_by_missing_cells() {
    let csv = "id,a,b,c\nS1,1,,\nS2,,,\nS3,1,2,3\nS4,,2,3\n";
    let by_value = cleaned(
        csv,
        "[[rule]]\nkind = \"drop_rows\"\ncolumn = \"id\"\nequals = [\"S1\", \"S9\"]\nexpect = 1\n",
    );
    assert_eq!(by_value.cohort, "id,a,b,c\nS2,,,\nS3,1,2,3\nS4,,2,3\n");
    assert_eq!(by_value.last().rows_dropped, 1);
    assert!(!by_value.log.to_json().contains("S1"), "an identifier is in the log");
    let by_gap = cleaned(csv, "[[rule]]\nkind = \"drop_rows\"\ncolumn = \"a\"\nempty = true\n");
    assert_eq!(by_gap.cohort, "id,a,b,c\nS1,1,,\nS3,1,2,3\n");
    for (limit, left) in [("2", 3), ("1", 2), ("0.99", 3), ("0.5", 2), ("0.3", 1)] {
        let rule =
            format!("[[rule]]\nkind = \"drop_rows\"\nmissing_above = {limit}\nexcept = [\"id\"]\n");
        assert_eq!(cleaned(csv, &rule).log.after.rows, left, "{limit}");
    }
    // Half of the cells of S1 are empty, which is not above a half.
    let half = "[[rule]]\nkind = \"drop_rows\"\nmissing_above = 0.5\n";
    assert_eq!(cleaned(csv, half).cohort, "id,a,b,c\nS1,1,,\nS3,1,2,3\nS4,,2,3\n");
    let none = refused(csv, "[[rule]]\nkind = \"drop_rows\"\nmissing_above = 0\nexpect = 4\n");
    says(&none, &["rule 1 (drop_rows, line 1)", "3 rows would go", "expect"], "S2");
    let all = refused(
        csv,
        "[[rule]]\nkind = \"drop_rows\"\ncolumn = \"b\"\nequals = [2]\n[[rule]]\nkind = \"drop_rows\"\ncolumn = \"b\"\nempty = true\n",
    );
    says(&all, &["rule 2", "no row would be left"], "");
}

#[test]
fn dependent_variables_follow_their_independent_one() {
    let csv = "smoker,packs,cigarettes\nnever,,\nnever,5,0.0\nyes,,20\n,,\n";
    let rule = "[[rule]]\nkind = \"complete\"\ncolumn = \"smoker\"\nequals = [\"never\"]\ntargets = [\"packs\", \"cig*\"]\nvalue = 0\n";
    let outcome = cleaned(csv, rule);
    assert_eq!(outcome.cohort, "smoker,packs,cigarettes\nnever,0,0\nnever,5,0.0\nyes,,20\n,,\n");
    assert_eq!(outcome.counts(), ["packs: 1 0 0 0", "cigarettes: 1 0 0 0"]);
    assert_eq!(outcome.last().notes, ["1 cells with a different value kept"]);
    let forced = cleaned(csv, &format!("{rule}overwrite = true\n"));
    assert_eq!(forced.counts(), ["packs: 1 1 0 0", "cigarettes: 1 0 0 0"]);
    let copied = cleaned(
        "a,b\n1,\n2,3\n,4\n",
        "[[rule]]\nkind = \"complete\"\ntargets = [\"b\"]\nfrom = \"a\"\n",
    );
    assert_eq!(copied.cohort, "a,b\n1,1\n2,3\n,4\n");
    let gap = cleaned(
        "a,b\n,\n2,\n",
        "[[rule]]\nkind = \"complete\"\ncolumn = \"a\"\nempty = true\ntargets = [\"b\"]\nvalue = \"no\"\n",
    );
    assert_eq!(gap.cohort, "a,b\n,no\n2,\n");
}

#[test]
fn levels_become_ordered_numbers() {
    let rule = "[[rule]]\nkind = \"recode\"\ncolumns = [\"stage\"]\norder = [\"IA\", \"IB\", \"IIA\", \"IV\"]\n";
    let outcome = cleaned("stage\nIB\n\"\"\nIA\nIV\nIB\n", rule);
    assert_eq!(outcome.cohort, "stage\n2\n\"\"\n1\n4\n2\n");
    assert_eq!(outcome.counts(), ["stage: 0 4 0 0"]);
    assert_eq!(outcome.last().what, "\"stage\" recoded: IA = 1, IB = 2, IIA = 3, IV = 4");
    assert_eq!(outcome.last().notes, ["no cell has the level \"IIA\""]);
    let zero = cleaned("stage\nIB\nIA\n", &format!("{rule}start = 0\n"));
    assert_eq!(zero.cohort, "stage\n1\n0\n");
    let named = "[[rule]]\nkind = \"recode\"\ncolumns = [\"s\"]\nlevels = { \"no studies\" = 0, \"1.0\" = 1, \"unknown\" = \"\" }\nignore_case = true\nignore_space = true\n";
    let outcome = cleaned("s\nNo   Studies\n1\nUNKNOWN\n", named);
    assert_eq!(outcome.cohort, "s\n0\n1\n\"\"\n");
    assert_eq!(outcome.counts(), ["s: 0 1 1 0"], "1 stays the text 1");
}

#[test]
fn an_unknown_level_has_its_place_or_an_empty_cell() {
    let rule = "[[rule]]\nkind = \"recode\"\ncolumns = [\"stage\"]\norder = [\"I\", \"II\"]\n";
    let csv = "stage\nI\nsecret\n";
    let error = refused(csv, rule);
    says(
        &error,
        &["export.csv, row 2, column \"stage\"", "a text of 6 characters", "2 levels", "--lenient"],
        "secret",
    );
    let outcome = lenient(csv, rule);
    assert_eq!(outcome.cohort, "stage\n1\n\"\"\n");
    assert_eq!(outcome.counts(), ["stage: 0 1 0 1"]);
    assert_eq!(outcome.log.unreadable(), 1);
    assert_eq!(cleaned(csv, &format!("{rule}unknown = \"empty\"\n")).counts(), ["stage: 0 1 1 0"]);
    assert_eq!(cleaned(csv, &format!("{rule}unknown = \"keep\"\n")).cohort, "stage\n1\nsecret\n");
}

#[test]
fn a_boolean_comes_of_several() {
    let csv = "i,c,a\n1,0,\n0,0,0\n0,,0\n,,\n1,1,1\n";
    let rule = |how: &str, missing: &str| {
        let text = format!(
            "[[rule]]\nkind = \"derive\"\ninto = \"x\"\nhow = \"{how}\"\ncolumns = [\"*\"]\nmissing = \"{missing}\"\n"
        );
        let outcome = cleaned(csv, &text);
        let last = |line: &str| line.rsplit(',').next().unwrap().to_owned();
        outcome.cohort.lines().skip(1).map(last).collect::<Vec<_>>().join(",")
    };
    assert_eq!(rule("any", "unknown"), "1,0,,,1");
    assert_eq!(rule("any", "false"), "1,0,0,0,1", "the paper's: 1 if any is 1, and if not 0");
    assert_eq!(rule("none", "unknown"), "0,1,,,0");
    assert_eq!(rule("all", "unknown"), "0,0,0,,1");
    assert_eq!(rule("all", "false"), "0,0,0,0,1");
    assert_eq!(rule("count", "unknown"), ",0,,,3");
    assert_eq!(rule("count", "false"), "1,0,0,0,3");
}

#[test]
fn a_derived_column_is_logged_and_its_words_are_declared() {
    let rule = "[[rule]]\nkind = \"derive\"\ninto = \"cancer\"\nhow = \"any\"\ncolumns = [\"father\", \"mother\"]\ntrue_values = [\"*\"]\nfalse_values = [\"none\"]\nwrite = [\"no\", \"yes\"]\n";
    let outcome = cleaned("father,mother\nlung,none\nnone,none\n,none\n", rule);
    assert_eq!(outcome.cohort, "father,mother,cancer\nlung,none,yes\nnone,none,no\n,none,\n");
    assert_eq!(outcome.last().columns_added, ["cancer"]);
    assert_eq!(outcome.counts(), ["cancer: 2 0 0 0"]);
    assert_eq!(outcome.last().notes, ["1 cells of \"cancer\" stay empty: not known"]);
    let strange = rule.replace("[\"*\"]", "[\"lung\"]");
    let error = refused("father,mother\nliver,none\n", &strange);
    says(&error, &["row 1, column \"father\"", "neither true nor false"], "liver");
    assert_eq!(
        lenient("father,mother\nliver,none\n", &strange).cohort,
        "father,mother,cancer\n,none,\n"
    );
    says(
        &refused("cancer,father,mother\n1,none,none\n", rule),
        &["there is a column \"cancer\" already"],
        "",
    );
}

/// Twelve patients of three visits each.
fn visits() -> String {
    let mut csv = "id,sex,born,visit,late\n".to_owned();
    for row in 0..36 {
        let (patient, visit) = (row / 3, row % 3);
        let late = if patient == 0 || (patient < 3 && visit == 2) { "yes" } else { "" };
        let (sex, born) = (["f", "m"][patient * 7 % 5 % 2], 1950 + patient * 13 % 37);
        csv += &format!("P{patient},{sex},{born},{visit},{late}\n");
    }
    csv
}

#[test]
fn rows_of_one_patient_are_one_patient() {
    let rules = |head: &str| {
        format!(
            "{head}[[rule]]\nkind = \"drop_open\"\nresponse = 0.2\ncolumns = [\"late\"]\n\
             [[rule]]\nkind = \"drop_identifiers\"\ncolumns = [\"id\"]\n\
             [[rule]]\nkind = \"drop_rows\"\ncolumn = \"born\"\nequals = [1950]\n"
        )
    };
    let by_patient = cleaned(&visits(), &rules("patient = \"id\"\n"));
    // Three of twelve patients answered, and five of 36 rows.
    assert!(by_patient.cohort.starts_with("sex,born,visit,late\n"), "{}", by_patient.cohort);
    let log = &by_patient.log;
    assert_eq!((log.before.patients, log.before.rows), (Some(12), 36));
    assert_eq!((log.after.patients, log.after.rows), (Some(11), 33));
    assert_eq!(by_patient.last().notes, ["1 patients lose rows, and 1 of them have none left"]);
    assert!(log.warnings.is_empty());
    let by_row = cleaned(&visits(), &rules(""));
    assert!(by_row.cohort.starts_with("sex,born,visit\n"), "{}", by_row.cohort);
    assert_eq!(by_row.log.before.patients, None);
    assert!(by_row.log.warnings[0].contains("patient = \"id\""), "{:?}", by_row.log.warnings);
    let unknown = refused(&visits(), &rules("patient = \"idd\"\n"));
    says(&unknown, &["`patient`", "did you mean \"id\""], "P1");
}
