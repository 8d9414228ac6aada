use super::*;

fn form(texts: &[&str]) -> Option<String> {
    match told(texts.iter().copied()) {
        Told::Nothing => None,
        Told::Form((kind, format)) => Some(format!("{kind} {format}")),
        Told::Either((_, format)) => Some(format!("{format} or {}", reversed(&format))),
    }
}

#[test]
fn formats_are_told_by_their_texts() {
    for (texts, expected) in [
        (&["1961-05-07", "1944-12-31"][..], "date %Y-%m-%d"),
        (&["10/05/2022", "29/05/2022"], "date %d/%m/%Y"),
        (&["5/13/2022", "12/1/2022"], "date %-m/%-d/%Y"),
        (&["10/05/2022", "09/05/2022"], "%d/%m/%Y or %m/%d/%Y"),
        (&["10.05.2022", "09.05.2022"], "date %d.%m.%Y"),
        (&["1.5.2022", "31.12.2022"], "date %-d.%-m.%Y"),
        (&["19450624", "19690426"], "date %Y%m%d"),
        (&["10-Sep-2021", "01-May-1999"], "date %d-%b-%Y"),
        (&["2020-03-12T08:30:00", "2020-03-12T23:59:59"], "datetime %Y-%m-%dT%H:%M:%S"),
        (&["2020-03-12 08:30", "2020-03-12 23:59"], "datetime %Y-%m-%d %H:%M"),
        (&["13/03/2020 08:30"], "datetime %d/%m/%Y %H:%M"),
        (&["03:03", "15:08"], "time %H:%M"),
    ] {
        assert_eq!(form(texts).as_deref(), Some(expected), "{texts:?}");
    }
    for texts in [
        &["2022-02-30", "2022-02-31"][..],
        &["12345678", "87654321"],
        &["2021", "2022"],
        &["1.5", "2.5"],
        &["T2N1M0"],
        &["25:10", "26:10"],
        &["12-34-5678"],
    ] {
        assert_eq!(form(texts), None, "{texts:?}");
    }
}

#[test]
fn numbers_come_back_as_their_texts() {
    for (kind, format, text, value) in [
        (Kind::Date, "%Y-%m-%d", "1970-01-02", 1.0),
        (Kind::Date, "%d/%m/%Y", "31/12/1969", -1.0),
        (Kind::Date, "%Y%m%d", "20000229", 11_016.0),
        (Kind::Datetime, "%Y-%m-%d %H:%M", "1969-12-31 23:59", -60.0),
        (Kind::Datetime, "%Y-%m-%dT%H:%M:%S", "1970-01-02T00:00:01", 86_401.0),
        (Kind::Time, "%H:%M", "15:08", 54_480.0),
    ] {
        assert_eq!(read(format, kind, text), Some(value), "{text}");
        assert_eq!(print(format, kind, value), text);
    }
    assert_eq!(settle("%H:%M", Kind::Time, 86_399.0), 86_340.0);
    assert_eq!(print("%Y-%m-%d", Kind::Date, 1e12), "9999-12-31");
}

#[test]
fn a_format_must_bring_its_date_back() {
    for (kind, good) in [
        (Kind::Date, "%d/%m/%Y"),
        (Kind::Date, "%Y%m%d"),
        (Kind::Datetime, "%Y-%m-%d %H:%M"),
        (Kind::Time, "%H:%M"),
    ] {
        assert!(is_format(good, kind), "{good}");
    }
    for (kind, bad) in [
        (Kind::Date, "%m/%Y"),
        (Kind::Date, "d/m/Y"),
        (Kind::Date, "%d/%d/%Y"),
        (Kind::Date, "%Q"),
        (Kind::Datetime, "%Y-%m-%d"),
        (Kind::Time, ""),
    ] {
        assert!(!is_format(bad, kind), "{bad}");
    }
}
