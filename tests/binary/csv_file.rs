//! A CSV as plain text cells, read without the table side of the crate.

/// Header and rows, every cell trimmed.
#[derive(Debug, PartialEq)]
pub struct CsvFile {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl CsvFile {
    pub fn parse(bytes: &[u8]) -> Self {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(bytes);
        let text = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|record| text(record.expect("CSV"))).collect();
        assert!(!rows.is_empty(), "no header");
        Self { header: rows.remove(0), rows }
    }

    /// The cells of a named column.
    pub fn column(&self, name: &str) -> Vec<&str> {
        let at = self
            .header
            .iter()
            .position(|other| other == name)
            .unwrap_or_else(|| panic!("no column {name:?}"));
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// The numbers of a named column without missing cells.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name)
            .iter()
            .map(|cell| cell.parse().unwrap_or_else(|_| panic!("{name}: {cell:?}")))
            .collect()
    }
}
