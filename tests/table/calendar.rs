//! What days and moments make.

use super::lot;
use super::nonsense::{broken, csv, made, texts};
use table::Table;
use table::relations::{Expression, find};

/// Stays of patients: a day of birth, the moments of admission and discharge, and what `more` makes
/// of these, whose arguments are the year, month, day, hour and minute of the admission, the whole
/// minutes of the stay and the day of the month of the discharge.
fn stays(names: &str, more: impl Fn(usize, [u64; 5], u64) -> String) -> Table {
    csv(&format!("birth,admitted,discharged,{names}"), 300, |row| {
        let [year, month, day] = [2019 + lot(row, 0, 5), 1 + lot(row, 1, 12), 1 + lot(row, 2, 9)];
        let [hour, minute] = [lot(row, 3, 24), lot(row, 4, 60)];
        let stay = 30 + lot(row, 5, 18 * 24 * 60);
        let out = (day * 24 + hour) * 60 + minute + stay;
        let born = format!("{}-{:02}-{:02}", 1930 + lot(row, 6, 60), 1 + lot(row, 7, 12), 5);
        format!(
            "{born},{year}-{month:02}-{day:02} {hour:02}:{minute:02},{year}-{month:02}-{:02} \
             {:02}:{:02},{}",
            out / 1440,
            out / 60 % 24,
            out % 60,
            more(row, [year, month, day, hour, minute], stay)
        )
    })
}

fn has(table: &Table, expected: &[&str]) {
    let (found, rows) = made(table);
    let known = texts(&found, table);
    for text in expected {
        assert!(known.contains(&(*text).to_owned()), "{text} is not in {known:?}");
        assert_eq!(broken(text, &rows), 0, "{text}");
    }
}

#[test]
fn moments_have_years_months_quarters_hours_and_days() {
    let table = stays("year,month,quarter,hour,day", |_, [year, month, day, hour, _], _| {
        format!("{year},{month},{},{hour},{year}-{month:02}-{day:02}", month.div_ceil(3))
    });
    has(
        &table,
        &[
            "\"year\" = year(admitted)",
            "\"month\" = month(admitted)",
            "\"quarter\" = quarter(admitted)",
            "\"hour\" = hour(admitted)",
            "day = date(admitted)",
        ],
    );
}

#[test]
fn stays_between_moments_are_calendar_days_or_hours_with_decimals() {
    let table = stays("nights,hours,days", |_, [_, _, _, hour, minute], stay| {
        let nights = (hour * 60 + minute + stay) / 1440;
        format!("{nights},{:.1},{:.2}", stay as f64 / 60.0 + 1e-9, stay as f64 / 1440.0 + 1e-9)
    });
    has(
        &table,
        &[
            "nights = date(discharged) - date(admitted)",
            "hours = (discharged - admitted) / 3600",
            "days = (discharged - admitted) / 86400",
        ],
    );
    let table = stays("days", |_, _, stay| format!("{}", stay / 1440));
    has(&table, &["days = floor((discharged - admitted) / 86400)"]);
}

#[test]
fn an_age_is_between_a_day_and_a_moment() {
    let table = stays("age,years", |row, [year, month, day, ..], _| {
        let days = |year: u64, month: u64, day: u64| {
            let (year, month) = if month > 2 { (year, month) } else { (year - 1, month + 12) };
            365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day
        };
        let born = days(1930 + lot(row, 6, 60), 1 + lot(row, 7, 12), 5);
        let apart = (days(year, month, day) - born) as f64 / 365.25;
        format!("{:.0},{apart:.1}", apart.floor())
    });
    has(
        &table,
        &[
            "age = floor((date(admitted) - birth) / 365.25)",
            "years = (date(admitted) - birth) / 365.25",
        ],
    );
}

