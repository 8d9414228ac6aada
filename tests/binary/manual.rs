//! What tells a user how to call the command: help with examples, completions, pages for `man`, and
//! the nearest name where one is misspelt.

use crate::desk::{Desk, small};

/// The commands, as the short help lists them.
fn commands(desk: &Desk) -> Vec<String> {
    let help = desk.mellizo("-h").good();
    let listed = help.out().split("Commands:\n").nth(1).expect("a list of commands");
    let lines = listed.lines().take_while(|line| !line.is_empty());
    let named = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_has_a_page_and_is_completed() {
    let desk = Desk::new();
    let commands = commands(&desk);
    assert!(commands.len() > 15 && commands.contains(&"check".to_owned()), "{commands:?}");
    let scripts = ["bash", "zsh", "fish", "elvish", "powershell"]
        .map(|shell| desk.mellizo(&format!("completions {shell}")).good().out().to_owned());
    let whole = desk.mellizo("man").good().out().to_owned();
    for command in commands.iter().filter(|command| *command != "help") {
        assert!(scripts.iter().all(|script| script.contains(command.as_str())), "{command}");
        assert!(whole.contains(&format!("mellizo\\-{command}(1)")), "{command} in {whole}");
        let page = desk.mellizo(&format!("man {command}")).good().out().to_owned();
        let title = format!(".TH mellizo-{command} 1");
        assert!(page.lines().any(|line| line.starts_with(&title)), "{page}");
    }
    desk.mellizo("man smaple").refused(2, &["\"smaple\"", "did you mean \"sample\"?"]);
}

#[test]
fn examples_stand_in_the_long_help_alone() {
    let desk = Desk::new();
    for command in ["run", "train", "check", "sample", "evaluate", "man", "completions"] {
        let [short, long] = ["-h", "--help"].map(|help| desk.mellizo(&format!("{command} {help}")));
        assert!(!short.good().out().contains("Examples:"), "{command}");
        let long = long.good();
        let examples = long.out().split("Examples:\n").nth(1).expect("examples");
        let lines: Vec<&str> = examples.lines().filter(|line| !line.starts_with("   ")).collect();
        assert!(lines.iter().all(|line| line.starts_with("  mellizo ")), "{lines:?}");
        assert!(examples.lines().all(|line| line.chars().count() <= 80), "{examples}");
    }
}

#[test]
fn the_nearest_name_is_offered() {
    let desk = Desk::new();
    desk.put("t.csv", "age,sex,stage\n61,f,I\n62,m,II\n63,f,I\n64,m,I\n");
    let recipe = small().to_toml();
    desk.put("keys.toml", recipe.replace("epochs = 2500", "epohcs = 2500"));
    desk.put("words.toml", recipe.replace("output = \"linear\"", "output = \"liner\""));
    let schema = "[[column]]\nname = \"age\"\nknid = \"integer\"\n";
    desk.put("schema.toml", schema);
    desk.put("roles.toml", "targets = [\"aeg\"]\n[[column]]\nname = \"age\"\nkind = \"integer\"\n");
    for (line, code, name) in [
        ("run t.csv --drop stge", 2, "\"stage\""),
        ("run t.csv --patient agee", 2, "\"age\""),
        ("run t.csv --missing sxe=9", 2, "\"sex\""),
        ("run t.csv --recipe jiont", 2, "\"joint\""),
        ("run t.csv --recipe keys.toml", 2, "`epochs`"),
        ("run t.csv --recipe words.toml", 2, "`linear`"),
        ("run t.csv --schema schema.toml", 3, "`kind`"),
        ("run t.csv --schema roles.toml", 3, "\"age\""),
        ("missing t.csv --drop Stage1", 2, "\"stage\""),
    ] {
        desk.mellizo(line).refused(code, &["did you mean", name]);
    }
}
