//! Rules about columns and dates: drop_open, duration, drop_dates, select, rename, drop,
//! drop_identifiers.

use super::cleaning_desk::{cleaned, lenient, refused, says};

#[test]
fn two_dates_become_a_duration() {
    let rule = "[[rule]]\nkind = \"duration\"\nfrom = \"a\"\nto = \"b\"\ninto = \
                \"months\"\nformats = [\"%d/%m/%Y\", \"%Y-%m-%d\"]\nunit = \"months\"\ndecimals \
                = 1\n";
    let outcome = cleaned("a,b\n01/01/2020,2021-01-01\n,01/02/2020\n01/02/2020,01/02/2020\n", rule);
    // 366 days / (365.25 / 12)
    assert_eq!(
        outcome.cohort,
        "a,b,months\n01/01/2020,2021-01-01,12.0\n,01/02/2020,\n01/02/2020,01/02/2020,0.0\n"
    );
    assert_eq!(outcome.counts(), ["months: 2 0 0 0"]);
    assert_eq!(outcome.last().notes, ["1 incomplete, with one of the two dates"]);
    let backwards = "a,b\n05/01/2020,01/01/2020\n";
    says(&refused(backwards, rule), &["row 1, column \"b\"", "before that of \"a\""], "2020");
    assert_eq!(lenient(backwards, rule).cohort, "a,b,months\n05/01/2020,01/01/2020,\n");
    let kept = format!("{rule}negative = \"keep\"\n").replace("months\"\ndecimals = 1", "days\"");
    assert_eq!(cleaned(backwards, &kept).cohort, "a,b,months\n05/01/2020,01/01/2020,-4\n");
    let error = refused("a,b\n31/02/2020,01/01/2020\n", rule);
    says(&error, &["row 1, column \"a\"", "instead of a date"], "31/02");
    let outcome = lenient("a,b\n31/02/2020,01/01/2020\n", rule);
    assert_eq!(
        (outcome.cohort.as_str(), outcome.log.unreadable()),
        ("a,b,months\n,01/01/2020,\n", 1)
    );
}

#[test]
fn leap_days_are_days_of_a_year() {
    let rule = "[[rule]]\nkind = \"duration\"\nfrom = \"a\"\nto = \"b\"\ninto = \"years\"\n\
                formats = [\"%Y-%m-%d\"]\nunit = \"years\"\ndecimals = 3\n";
    // Eight years with two leap days are 2922 days, 8 x 365.25.
    let outcome = cleaned("a,b\n2001-01-01,2009-01-01\n2001-01-01,2002-01-01\n", rule);
    let expected = "a,b,years\n2001-01-01,2009-01-01,8.000\n2001-01-01,2002-01-01,0.999\n";
    assert_eq!(outcome.cohort, expected);
}

#[test]
fn other_dates_go_and_what_is_partly_dates_is_named() {
    let rule = "[[rule]]\nkind = \"drop_dates\"\nformats = [\"%d/%m/%Y\"]\n";
    let outcome = cleaned("n,d,half,void\n1,01/02/2020,01/02/2020,\n2,,soon,\n", rule);
    assert_eq!(outcome.cohort, "n,half,void\n1,01/02/2020,\n2,soon,\n");
    assert_eq!(outcome.last().columns_dropped, ["d"]);
    assert_eq!(outcome.last().notes, ["1 kept, with some dates but too few: \"half\""]);
}

#[test]
fn open_responses_go_by_share_by_text_and_by_name() {
    let mut csv = "n,seldom,free,observations,code\n".to_owned();
    for row in 0..80 {
        let seldom = if row == 0 { "x" } else { "" };
        csv.push_str(&format!(
            "{row},{seldom},a long remark about patient {row},,a long code number {row}\n"
        ));
    }
    let rule = "[[rule]]\nkind = \"drop_open\"\nresponse = 0.0125\ntexts_above = 50\nlength_above \
                = 15\nexcept = [\"code\"]\n";
    let outcome = cleaned(&csv, rule);
    assert_eq!(
        outcome.log.columns,
        ["n", "seldom", "code"],
        "1 of 80 is exactly 1.25 %, which is not below"
    );
    assert_eq!(
        outcome.last().notes,
        ["1 answered by too few: \"observations\"", "1 free text: \"free\""]
    );
    let above = cleaned(&csv, &rule.replace("0.0125", "0.0126"));
    assert_eq!(above.last().columns_dropped, ["seldom", "free", "observations"]);
    let named = cleaned(
        &csv,
        "[[rule]]\nkind = \"drop_open\"\nnamed = [\"obs*\", \"code\"]\nexcept = [\"code\"]\n",
    );
    assert_eq!(named.last().columns_dropped, ["observations"]);
}

#[test]
fn a_selection_orders_and_renames() {
    let rule = "[[rule]]\nkind = \"select\"\ncolumns = [\"c\", { first = \"a\" }, \"q_*\", \
                \"c\"]\nexpect = 4\n";
    let outcome = cleaned("a,b,q_1,c,q_2\n1,2,3,4,5\n", rule);
    assert_eq!(outcome.cohort, "c,first,q_1,q_2\n4,1,3,5\n");
    assert_eq!(outcome.last().columns_dropped, ["b"]);
    assert_eq!((outcome.last().columns_renamed[0].old.as_str(), outcome.last().cells), ("a", 0));
    says(
        &refused("a,b,q_1,c\n1,2,3,4\n", rule),
        &["3 columns would be left", "`expect` says 4"],
        "",
    );
    let swap =
        cleaned("a,b\n1,2\n", "[[rule]]\nkind = \"rename\"\ncolumns = { a = \"b\", b = \"a\" }\n");
    assert_eq!(swap.cohort, "b,a\n1,2\n");
    let clash = refused("a,b\n1,2\n", "[[rule]]\nkind = \"rename\"\ncolumns = { a = \"b\" }\n");
    says(&clash, &["two columns would be called \"a\""], "");
}

#[test]
fn identifiers_leave_nothing_behind() {
    let rules = "[[rule]]\nkind = \"missing\"\ncodes = [\"SECRET-1\"]\n[[rule]]\nkind = \
                 \"rename\"\ncolumns = { nhc = \"id\" }\n[[rule]]\nkind = \
                 \"drop_identifiers\"\ncolumns = [\"nhc\"]\n";
    let outcome = cleaned("id,a\nSECRET-1,1\nSECRET-2,2\n", rules);
    assert_eq!(outcome.cohort, "a\n1\n2\n");
    assert_eq!(outcome.last().columns_dropped, ["nhc"]);
    assert_eq!(outcome.log.rules[0].cells, 1);
    assert!(!outcome.changes.contains("SECRET"), "{}", outcome.changes);
    let all = refused("a\n1\n", "[[rule]]\nkind = \"drop\"\ncolumns = [\"*\"]\n");
    says(&all, &["no column would be left"], "");
}
