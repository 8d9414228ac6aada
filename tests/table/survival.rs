//! Time and event of a schema: which value is the event, and what is refused.

use ground::error::Place;
use table::Schema;
use table::survival::Outcome;

const COLUMNS: &str = r#"
[[column]]
name = "days"
kind = "integer"
[[column]]
name = "death"
kind = "boolean"
levels = ["no", "yes"]
[[column]]
name = "state"
kind = "nominal"
levels = ["seen", "moved", "dead"]
[[column]]
name = "status"
kind = "integer"
[[column]]
name = "status=2"
kind = "boolean"
levels = ["0", "1"]
[[column]]
name = "vital"
kind = "boolean"
levels = ["alive", "dead"]
[[column]]
name = "seen"
kind = "date"
"#;

fn schema(keys: &str) -> Schema {
    Schema::from_toml(&format!("{keys}\n{COLUMNS}"), "schema.toml").unwrap()
}

fn refused(keys: &str, parts: &[&str]) {
    let error = Schema::from_toml(&format!("{keys}\n{COLUMNS}"), "schema.toml").unwrap_err();
    let message = error.to_string();
    assert_eq!((error.exit_code(), message.contains('\n')), (3, false), "{message}");
    parts.iter().for_each(|part| assert!(message.contains(part), "{part}: {message}"));
}

fn outcome(keys: &str) -> (usize, usize, String) {
    let schema = schema(keys);
    let outcome = Outcome::of(&schema).unwrap();
    (outcome.time, outcome.event, outcome.text(&schema))
}

#[test]
fn the_event_is_1_or_a_yes_or_the_value_that_is_named() {
    assert_eq!(Outcome::of(&schema("")), None);
    assert_eq!(outcome("time = \"days\"\nevent = \"death\""), (0, 1, "yes".into()));
    assert_eq!(outcome("time = \"days\"\nevent = \"death=no\""), (0, 1, "no".into()));
    assert_eq!(outcome("time = \"days\"\nevent = \"state = dead\""), (0, 2, "dead".into()));
    assert_eq!(outcome("time = \"days\"\nevent = \"status\""), (0, 3, "1".into()));
    // A column's name comes before a value.
    assert_eq!(outcome("time = \"days\"\nevent = \"status=2\""), (0, 4, "1".into()));
    assert_eq!(outcome("time = \"days\"\nevent = \"status=3\""), (0, 3, "3".into()));
    assert_eq!(outcome("time = \"days\"\nevent = \"vital=dead\""), (0, 5, "dead".into()));
}

#[test]
fn what_is_not_clear_is_refused_with_a_remedy() {
    refused("time = \"days\"", &["days", "only one is given"]);
    refused("event = \"death\"", &["death", "only one is given"]);
    refused("time = \"weeks\"\nevent = \"death\"", &["weeks", "`time` names a column that the"]);
    refused("time = \"days\"\nevent = \"died\"", &["died", "`event` names a column that the"]);
    refused("time = \"death\"\nevent = \"death\"", &["kind Boolean", "how long"]);
    refused("time = \"seen\"\nevent = \"death\"", &["kind date"]);
    refused("time = \"days\"\nevent = \"seen\"", &["dates"]);
    refused("time = \"days\"\nevent = \"days=3\"", &["one column"]);
    refused("time = \"days\"\nevent = \"vital\"", &["not clear", "vital=VALUE"]);
    refused("time = \"days\"\nevent = \"state\"", &["not clear", "state=VALUE"]);
    refused("time = \"days\"\nevent = \"state=gone\"", &["a level that the column lacks"]);
    refused("time = \"days\"\nevent = \"status=x\"", &["no number"]);
}

fn checked(keys: &str, numbers: &[f64]) -> Result<(), String> {
    let schema = schema(keys);
    let columns = schema.columns.len();
    let cells = ground::matrix::Matrix::from_fn(numbers.len(), columns, |row, column| {
        if column == 3 { numbers[row] } else { 0.0 }
    });
    let table = table::Table { schema, cells, patients: None };
    table.check_survival(&Place::file("cohort.csv")).map_err(|error| {
        assert_eq!(error.exit_code(), 3);
        error.to_string()
    })
}

#[test]
fn numbers_are_an_event_where_they_are_0_and_1_or_one_is_named() {
    let keys = "time = \"days\"\nevent = \"status\"";
    assert_eq!(checked(keys, &[0.0, 1.0, f64::NAN]), Ok(()));
    let error = checked(keys, &[1.0, 2.0, 1.0]).unwrap_err();
    for part in ["cohort.csv", "status", "not 0 and 1", "status=VALUE"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let named = "time = \"days\"\nevent = \"status=5\"";
    assert_eq!(checked(named, &[1.0, 5.0]), Ok(()));
    assert!(checked(named, &[1.0, 2.0]).unwrap_err().contains("no patient has that value"));
}

#[test]
fn a_patient_without_time_or_event_is_not_followed() {
    let outcome = Outcome::of(&schema("time = \"days\"\nevent = \"status=3\"")).unwrap();
    let row = |days: f64, status: f64| [days, 0.0, 0.0, status, 0.0, 0.0, 0.0];
    assert_eq!(outcome.read(&row(7.0, 3.0)), Some((7.0, true)));
    assert_eq!(outcome.read(&row(0.0, 1.0)), Some((0.0, false)));
    assert_eq!(outcome.read(&row(-1.0, 3.0)), None);
    assert_eq!(outcome.read(&row(f64::NAN, 3.0)), None);
    assert_eq!(outcome.read(&row(7.0, f64::NAN)), None);
}

#[test]
fn survival_is_forgotten_with_its_columns_and_not_before() {
    let mut kept = schema("time = \"days\"\nevent = \"state=dead\"");
    kept.columns.retain(|column| column.name != "status");
    kept.forget_survival();
    assert_eq!(kept.event.as_deref(), Some("state=dead"));
    kept.columns.retain(|column| column.name != "state");
    kept.forget_survival();
    assert_eq!((kept.time, kept.event), (None, None));
    let text = schema("time = \"days\"\nevent = \"state=dead\"").to_toml();
    let again = Schema::from_toml(&text, "again.toml").unwrap();
    assert_eq!(again.event.as_deref(), Some("state=dead"));
}
