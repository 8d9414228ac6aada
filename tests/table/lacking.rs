//! Sums and means of what is there.

use super::nonsense::{broken, csv, generated, made, texts};
use super::{lot, read};
use table::Table;
use table::relations::{Relation, find};

fn known(table: &Table) -> Vec<String> {
    texts(&find(table), table)
}

/// A cell that is missing in one of `every` rows.
fn some(row: usize, column: usize, every: u64, value: u64) -> Option<u64> {
    (lot(row, column + 50, every) != 0).then_some(value)
}

fn text(cell: Option<u64>) -> String {
    cell.map_or_else(String::new, |cell| cell.to_string())
}

/// Two targets, the second one often missing, and their sum as `total` makes it.
fn targets(total: impl Fn(Option<u64>, Option<u64>) -> Option<u64>) -> Table {
    csv("first,second,baseline,age", 400, |row| {
        let first = some(row, 1, 10, 10 + lot(row, 1, 80));
        let second = some(row, 2, 3, 10 + lot(row, 2, 50));
        let total = total(first, second);
        format!("{},{},{},{}", text(first), text(second), text(total), 30 + lot(row, 3, 50))
    })
}

#[test]
fn a_missing_part_of_a_sum_counts_as_nothing() {
    let there = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).reduce(|a, b| a + b);
    let cohort = targets(there);
    let sum = "baseline = sum(first, second)";
    let (found, rows) = made(&cohort);
    assert!(texts(&found, &cohort).contains(&sum.to_owned()), "{:?}", texts(&found, &cohort));
    texts(&found, &cohort).iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
    // Where nothing is there, the sum is 0 in some programs.
    let or_nothing = targets(|a, b| there(a, b).or(Some(0)));
    let (found, rows) = made(&or_nothing);
    let sum = "baseline = sum(first, second, 0)";
    assert!(texts(&found, &or_nothing).contains(&sum.to_owned()));
    texts(&found, &or_nothing).iter().for_each(|text| assert_eq!(broken(text, &rows), 0, "{text}"));
}

#[test]
fn a_sum_of_complete_patients_stays_one() {
    let both = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
    assert!(known(&targets(both)).contains(&"first + second = baseline".to_owned()));
    // What is in its place where a part is missing is not the other part.
    let guessed = |a: Option<u64>, b: Option<u64>| Some(a.unwrap_or(30) + b.unwrap_or(30));
    let all = known(&targets(guessed));
    assert!(all.contains(&"first + second = baseline".to_owned()), "{all:?}");
}

#[test]
fn means_and_weighted_sums_of_what_is_there_are_found() {
    let cohort = csv("q1,q2,q3,mean,score", 500, |row| {
        let q: Vec<Option<u64>> = (0..3).map(|at| some(row, at, 6, lot(row, at, 41))).collect();
        let there: Vec<u64> = q.iter().flatten().copied().collect();
        let mean = there.iter().sum::<u64>() as f64 / there.len() as f64;
        let mean = if there.is_empty() { String::new() } else { format!("{mean:.2}") };
        let score = 5 + q.iter().zip([2, 3, 7]).map(|(q, by)| q.unwrap_or(0) * by).sum::<u64>();
        format!("{},{},{},{mean},{score}", text(q[0]), text(q[1]), text(q[2]))
    });
    let (found, rows, _) = generated(&cohort);
    let known = texts(&found, &cohort);
    for wanted in ["mean = mean(q1, q2, q3)", "score = sum(2 * q1, 3 * q2, 7 * q3, 5)"] {
        assert!(known.contains(&wanted.to_owned()), "{wanted} in {known:?}");
        assert_eq!(broken(wanted, &rows), 0, "{wanted}");
    }
}

#[test]
fn a_score_that_is_a_quarter_of_its_sum_is_no_mean_of_what_is_there() {
    // At most one item is missing, and counts as 0: the mean of the others is off by half at most.
    let cohort = csv("q1,q2,q3,q4,score", 400, |row| {
        let lacks = lot(row, 9, 6) as usize;
        let items: Vec<Option<u64>> =
            (0..4).map(|at| (at != lacks).then(|| lot(row, at, 3))).collect();
        let sum: u64 = items.iter().flatten().sum();
        let items: Vec<String> = items.into_iter().map(text).collect();
        format!("{},{:.2}", items.join(","), sum as f64 / 4.0)
    });
    let (found, rows, _) = generated(&cohort);
    let known = texts(&found, &cohort);
    let wanted = "score = sum(0.25 * q1, 0.25 * q2, 0.25 * q3, 0.25 * q4)";
    assert!(known.contains(&wanted.to_owned()), "{known:?}");
    assert_eq!(broken(wanted, &rows), 0);
}

