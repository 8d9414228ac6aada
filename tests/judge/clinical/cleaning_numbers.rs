//! Rules about numbers: range, outliers, round.

use super::cleaning_desk::{cleaned, lenient, refused, says};

#[test]
fn what_cannot_be_becomes_empty() {
    let rule = "[[rule]]\nkind = \"range\"\nranges.age = { min = 18, max = 110, unit = \"years\" \
                }\nranges.\"q_*\" = { min = 1 }\n";
    let outcome = cleaned("age,q_1\n18,0\n110,1\n17.9,\n300,4\n", rule);
    assert_eq!(outcome.cohort, "age,q_1\n18,\n110,1\n,\n,4\n");
    assert_eq!(outcome.counts(), ["age: 0 0 2 0", "q_1: 0 0 1 0"]);
    assert_eq!(
        outcome.last().notes,
        ["age (18 to 110 years): 1 below, 1 above", "q_1 (at least 1): 1 below, 0 above"]
    );
    assert_eq!(
        (outcome.last().statistics[0].before.values, outcome.last().statistics[0].after.values),
        (4, 2)
    );
    let error = refused("age,q_1\n18,1\n333,1\n", &format!("{rule}strict = true\n"));
    says(&error, &["row 2, column \"age\"", "18 to 110 years"], "333");
    says(
        &refused("age,q_1\nold,1\n", rule),
        &["row 1, column \"age\"", "instead of a number"],
        "old",
    );
    assert_eq!(lenient("age,q_1\nold,1\n", rule).counts(), ["age: 0 0 0 1"]);
}

/// 1 to 23 and one value far out; a Boolean, a text and a flat column beside it.
fn table(far: &str) -> String {
    let mut csv = "n,b,t,flat\n".to_owned();
    for row in 1..=23 {
        csv.push_str(&format!(
            "{row},{},x,{}\n",
            usize::from(row == 5),
            if row > 12 { row } else { 0 }
        ));
    }
    csv + &format!("{far},0,x,0\n")
}

#[test]
fn outliers_become_empty_and_statistics_are_recomputed() {
    let outcome = cleaned(&table("1000"), "[[rule]]\nkind = \"outliers\"\niteration = 3\n");
    assert_eq!(outcome.counts(), ["n: 0 0 1 0"], "a Boolean has no outliers");
    assert_eq!((outcome.log.after.rows, outcome.last().iteration), (24, Some(3)));
    let line = &outcome.last().statistics[0];
    // numpy.quantile of 1..23 and 1000 (6.75, 12.5, 18.25), and of 1..23; three digits, a tie to
    // the even one.
    assert_eq!(line.before.quartiles, Some([6.75, 12.5, 18.2]));
    assert_eq!(line.after.quartiles, Some([6.5, 12.0, 17.5]));
    assert!(
        outcome.statistics.contains("before,24,0,0,") && outcome.statistics.contains("after,23,1,")
    );
    assert!(outcome.statistics.contains(",1000\n"), "the extreme is in the private room");
    assert!(!outcome.log.to_json().contains("1000"), "an extreme is in the log");
}

#[test]
fn a_fence_holds_its_own_end_and_a_named_column_is_taken() {
    // Quartiles 6.75 and 18.25: the fence is at 35.5.
    assert_eq!(cleaned(&table("35.5"), "[[rule]]\nkind = \"outliers\"\n").last().cells, 0);
    assert_eq!(cleaned(&table("35.6"), "[[rule]]\nkind = \"outliers\"\n").last().cells, 1);
    let named = cleaned(&table("9"), "[[rule]]\nkind = \"outliers\"\ncolumns = [\"b\"]\n");
    assert_eq!(named.counts(), ["b: 0 0 1 0"]);
    assert!(
        named.last().notes.iter().any(|note| note.contains("equal quartiles")),
        "{:?}",
        named.last().notes
    );
    says(
        &refused(&table("9"), "[[rule]]\nkind = \"outliers\"\ncolumns = [\"t\"]\n"),
        &["row 1, column \"t\""],
        "",
    );
}

#[test]
fn passes_go_on_until_nothing_is_found() {
    // The fence is at 19 with 60 in the column, at 17.5 without it, and at 16 without 18.
    let csv = "n\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n18\n60\n";
    let rule = "[[rule]]\nkind = \"outliers\"\ndistinct_above = 2\n";
    let once = cleaned(csv, rule).last().cells;
    let outcome = cleaned(csv, &format!("{rule}passes = 9\n"));
    assert!(once == 1 && outcome.last().cells == 2, "{once} {:?}", outcome.last().notes);
    assert!(
        outcome.last().notes.contains(&"cells per pass: 1, 1".to_owned()),
        "{:?}",
        outcome.last().notes
    );
}

#[test]
fn rounding_leaves_what_is_short_enough() {
    let outcome = cleaned(
        "w\n70.25\n70.50\n71\n-0.04\n",
        "[[rule]]\nkind = \"round\"\ncolumns = [\"w\"]\ndecimals = 1\n",
    );
    assert_eq!(outcome.cohort, "w\n70.3\n70.50\n71\n0.0\n");
    assert_eq!(outcome.counts(), ["w: 0 2 0 0"]);
}

#[test]
fn detection_limits_become_numbers() {
    let csv = "crp,note\n<0.5,<0.5\n> 20,b\n3.1,c\n,d\n<=5,e\n";
    let rule = |value: &str| format!("[[rule]]\nkind = \"limits\"\ncolumns = [\"crp\"]\n{value}");
    let outcome = cleaned(csv, &rule(""));
    assert_eq!(outcome.cohort, "crp,note\n0.5,<0.5\n20,b\n3.1,c\n,d\n5,e\n");
    assert_eq!(outcome.counts(), ["crp: 0 3 0 0"]);
    assert_eq!(outcome.last().notes, ["crp: 2 below a limit, 1 above one"]);
    let half = cleaned(csv, &rule("value = \"half\"\n")).cohort;
    assert_eq!(half, "crp,note\n0.25,<0.5\n20,b\n3.1,c\n,d\n2.5,e\n");
    let empty = cleaned(csv, &rule("value = \"empty\"\n"));
    assert_eq!(empty.cohort, "crp,note\n,<0.5\n,b\n3.1,c\n,d\n,e\n");
    assert_eq!(empty.counts(), ["crp: 0 0 3 0"]);
}

#[test]
fn units_are_taken_off_and_converted() {
    // In binary 1.005 times 1000 is a little less than 1005.
    let csv = "dose\n12 mg\n1.005g\n7\nnone\n";
    let rule = "[[rule]]\nkind = \"units\"\ncolumns = [\"dose\"]\nunit = \"mg\"\n";
    let factors = format!("{rule}factors = {{ g = 1000 }}\n");
    let outcome = cleaned(csv, &factors);
    assert_eq!(outcome.cohort, "dose\n12\n1005\n7\nnone\n");
    assert_eq!(outcome.counts(), ["dose: 0 2 0 0"]);
    let error = refused(csv, rule);
    says(&error, &["row 2, column \"dose\"", "a unit that the rule does not name"], "1.005");
    assert_eq!(lenient(csv, rule).counts(), ["dose: 0 1 0 1"]);
    let wrong = format!("{rule}factors = {{ g = 0 }}\n");
    says(&refused(csv, &wrong), &["the factor of \"g\" is not above 0"], "1.005");
}
