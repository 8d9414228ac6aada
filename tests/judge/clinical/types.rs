//! Types of variables, by the rules of docs/describe.md.

use super::description::{column, of, variable, with_schema};
use clinical::describe::VariableType::{
    self, Boolean, Date, Empty, Nominal, Numerical, OpenText, Ordinal,
};

/// The type of a column in which `cells` stand again and again, in `rows` rows.
fn kind(cells: &[&str], rows: usize) -> VariableType {
    let cells: Vec<&str> = cells.iter().copied().cycle().take(rows).collect();
    variable(&of(&column(&cells)).unwrap(), "x").kind
}

#[test]
fn types_follow_the_rules() {
    for (cells, rows, expected) in [
        (&["", " "][..], 30, Empty),
        (&["0", "1", ""], 30, Boolean),
        (&["yes", "no"], 30, Boolean),
        (&["1", "2", "3", "4"], 60, Ordinal),
        (&["1.0", "2", "3.00", ""], 60, Ordinal),
        // Too few cells per level, codes far apart, a fraction.
        (&["1", "2", "3", "4"], 8, Numerical),
        (&["0", "9", "26", "100"], 60, Numerical),
        (&["1", "2", "3.5"], 60, Numerical),
        (&["red", "green", "blue"], 60, Nominal),
        (&["IIIA", "IIIB", "IV", "", "NA"], 60, Nominal),
        (&["2021-09-10", "2020-02-29", ""], 60, Date),
        (&["31/12/2020", "01/02/2021"], 60, Date),
        (&["12-Jan-2020", "13-Feb-2020"], 60, Date),
        (
            &[
                "came alone and was tired",
                "no remark was made by her",
                "his wife says he coughs",
                "coughs, but at night only",
            ],
            4,
            OpenText,
        ),
    ] {
        assert_eq!(kind(cells, rows), expected, "{cells:?} in {rows} rows");
    }
    let many: Vec<String> = (0..60).map(|k| format!("patient {k}")).collect();
    assert_eq!(kind(&many.iter().map(String::as_str).collect::<Vec<_>>(), 600), OpenText);
}

#[test]
fn many_texts_and_many_dates_keep_their_types() {
    let ids: Vec<String> = (0..2000).map(|k| format!("P{k:05}")).collect();
    let days: Vec<String> = (0..2000)
        .map(|k| format!("{:02}/{:02}/{}", k % 28 + 1, k / 28 % 12 + 1, 1990 + k / 336))
        .collect();
    let described = of(&ids
        .iter()
        .zip(&days)
        .fold("id,day\n".to_owned(), |t, (id, day)| t + id + "," + day + "\n"))
    .unwrap();
    assert_eq!(
        (variable(&described, "id").kind, variable(&described, "id").distinct),
        (OpenText, None)
    );
    let day = variable(&described, "day");
    assert_eq!((day.kind, day.n), (Date, 2000));
    let dates = day.dates.as_ref().unwrap();
    assert_eq!((dates.form.as_str(), dates.earliest.as_str()), ("dd/mm/yyyy", "1990-01-01"));
    assert_eq!(dates.latest, "1995-12-12");
}

#[test]
fn codes_and_words_among_numbers_are_counted_as_missing() {
    let mut cells: Vec<String> = (0..95).map(|k| format!("{k}.5")).collect();
    cells.extend(["NA", "nan", "unknown", ""].map(str::to_owned));
    let described = of(&column(&cells.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let x = variable(&described, "x");
    assert_eq!(
        (x.kind, x.n, x.missing, x.codes, x.unreadable, x.unreadable_row),
        (Numerical, 95, 4, 2, 1, Some(98))
    );
    assert_eq!(x.response_rate, 95.0 / 99.0);
    let boolean = of(&column(&["0", "1", "1", "NA"])).unwrap();
    let x = variable(&boolean, "x");
    assert_eq!((x.kind, x.n, x.missing, x.codes, x.unreadable), (Boolean, 3, 1, 1, 0));
}

#[test]
fn a_schema_decides_types_and_the_order_of_levels() {
    let schema = "column = [{ name = \"x\", kind = \"ordinal\", levels = [\"2\", \"1\", \"9\"], label = \"Grade\" }]";
    let described = with_schema(&column(&["1", "1.0", "2", "", "7"]), schema).unwrap();
    let x = variable(&described, "x");
    assert_eq!((x.kind, x.label.as_deref(), x.n), (Ordinal, Some("Grade"), 4));
    let levels: Vec<(&str, u64)> =
        x.tally.as_ref().unwrap().levels.iter().map(|l| (l.level.as_str(), l.count)).collect();
    assert_eq!(levels, [("2", 1), ("1", 2), ("9", 0), ("7", 1)]);
    let numerical =
        with_schema(&column(&["1", "2", "x"]), "column = [{ name = \"x\", kind = \"numerical\" }]")
            .unwrap();
    assert_eq!(
        (variable(&numerical, "x").kind, variable(&numerical, "x").unreadable),
        (Numerical, 1)
    );
}

#[test]
fn rare_levels_are_pooled_and_nobody_is_lost() {
    let cells: Vec<String> = (0..300).map(|k| format!("level {}", (k * k) % 37)).collect();
    let described = of(&column(&cells.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let tally = variable(&described, "x").tally.as_ref().unwrap();
    assert_eq!(tally.levels.len(), 12);
    assert_eq!(tally.levels.len() as u64 + tally.other_levels, 19);
    assert_eq!(tally.levels.iter().map(|level| level.count).sum::<u64>() + tally.other, 300);
    assert!(tally.levels.windows(2).all(|pair| pair[0].count >= pair[1].count));
}
