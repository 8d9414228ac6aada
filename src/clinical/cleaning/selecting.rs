//! `select` and `rename`: which columns stay, in which order and under which names.

use super::action::Action;
use super::word::listed;
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The keys of `select`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Select {
    columns: Vec<Pick>,
    expect: Option<usize>,
}

/// `"name"`, `"pattern_*"` or `{ new = "old" }`.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a name, a pattern, or { new = \"old\" }")]
enum Pick {
    Name(String),
    Renamed(BTreeMap<String, String>),
}

impl Action for Select {
    fn check(&self) -> std::result::Result<(), String> {
        if self.columns.is_empty() {
            return Err("`columns` is empty".into());
        }
        for pick in &self.columns {
            if let Pick::Renamed(pair) = pick {
                if pair.len() != 1 {
                    return Err("write each renamed column as { new = \"old\" } of its own".into());
                }
                check_names(pair)?;
            }
        }
        Ok(())
    }

    fn what(&self) -> String {
        let names: Vec<&str> = self.columns.iter().flat_map(Pick::shown).collect();
        format!("these columns alone, in this order: {}", listed(&names))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let names = work.names();
        let (mut order, mut renamed) = (Vec::new(), Vec::new());
        let mut taken = vec![false; names.len()];
        for pick in &self.columns {
            let found = match pick {
                Pick::Name(entry) => work.find(&names, entry)?,
                Pick::Renamed(pair) => {
                    let (new, old) = pair.iter().next().expect("checked");
                    let position = work.position(old)?;
                    renamed.push((position, new.as_str()));
                    vec![position]
                }
            };
            for position in found {
                if !std::mem::replace(&mut taken[position], true) {
                    order.push(position);
                }
            }
        }
        if let Some(expect) = self.expect.filter(|&expect| expect != order.len()) {
            let problem =
                format!("{} columns would be left, where `expect` says {expect}", order.len());
            return Err(work.fault(problem, "check the names and patterns, or correct `expect`"));
        }
        work.keep_columns(&order)?;
        let place = |old: usize| {
            order.iter().position(|&position| position == old).expect("a renamed column is kept")
        };
        let renamed: Vec<(usize, &str)> =
            renamed.into_iter().map(|(old, new)| (place(old), new)).collect();
        work.rename(&renamed)
    }
}

impl Pick {
    fn shown(&self) -> Vec<&str> {
        match self {
            Self::Name(name) => vec![name],
            Self::Renamed(pair) => pair.keys().map(String::as_str).collect(),
        }
    }
}

/// The keys of `rename`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rename {
    columns: BTreeMap<String, String>,
}

impl Action for Rename {
    fn check(&self) -> std::result::Result<(), String> {
        if self.columns.is_empty() {
            return Err("`columns` is empty: write { new = \"old\" }".into());
        }
        let mut old: Vec<&String> = self.columns.values().collect();
        old.sort_unstable();
        match old.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("{:?} would get two names", pair[0])),
            None => check_names(&self.columns),
        }
    }

    fn what(&self) -> String {
        let pairs: Vec<String> =
            self.columns.iter().map(|(new, old)| format!("{old:?} as {new:?}")).collect();
        format!("columns renamed: {}", pairs.join(", "))
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let mut renamed = Vec::with_capacity(self.columns.len());
        for (new, old) in &self.columns {
            renamed.push((work.position(old)?, new.as_str()));
        }
        work.rename(&renamed)
    }
}

fn check_names(pairs: &BTreeMap<String, String>) -> std::result::Result<(), String> {
    match pairs.keys().find(|name| name.is_empty() || name.trim() != name.as_str()) {
        Some(name) => {
            Err(format!("{name:?} is no name of a column: it is empty or has blanks around it"))
        }
        None => Ok(()),
    }
}
