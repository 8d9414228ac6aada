//! Which rows of a table are learned from, which are kept back, and who they are of.

use crate::synthesis::Settings;
use crate::synthesis::parts::{Constraints, Word};
use ground::error::{Error, Place, Result};
use table::clean::{Cleaning, DroppedPatient, Size, Thresholds, clean, select};
use table::few::pooled;
use table::relations::{Found, still};
use table::{Schema, Table};

/// Relations that a warning names at most.
const NAMED: usize = 5;

/// The table with who each row is of, where the settings say it and the table does not.
///
/// Errors ([`Error::Usage`]): another number of rows.
pub(super) fn with_patients(table: &Table, settings: &Settings) -> Result<Option<Table>> {
    let Some(patients) = settings.patients.as_ref().filter(|_| table.patients.is_none()) else {
        return Ok(None);
    };
    if patients.len() != table.rows() {
        let (rows, of) = (table.rows(), patients.len());
        return Err(Error::Usage(format!("{rows} rows, and patients of {of} rows")));
    }
    Ok(Some(Table { patients: Some(patients.clone()), ..table.clone() }))
}

/// The patients to train on, and those kept back, before anything is looked at.
pub(super) struct Parted {
    /// Numbers of the rows to train on.
    learned: Vec<usize>,
    /// Numbers of the rows kept back, where there are to be some.
    kept_back: Option<Vec<usize>>,
}

impl Parted {
    /// As the settings say it.
    ///
    /// Errors ([`Error::Input`]): nobody on one side.
    pub(super) fn of(table: &Table, settings: &Settings) -> Result<Self> {
        let Some(fraction) = settings.holdout else {
            return Ok(Self { learned: (0..table.rows()).collect(), kept_back: None });
        };
        let [learned, kept_back] = table.keep_back(fraction, settings.seed);
        if learned.is_empty() || kept_back.is_empty() {
            let patients = table.patients_of(0..table.rows());
            let problem = format!(
                "keeping back {fraction} of {patients} patients leaves one side without any"
            );
            let remedy = "give more patients, or another --holdout FRACTION";
            return Err(Error::input(Place::file(&settings.name), problem, remedy));
        }
        Ok(Self { learned, kept_back: Some(kept_back) })
    }

    /// Both sides without what is mostly empty: the learned rows alone say how much a feature and a
    /// patient may miss.
    ///
    /// Errors: those of [`clean`], and nobody left among those kept back.
    pub(super) fn cleaned(
        self,
        table: &Table,
        thresholds: Thresholds,
    ) -> Result<(Table, Option<Table>, Cleaning)> {
        let Some(kept_back) = self.kept_back else {
            let (table, cleaning) = clean(table, thresholds)?;
            return Ok((table, None, cleaning));
        };
        let (learned, mut cleaning) = clean(&table.rows_of(&self.learned), thresholds)?;
        for patient in &mut cleaning.patients {
            patient.row = self.learned[patient.row - 1] + 1;
        }
        let missing = table.missing_per_row();
        let (kept, dropped): (Vec<usize>, Vec<usize>) =
            kept_back.into_iter().partition(|&row| missing[row] <= cleaning.patient_limit);
        let dropped = dropped.into_iter();
        let dropped = dropped.map(|row| DroppedPatient { row: row + 1, missing: missing[row] });
        cleaning.patients.extend(dropped);
        cleaning.patients.sort_by_key(|patient| patient.row);
        if kept.is_empty() {
            let limit = cleaning.patient_limit;
            let problem = format!("all patients kept back have more than {limit} missing cells");
            return Err(Error::Usage(problem));
        }
        let of = &table.schema.columns;
        let is_kept =
            |at: &usize| learned.schema.columns.iter().any(|one| one.name == of[*at].name);
        let columns: Vec<usize> = (0..of.len()).filter(is_kept).collect();
        let kept = select(table, &kept, &columns);
        cleaning.before = Size::of(of.len(), &missing);
        let after = [&learned, &kept].map(Table::missing_per_row).concat();
        cleaning.after = Size::of(columns.len(), &after);
        Ok((learned, Some(kept), cleaning))
    }
}

/// A sample of a table of more than `most` rows, and what to say of it.
/// All rows of a patient are in it or none.
pub(super) fn sampled(table: Table, most: usize, seed: u64) -> (Table, Option<String>) {
    let rows = table.rows();
    if rows <= most {
        return (table, None);
    }
    let [some, _] = table.keep_back(1.0 - most as f64 / rows as f64, seed);
    let table = table.rows_of(&some);
    let note = format!(
        "of {rows} rows, a random sample of {} is learned from (table.most = {most})",
        table.rows()
    );
    (table, Some(note))
}

/// A table as it is learned, and what its rows keep.
pub(super) struct Learned {
    /// Without what too few patients have, if that is something else.
    pub(super) table: Option<Table>,
    /// The relations that its rows keep.
    pub(super) relations: Vec<Found>,
    /// What was done, for the owner and for anyone.
    pub(super) said: Vec<[String; 2]>,
}

impl Learned {
    /// Of a table, with values of fewer than `fewest` patients taken away.
    /// Relations are sought before numbers are averaged, and made again of the means.
    ///
    /// Errors: those of [`Constraints::of`].
    pub(super) fn of(table: &Table, fewest: usize, sought: &Constraints) -> Result<Self> {
        let (mut learned, pooled) = pooled(table, fewest);
        let mut said: Vec<[String; 2]> =
            pooled.iter().map(|pooled| [pooled.warning(), pooled.note()]).collect();
        let mut relations = sought.of(&learned)?;
        let averaged = learned.shared_by(fewest, &relations);
        if !averaged.is_empty() {
            let text = format!(
                "values that fewer than {fewest} patients have in many rows, and extremes, were averaged in {averaged:?}"
            );
            said.push([text.clone(), text]);
            let [kept, lost] = match sought {
                Constraints::Word(Word::Auto) => still(relations, &learned),
                _ => [sought.of(&learned)?, Vec::new()],
            };
            relations = kept;
            said.extend(lost_to_means(&lost, &table.schema));
        }
        Ok(Self { table: (!said.is_empty()).then_some(learned), relations, said })
    }
}

/// What to say of relations that means of several patients do not keep.
fn lost_to_means(lost: &[Found], schema: &Schema) -> Option<[String; 2]> {
    let lost: Vec<&Found> = lost.iter().filter(|one| !one.follows).collect();
    let some = lost.iter().take(NAMED).map(|one| one.relation.text(schema));
    let named = some.collect::<Vec<_>>().join("; ");
    let more = match lost.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let (of, are) = if lost.len() == 1 { ("relation", "is") } else { ("relations", "are") };
    let said = format!(
        "{} {of} that all rows keep {are} not kept between values that were averaged",
        lost.len()
    );
    (!lost.is_empty()).then(|| [format!("{said}: {named}{more}"), said])
}
