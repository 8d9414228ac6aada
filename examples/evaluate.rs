//! Judges a synthetic table, made by any tool, beside the real one.
//!
//! ```sh
//! cargo run --release --example evaluate -- real.csv synthetic.csv report.html
//! ```

use mellizo::error::{Error, Result};
use mellizo::report::html::{ReportInput, share_html};
use mellizo::report::pair::Tables;
use mellizo::synthesis::{ComparisonFiles, Options, evaluate};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [real, synthetic, page] = &arguments[..] else {
        return Err(Error::Usage("give REAL.csv SYNTHETIC.csv REPORT.html".into()));
    };
    let tables = ComparisonFiles::new(real, synthetic).read()?;
    tables.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let options = Options::default();
    let judged = evaluate(&tables.real, &tables.synthetic, tables.holdout.as_ref(), &options);
    for score in &judged.scores {
        println!("{:<28} {:>8.4}", score.name.key(), score.value);
    }
    let both = Tables { real: &tables.real, synthetic: &tables.synthetic };
    let text = share_html(&ReportInput::new(real, both, &judged));
    std::fs::write(page, text).map_err(|error| Error::io(page, error))
}
