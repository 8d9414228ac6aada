//! A table from a file, with a schema or with kinds that its text suggests.

use super::read::{Options, Sheet, open};
use super::{Schema, Table, Warning};
use ground::error::Result;
use std::path::Path;

impl Table {
    /// Reads a table file, by a schema or, without one, by the kinds that its text suggests.
    ///
    /// Errors: everything that [`Sheet::read`], [`Sheet::infer`] and [`Sheet::table`] refuse.
    pub fn read(path: &Path, schema: Option<&Schema>) -> Result<(Self, Vec<Warning>)> {
        let sheet = Sheet::read(open(path, &Options::default().under(schema))?)?;
        match schema {
            Some(schema) => Ok((sheet.table(schema)?, Vec::new())),
            None => {
                let (schema, warnings) = sheet.infer()?;
                Ok((sheet.table(&schema)?, warnings))
            }
        }
    }
}
