//! `limits`: a detection limit such as `<0.5` becomes a number, or an empty cell.

use super::action::Action;
use super::selection::{Names, described};
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;
use table::quantity::{Side, limit};

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionLimits {
    columns: Names,
    #[serde(default)]
    except: Names,
    #[serde(default)]
    value: Stand,
}

/// What stands for a value beyond a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stand {
    /// The limit itself.
    #[default]
    Limit,
    /// Half of a lower limit; an upper one itself.
    Half,
    /// Nothing.
    Empty,
}

impl Action for DetectionLimits {
    fn what(&self) -> String {
        let stand = match self.value {
            Stand::Limit => "by the limit",
            Stand::Half => "by half of a lower limit, by an upper one",
            Stand::Empty => "by an empty cell",
        };
        let columns = described(Some(&self.columns), &self.except);
        format!("detection limits replaced {stand} in {columns}")
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        for column in work.choose(Some(&self.columns), &self.except)? {
            let (mut below, mut above) = (0, 0);
            work.revise(column, "", |cell| {
                let Some((side, number)) = limit(cell) else { return Ruling::Keep };
                match side {
                    Side::Below => below += 1,
                    Side::Above => above += 1,
                }
                Ruling::Become(match (self.value, side) {
                    (Stand::Empty, _) => "".into(),
                    (Stand::Half, Side::Below) => (number / 2.0).to_string().into(),
                    _ => number.to_string().into(),
                })
            })?;
            if below + above > 0 {
                let name = work.name(column).to_owned();
                work.note(format!("{name}: {below} below a limit, {above} above one"));
            }
        }
        Ok(())
    }
}
