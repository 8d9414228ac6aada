//! The licence of everything that is linked is one of those that `deny.toml` allows, also where
//! nobody has installed cargo-deny.

use serde_json::Value;
use std::process::Command;

/// What a command prints.
fn told(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The packages that are compiled here, with their licences.
fn packages() -> Vec<(String, String)> {
    let version = String::from_utf8(told("rustc", &["-vV"])).expect("text");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    // Those of other systems may not have been fetched.
    let arguments = ["metadata", "--format-version", "1", "--all-features", "--locked"];
    let offline = ["--offline", "--filter-platform", host];
    let metadata: Value =
        serde_json::from_slice(&told("cargo", &[&arguments[..], &offline].concat())).expect("JSON");
    let text = |package: &Value, key: &str| package[key].as_str().unwrap_or_default().to_owned();
    let all = metadata["packages"].as_array().expect("a list");
    all.iter().map(|package| (text(package, "name"), text(package, "license"))).collect()
}

/// Packages without a licence that `allowed` has.
fn refused<'a>(packages: &'a [(String, String)], allowed: &[String]) -> Vec<&'a str> {
    let fits = |licence: &str| {
        let expression = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
        expression.is_ok_and(|expression| {
            expression.evaluate(|wanted| allowed.contains(&wanted.to_string()))
        })
    };
    packages.iter().filter(|(_, licence)| !fits(licence)).map(|(name, _)| name.as_str()).collect()
}

fn allowed() -> Vec<String> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml")).unwrap();
    let deny: toml::Table = toml::from_str(&text).expect("TOML");
    let list = deny["licenses"]["allow"].as_array().expect("a list");
    list.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let packages = packages();
    assert!(packages.len() > 100, "{} packages", packages.len());
    assert_eq!(refused(&packages, &allowed()), Vec::<&str>::new());
}

#[test]
fn a_licence_that_is_not_allowed_is_seen() {
    let of = |licence: &str| vec![("one".to_owned(), licence.to_owned())];
    let allowed = allowed();
    for licence in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR GPL-2.0) AND Unicode-3.0"] {
        assert_eq!(refused(&of(licence), &allowed), Vec::<&str>::new(), "{licence}");
    }
    for licence in ["", "GPL-3.0", "MIT AND GPL-3.0", "AGPL-3.0-only OR SSPL-1.0"] {
        assert_eq!(refused(&of(licence), &allowed), ["one"], "{licence}");
    }
}
