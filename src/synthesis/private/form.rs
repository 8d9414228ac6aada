//! A form for what is public of a table.

use table::{Column, Kind, Schema};

const HEAD: &str = "\
# What is public of a table, for `mellizo run TABLE --schema FILE --recipe private --epsilon 3`.
# Fill in levels and ranges from what is known without the patients: the protocol, the code book,
# medicine. Nothing here was taken from the rows but names and kinds.
# A column of numbers may also have:
#   scale = \"log\"     if its logarithms spread evenly; with offset = 1 if it has zeros
#   spikes = [0]      values that many patients share
#   heaps = 10        its multiples are more frequent than other values, as people round
#   values = [0, 5]   all values that it may have, in place of range and step
# At the top, relations = [\"admitted <= discharged\"] lists what every patient keeps.
";

/// A form with the names and kinds of a schema, and nothing else of it.
///
/// It is refused as a schema until it is filled in.
pub fn form(schema: &Schema) -> String {
    let columns = schema.columns.iter().map(column);
    std::iter::once(HEAD.to_owned()).chain(columns).collect()
}

fn column(column: &Column) -> String {
    let name = toml_text(&column.name);
    let kind = column.kind.to_string().to_lowercase();
    let open = match column.kind {
        Kind::Boolean | Kind::Ordinal | Kind::Nominal => {
            "levels = []     # all texts that it may have\n"
        }
        Kind::Numerical => {
            "range = []      # least and greatest value\nstep = 0        # distance of neighbouring values\n"
        }
        Kind::Integer => "range = []      # least and greatest value\n",
        Kind::Date | Kind::Datetime | Kind::Time => "range = []      # first and last, as text\n",
    };
    format!("\n[[column]]\nname = {name}\nkind = \"{kind}\"\n{open}")
}

/// A TOML string.
fn toml_text(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| match c {
        '"' | '\\' => vec!['\\', c],
        c if c.is_control() => format!("\\u{:04X}", c as u32).chars().collect(),
        c => vec![c],
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_names_and_kinds_and_is_refused_until_it_is_filled_in() {
        let text = r#"
            column = [
            { name = "a \"b\"", kind = "integer", range = [3, 77] },
            { name = "site", kind = "nominal", levels = ["north", "south"] },
            { name = "cost", kind = "numerical", decimals = 3 },
            ]"#;
        let form = form(&Schema::from_toml(text, "s.toml").unwrap());
        for secret in ["77", "north", "south", "decimals"] {
            assert!(!form.contains(secret), "{secret} in {form}");
        }
        assert!(Schema::from_toml(&form, "form.toml").is_err());
        let filled = form
            .replacen("range = []", "range = [0, 9]", 1)
            .replace("levels = []", "levels = [\"x\"]")
            .replace("range = []", "range = [0, 1]")
            .replace("step = 0 ", "step = 0.1 ");
        let schema = Schema::from_toml(&filled, "form.toml").unwrap();
        assert_eq!(schema.columns[0].name, "a \"b\"");
    }
}
