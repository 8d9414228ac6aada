//! What is no rule: refused with its line and a way out.

use super::cleaning_desk::{cleaned, refused, rules, says};
use clinical::cleaning::Rules;

#[test]
fn a_bad_file_is_refused_with_its_line() {
    for (text, parts) in [
        ("", vec!["has no rules"]),
        (
            "[[rule]]\nkind = \"missing\"\ncodes = [\"NA\"]\ncolums = [\"a\"]\n",
            vec!["line 5", "colums"],
        ),
        ("[[rule]]\nkind = \"mising\"\n", vec!["line 1", "did you mean \"missing\""]),
        ("[[rule]]\ncodes = [1]\n", vec!["line 1", "`kind`"]),
        ("\n[[rule]]\nkind = \"missing\"\n", vec!["codes"]),
        ("version = 3\n", vec!["line 1", "version"]),
        ("[[rule]]\nkind = \"missing\"\ncodes = \n", vec!["line 4"]),
        (
            "[[rule]]\nkind = \"derive\"\ninto = \"x\"\nhow = \"most\"\ncolumns = [\"a\"]\n",
            vec!["line 5", "most"],
        ),
        (
            "[[rule]]\nkind = \"recode\"\ncolumns = [\"a\"]\nlevels = { a = 1, A = 2 }\nignore_case = true\n",
            vec!["same level"],
        ),
        ("[[rule]]\nkind = \"range\"\nranges.a = { min = 2, max = 1 }\n", vec!["above `max`"]),
        ("[[rule]]\nkind = \"drop_rows\"\nempty = true\n", vec!["`column`"]),
        ("[[rule]]\nkind = \"drop_dates\"\nformats = [\"%d/%m\"]\n", vec!["%d/%m"]),
        ("[[rule]]\nkind = \"missing\"\niteration = 0\ncodes = [1]\n", vec!["1 to 99"]),
    ] {
        let error = rules(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert_eq!(error.exit_code(), 3);
        says(&error.to_string(), &[vec!["rules.toml"], parts].concat(), "");
    }
    let error =
        Rules::from_toml("[[rule]]\nkind = \"drop\"\nreason = \" \"\ncolumns = [\"a\"]\n", "r")
            .err()
            .unwrap();
    says(&error.to_string(), &["without a reason"], "");
}

#[test]
fn a_column_that_is_not_there_finds_its_nearest() {
    let error =
        refused("pack_years,age\n1,2\n", "[[rule]]\nkind = \"drop\"\ncolumns = [\"pack_yaers\"]\n");
    says(&error, &["rule 1 (drop, line 1)", "\"pack_yaers\"", "did you mean \"pack_years\"?"], "");
    let error = refused("a\n1\n", "[[rule]]\nkind = \"drop\"\ncolumns = [\"q_*\"]\n");
    says(&error, &["no column fits the pattern \"q_*\""], "");
}

#[test]
fn a_rule_that_changes_nothing_leaves_its_line() {
    let outcome = cleaned("a\n1\n", "[[rule]]\nkind = \"missing\"\ncodes = [\"NA\"]\n");
    assert!(outcome.last().is_idle() && outcome.last().cells == 0 && outcome.log.rules.len() == 1);
    let text = mellizo_report::cleaning::log_markdown(&outcome.log);
    assert!(
        text.contains("(changed nothing). Why: because | 1 | – | 0 | 0 | 0 | 1 | 1 | 0 |"),
        "{text}"
    );
}
