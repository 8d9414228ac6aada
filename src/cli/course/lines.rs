//! One JSON object a line and epoch.

use super::growing::Growing;
use super::steps;
use crate::cli::origin::file_name;
use ground::error::{Error, Place, Result};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;
use training::gan::{Epoch, Progress};

/// A log that is written while training goes on.
pub(super) struct Lines(Growing);

/// How much of a log a run that goes on keeps.
#[derive(Debug, Default, PartialEq)]
struct Kept {
    /// Bytes of the lines up to the step.
    bytes: u64,
    /// The last step of these.
    last: u64,
    /// Lines behind them.
    lines: usize,
    /// Whether the log ends within a line.
    half: bool,
}

impl Lines {
    /// Errors when the log of a run that goes on after so many steps is none.
    pub(super) fn check(path: &Path, steps: usize) -> Result<()> {
        kept(path, steps).map(drop)
    }

    /// Opens a new log, in place of an older one.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).map_err(|error| Error::io(path, error))?;
        Ok(Self(Growing::new(path, file, 0)))
    }

    /// Opens the log of a run that goes on after so many steps, and cuts off what it had told of
    /// later ones: that is told again. What the owner must know is returned, too.
    pub(super) fn go_on(path: &Path, steps: usize) -> Result<(Self, Option<String>)> {
        let kept = kept(path, steps)?;
        let failed = |error| Error::io(path, error);
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        let told = match &kept {
            Some(kept) => {
                if kept.lines > 0 || kept.half {
                    file.set_len(kept.bytes).map_err(failed)?;
                }
                kept.told(&file_name(path), steps)
            }
            None if steps == 0 => None,
            None => {
                let name = file_name(path);
                Some(format!("the log {name} is not there any more: it begins after step {steps}"))
            }
        };
        let whole = kept.map_or(0, |kept| kept.bytes);
        Ok((Self(Growing::new(path, file, whole)), told))
    }

    /// Writes epochs, and hands them to the system at once.
    pub(super) fn write(
        &mut self,
        progress: &Progress,
        epochs: &[Epoch],
    ) -> std::result::Result<(), (String, std::io::Error)> {
        let text: String =
            epochs.iter().map(|epoch| format!("{}\n", line(progress, epoch))).collect();
        self.0.push(text.as_bytes())
    }
}

#[cfg(test)]
impl From<Growing> for Lines {
    fn from(file: Growing) -> Self {
        Self(file)
    }
}

impl Kept {
    /// What is said of a log of this name; nothing where all of it is kept, and nothing is lacking.
    fn told(&self, name: &str, steps: usize) -> Option<String> {
        let lines = match self.lines {
            0 => None,
            1 => Some("1 line of later steps, which is written again".to_owned()),
            lines => Some(format!("{lines} lines of later steps, which are written again")),
        };
        let half = self.half.then(|| "a line without an end".to_owned());
        let removed: Vec<String> = lines.into_iter().chain(half).collect();
        let cut = (!removed.is_empty()).then(|| format!("loses {}", removed.join(", and ")));
        let lacks = self.last < steps as u64;
        let lacks = lacks.then(|| format!("lacks what came after step {}", self.last));
        let all: Vec<String> = cut.into_iter().chain(lacks).collect();
        let goes_on = format!("the run goes on after step {steps}: the log {name}");
        (!all.is_empty()).then(|| format!("{goes_on} {}", all.join(", and ")))
    }
}

/// How much of a log is kept of a run that goes on after so many steps; none where there is none.
///
/// Errors ([`Error::Input`]): a line that is none of a log, which must not be cut off.
fn kept(path: &Path, steps: usize) -> Result<Option<Kept>> {
    let failed = |error| Error::io(path, error);
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(failed)?,
    };
    let (mut file, mut line, mut kept, mut row) =
        (BufReader::new(file), vec![], Kept::default(), 0);
    while file.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        row += 1;
        let strange = || {
            let problem = "the file is no log of a training";
            Error::input(Place::file(path).row(row), problem, "name another one with --log FILE")
        };
        if !line.ends_with(b"\n") {
            kept.half = line.starts_with(b"{");
            return if kept.half { Ok(Some(kept)) } else { Err(strange()) };
        }
        let read: Option<Value> = serde_json::from_slice(&line).ok();
        let step = read.filter(|of| of["epoch"].is_u64()).and_then(|of| of["step"].as_u64());
        let step = step.ok_or_else(strange)?;
        match kept.lines {
            0 if step <= steps as u64 => {
                kept.bytes += line.len() as u64;
                kept.last = step;
            }
            _ => kept.lines += 1,
        }
        line.clear();
    }
    Ok(Some(kept))
}

/// Numbers that are not finite are null.
fn line(progress: &Progress, epoch: &Epoch) -> Value {
    let discriminator = epoch.discriminator;
    json!({
        "epoch": epoch.epoch,
        "step": steps(progress, epoch),
        "model": epoch.model,
        "seconds": progress.elapsed.as_secs_f64(),
        "generator_loss": epoch.generator_loss,
        "discriminator_loss": discriminator.map(|of| of.loss),
        "real_probability": discriminator.map(|of| of.real_probability),
        "fake_probability": discriminator.map(|of| of.fake_probability),
        "marginal_frechet": epoch.marginal,
        "joint_frechet": epoch.joint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(steps: &[u64], rest: &str) -> String {
        let line = |step: &u64| format!("{{\"epoch\":{step},\"step\":{step}}}\n");
        steps.iter().map(line).collect::<String>() + rest
    }

    #[test]
    fn a_log_is_cut_back_to_the_step_of_the_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let cut = |text: &str, steps: usize| {
            std::fs::write(&path, text).unwrap();
            let (_, told) = Lines::go_on(&path, steps).unwrap();
            (std::fs::read_to_string(&path).unwrap(), told.unwrap_or_default())
        };
        // Of two models the second one's line may be the half one.
        for (steps, rest, after, kept, said) in [
            (vec![4, 4, 8, 8], "", 8, vec![4, 4, 8, 8], ""),
            (vec![4, 4, 8], "{\"epo", 4, vec![4, 4], "1 line of later steps, which is"),
            (vec![4, 4, 8, 8], "{\"epo", 8, vec![4, 4, 8, 8], "loses a line without an end"),
            (vec![4, 4, 8, 8], "", 0, vec![], "4 lines of later steps, which are"),
            (vec![4, 4], "{", 8, vec![4, 4], "lacks what came after step 4"),
            (vec![], "{\"epoch\":4,\"step\":4}", 4, vec![], "a line without an end"),
        ] {
            let (text, told) = cut(&log(&steps, rest), after);
            assert_eq!(text, log(&kept, ""), "{steps:?} {rest} after {after}");
            assert!(told.contains(said) && told.is_empty() == said.is_empty(), "{told}");
        }
        for text in ["mine\n", "mine", "{\"step\":4}\n", "{\"epoch\":4,\"step\":4}\nmine"] {
            std::fs::write(&path, text).unwrap();
            let error = Lines::go_on(&path, 2).err().expect("it is no log").to_string();
            assert!(error.contains("no log of a training"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        std::fs::remove_file(&path).unwrap();
        let (_, told) = Lines::go_on(&path, 8).unwrap();
        assert!(told.unwrap().contains("begins after step 8"));
    }
}