/// Whole years are counted by birthdays, which no length of a year gives everywhere.
#[test]
fn an_age_by_birthdays_is_found() {
    let table = csv("birth,admitted,age", 600, |row| {
        let part = |salt: usize, n: u64| lot(row, salt, n);
        let [born, month, day] = [1930 + part(0, 70), 1 + part(1, 12), 1 + part(2, 28)];
        let near = part(3, 2) == 0;
        let (to_month, to_day) = match near {
            true => (month, 1 + part(4, 28)),
            false => (1 + part(5, 12), 1 + part(6, 28)),
        };
        let year = 2005 + part(7, 18);
        let age = year - born - u64::from((to_month, to_day) < (month, day));
        format!("{born}-{month:02}-{day:02},{year}-{to_month:02}-{to_day:02},{age}")
    });
    has(&table, &["age = floor((yyyymmdd(admitted) - yyyymmdd(birth)) / 10000)"]);
}

/// Weeks of four numberings, from days whose weekday is known: 2021-03-01 was a Monday.
#[test]
fn weekdays_begin_with_monday_or_sunday_and_one_or_nothing() {
    let table = csv("seen,iso,zero,sunday,r", 200, |row| {
        let day = lot(row, 0, 28);
        let monday = day % 7;
        format!(
            "2021-03-{:02},{},{monday},{},{}",
            day + 1,
            monday + 1,
            (monday + 1) % 7 + 1,
            (monday + 1) % 7
        )
    });
    let known = texts(&find(&table), &table);
    assert!(known.contains(&"iso = weekday(seen)".into()), "{known:?}");
    let value = |text: &str| {
        let read = Expression::parse(text, &table.schema).unwrap();
        (0..table.rows()).all(|row| {
            let cells = table.cells.row(row);
            read.value(cells) == 0.0
        })
    };
    for text in [
        "weekday(seen) - iso",
        "weekday(seen) - 1 - zero",
        "weekday(seen + 1) - sunday",
        "weekday(seen + 1) - 1 - r",
    ] {
        assert!(value(text), "{text}");
    }
}

/// Of two dates that a year agrees with, the one that says it of every patient makes it.
#[test]
fn of_several_formulas_the_one_of_most_rows_is_taken() {
    let table = csv("died,admitted,year", 300, |row| {
        let year = 2018 + lot(row, 0, 6);
        let died = match lot(row, 1, 5) {
            0 => format!("{year}-12-{:02}", 1 + lot(row, 4, 28)),
            _ => String::new(),
        };
        format!("{died},{year}-{:02}-{:02},{year}", 1 + lot(row, 2, 11), 1 + lot(row, 3, 28))
    });
    let known = texts(&find(&table), &table);
    assert!(known.contains(&"\"year\" = year(admitted)".into()), "{known:?}");
    assert!(!known.contains(&"\"year\" = year(died)".into()), "{known:?}");
}

#[test]
fn functions_of_moments_are_read_as_they_are_written() {
    let table = csv("day,at,x", 60, |row| {
        let day = 1 + row % 28;
        format!("2021-03-{day:02},2021-03-{day:02} {:02}:30,{}", row % 24, row % 11)
    });
    let cells = table.cells.row(25);
    for (text, expected) in [
        ("year(at)", 2021.0),
        ("quarter(at) + month(day)", 4.0),
        ("hour(at)", 1.0),
        ("date(at) - day", 0.0),
        ("date(day) - day", 0.0),
        ("weekday(at)", 5.0),
        ("weekday(at + 86400)", 6.0),
        ("weekday(date(at) + 1)", 6.0),
    ] {
        let read = Expression::parse(text, &table.schema).unwrap();
        assert_eq!(read.value(cells), expected, "{text}");
        let written = read.text(&table.schema);
        let again = Expression::parse(&written, &table.schema).unwrap();
        assert_eq!(again, read, "{text} as {written}");
    }
    let problem = Expression::parse("hour(day)", &table.schema).unwrap_err();
    assert!(problem.contains("hour"), "{problem}");
}
