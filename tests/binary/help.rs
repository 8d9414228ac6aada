//! What `-h` and `--help` print: as it was when somebody last read it.
//!
//! `MELLIZO_KEEP_HELP=1` keeps what is printed now in `tests/fixtures/help`: read the difference.

use crate::desk::Desk;
use std::path::{Path, PathBuf};

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/help/{name}.txt"))
}

fn printed(desk: &Desk, line: &str) -> String {
    let output = desk.command(line, &[]).output().expect("the binary runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{line}");
    String::from_utf8(output.stdout).expect("text")
}

/// The commands that the whole help lists.
fn commands(desk: &Desk) -> Vec<String> {
    let text = printed(desk, "-h");
    let list = text.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = list.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn help_is_what_somebody_has_read() {
    let (desk, keep) = (Desk::new(), std::env::var_os("MELLIZO_KEEP_HELP").is_some());
    let names = commands(&desk);
    assert!(names.len() > 15, "{names:?}");
    for name in std::iter::once(String::new()).chain(names) {
        let short = printed(&desk, format!("{name} -h").trim());
        let long = printed(&desk, format!("{name} --help").trim());
        assert!(short.lines().count() <= long.lines().count(), "{name}: -h is the longer one");
        let text = format!("$ mellizo {name} -h\n{short}\n$ mellizo {name} --help\n{long}");
        let path = kept(if name.is_empty() { "mellizo" } else { &name });
        if keep {
            std::fs::write(&path, text).expect("the fixtures are writable");
        } else {
            let before = std::fs::read_to_string(&path).unwrap_or_default();
            let differ = text.lines().zip(before.lines()).find(|(now, before)| now != before);
            assert!(
                text == before,
                "{} is not what is printed, from here on: {differ:?}\nMELLIZO_KEEP_HELP=1 keeps \
                 it",
                path.display()
            );
        }
    }
}

/// As wide as the terminal, and 80 columns at most, which is also what a file gets.
#[test]
fn help_fits_a_terminal() {
    let desk = Desk::new();
    for name in std::iter::once(String::new()).chain(commands(&desk)) {
        for form in ["-h", "--help"] {
            let line = format!("{name} {form}");
            let on = |columns: Option<&str>| {
                let mut command = desk.command(line.trim(), &[]);
                columns.map(|columns| command.env("COLUMNS", columns));
                String::from_utf8(command.output().expect("the binary runs").stdout).expect("text")
            };
            let [file, wide, narrow] = [None, Some("200"), Some("50")].map(on);
            let over = |most: usize, text: &str| -> Vec<String> {
                let over = text.lines().filter(|line| line.chars().count() > most);
                over.map(str::to_owned).collect()
            };
            assert_eq!(over(80, &file), Vec::<String>::new(), "{line}");
            assert_eq!(file, wide, "{line} on a wide terminal");
            // What is left are words, and the tables of names before the texts.
            assert!(over(50, &narrow).len() < over(50, &file).len(), "{line} on 50 columns");
        }
    }
}
