//! The cohort inside the binary: 908 lung-cancer patients of SUPPORT2 (`data/README.md`).
//! So the first run needs no file.

use super::read::Sheet;
use super::{Schema, Table};
use ground::error::Result;

/// What errors and reports call the bundled files.
pub const NAME: &str = "bundled cohort support2_lung.csv";
/// The CSV, untouched.
pub const CSV: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/",
    env!("MELLIZO_DATA"),
    "/support2_lung.csv"
));
/// Its schema.
pub const SCHEMA: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/",
    env!("MELLIZO_DATA"),
    "/support2_lung.toml"
));

/// The schema of the bundled cohort: 44 columns with labels and units, status `death`, stage
/// `sfdm2`.
///
/// Errors: none, unless the file was changed before it was built in.
pub fn schema() -> Result<Schema> {
    Schema::from_toml(SCHEMA, "bundled schema support2_lung.toml")
}

/// The bundled cohort: 908 patients, 44 columns, 5263 missing cells.
///
/// Errors: none, unless the file was changed before it was built in.
pub fn cohort() -> Result<Table> {
    Sheet::from_bytes(CSV, NAME)?.table(&schema()?)
}
