//! Dates, moments and times of day.

use super::kinds::{csv, kind, refusal};
use super::{input_message, read, same, table, written};
use table::Kind;
use table::condition::Condition;

#[test]
fn dates_are_days_and_come_back_in_their_format() {
    let text = csv("born,admitted,left,at,x", 60, |row| {
        let day = 1 + row % 28;
        format!(
            "19{}-{:02}-{day:02},{day}/{}/2020,{day:02}.03.2021,2021-03-{day:02} {:02}:{:02},{:02}:30",
            30 + row,
            1 + row % 12,
            1 + row % 12,
            row % 24,
            row % 60,
            row % 24
        )
    });
    let table = table(&text);
    let kinds: Vec<Kind> = table.schema.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Kind::Date, Kind::Date, Kind::Date, Kind::Datetime, Kind::Time]);
    assert_eq!(written(&table), text);
    assert!(same(&table, &super::table(&text)));
    assert_eq!(table.cells[(0, 2)] - table.cells[(1, 2)], -1.0);
    let condition = Condition::parse("left < 2021-03-05", &table.schema).unwrap();
    let holds = (0..60).filter(|&row| condition.holds(table.cells.row(row))).count();
    assert_eq!(holds, 3 * 4, "days 1 to 4 of 28, in 60 rows");
    assert_eq!(condition.text(&table.schema), "left < 05.03.2021");
    assert!(Condition::parse("left < soon", &table.schema).is_err());
}

#[test]
fn day_and_month_are_told_by_another_column() {
    let both = |left: &str| {
        csv("seen,left", 24, |row| format!("{:02}/{:02}/2020,{left}", 1 + row % 12, 1 + row % 7))
    };
    let (table, warnings) = read(both("13/01/2021").as_bytes(), None).unwrap();
    assert_eq!(table.schema.columns[0].format.as_deref(), Some("%d/%m/%Y"));
    assert!(warnings[0].to_string().contains("day first"), "{warnings:?}");
    let (table, _) = read(both("01/13/2021").as_bytes(), None).unwrap();
    assert_eq!(table.schema.columns[0].format.as_deref(), Some("%m/%d/%Y"));
    assert!(refusal(&both("02/01/2021")).contains("cannot be told apart"));
    // Two columns that say otherwise tell nothing of a third one.
    let neither = csv("born,seen,left", 24, |row| {
        format!("13/0{0}/1950,0{0}/02/2020,0{0}/13/2021", 1 + row % 7)
    });
    assert!(refusal(&neither).contains("\"seen\": dates whose day and month"));
    let schema = "column = [{ name = \"seen\", kind = \"date\", format = \"%m/%d/%Y\" }]";
    let (table, _) = super::read(b"seen\n02/03/2020\n", Some(schema)).unwrap();
    assert_eq!(written(&table), "seen\n02/03/2020\n");
    assert_eq!(table.schema.columns[0].number_text(table.cells[(0, 0)]), "02/03/2020");
    assert_eq!(table.cells[(0, 0)], 18_295.0, "the third of February");
    let message = input_message(read(b"seen\n02/03/2020\n13/03/2020\n", Some(schema)));
    assert!(message.contains("row 2") && message.contains("%m/%d/%Y"), "{message}");
    assert!(!message.contains("13/03"), "{message}");
}

#[test]
fn digits_of_a_day_are_dates_and_other_digits_are_not() {
    let day = |row: usize| format!("19{:02}{:02}{:02}", 30 + row % 70, 1 + row % 12, 1 + row % 28);
    let text = csv("birth", 60, day);
    let (table, warnings) = read(text.as_bytes(), None).unwrap();
    assert_eq!((table.schema.columns[0].kind, written(&table)), (Kind::Date, text));
    assert!(warnings[0].to_string().contains("yyyymmdd"), "{warnings:?}");
    // One that is no day: they are numbers, and of so many digits that they look like identifiers.
    let other = csv("birth", 60, |row| if row == 9 { "19451399".into() } else { day(row) });
    assert!(refusal(&other).contains("look like an identifier"));
    assert_eq!(kind(&csv("year", 60, |row| (1930 + row % 40).to_string())), Kind::Integer);
}