#[test]
fn one_visit_that_breaks_a_sum_of_what_is_there_leaves_the_sum() {
    // Three visits each; in one of them alone the whole is not what is there.
    let cohort = |odd: usize| {
        let table = csv("first,second,baseline", 600, |row| {
            let (first, second) = (10 + lot(row, 1, 80), some(row, 2, 3, 10 + lot(row, 2, 50)));
            let whole = first + second.unwrap_or(0) + u64::from(row == odd);
            format!("{first},{},{whole}", text(second))
        });
        Table { patients: Some((0..600).map(|row| row / 3).collect()), ..table }
    };
    let lacking = |row: &usize| some(*row, 2, 3, 0).is_none();
    for odd in (100..600).filter(lacking).take(6) {
        let known = known(&cohort(odd));
        let sums = ["baseline = first + second", "first + second = baseline"];
        assert!(sums.iter().any(|sum| known.contains(&(*sum).to_owned())), "{odd}: {known:?}");
    }
}

#[test]
fn an_extreme_of_many_long_names_is_read_back() {
    let name = |at: usize| format!("the_grade_of_an_adverse_event_as_it_was_reported_{at}");
    let names: Vec<String> = (0..12).map(name).collect();
    let table =
        csv(&(names.join(",") + ",worst"), 60, |row| vec![(row % 5).to_string(); 13].join(","));
    let mut table = table;
    table.schema.columns.iter_mut().for_each(|column| column.kind = table::Kind::Integer);
    let text = format!("worst = max({})", names.join(", "));
    let read = Relation::parse(&text, &table.schema).unwrap();
    assert_eq!(read.text(&table.schema), text);
}

#[test]
fn aggregates_are_read_and_leave_out_what_is_missing() {
    let schema = "[[column]]\nname = \"a\"\nkind = \"integer\"\n[[column]]\nname = \"b\"\n\
                  kind = \"integer\"\n[[column]]\nname = \"sum\"\nkind = \"integer\"\n";
    let cells = "a,b,sum\n1,5,3\n,7,1\n,,2\n-3,2,\n";
    let (cohort, _) = read(cells.as_bytes(), Some(schema)).unwrap();
    for (text, wanted) in [
        ("sum(a, b)", [6.0, 7.0, f64::NAN, -1.0]),
        ("mean(a, b)", [3.0, 7.0, f64::NAN, -0.5]),
        ("min(a, b, 4)", [1.0, 4.0, 4.0, -3.0]),
        ("max(2 * a, b) + 1", [6.0, 8.0, f64::NAN, 3.0]),
        ("sum(a / b, -b)", [-4.8, -7.0, f64::NAN, -3.5]),
    ] {
        let read = table::relations::Expression::parse(text, &cohort.schema).unwrap();
        assert_eq!(read.text(&cohort.schema), text);
        for (row, wanted) in wanted.into_iter().enumerate() {
            let value = read.value(cohort.cells.row(row));
            assert!(value == wanted || value.is_nan() && wanted.is_nan(), "{text}: {value}");
        }
    }
    for wrong in ["sum()", "sum(a", "sum(a,)", "sum(a b)", "a, b"] {
        assert!(Relation::parse(&format!("b = {wrong}"), &cohort.schema).is_err(), "{wrong}");
    }
    // A column may have the name of an aggregate.
    let relation = Relation::parse("a = \"sum\" * 2", &cohort.schema).unwrap();
    assert_eq!(relation.text(&cohort.schema), "a = sum * 2");
    assert_eq!(Relation::parse("a = sum * 2", &cohort.schema).unwrap(), relation);
}

/// Nineteen patients who miss two things are too few to say that these go together.
#[test]
fn columns_that_few_patients_miss_are_not_missing_together() {
    let cohort = |missing: usize| {
        csv("lab a,lab b,age", 400, |row| {
            let gone = row % 20 == 0 && row / 20 < missing;
            let [a, b] = [0, 1]
                .map(|salt| if gone { String::new() } else { lot(row, salt, 90).to_string() });
            format!("{a},{b},{}", 20 + lot(row, 2, 60))
        })
    };
    let says = |missing: usize| {
        let cohort = cohort(missing);
        texts(&find(&cohort), &cohort).contains(&"missing together: \"lab a\", \"lab b\"".into())
    };
    assert_eq!([says(19), says(20)], [false, true]);
}
