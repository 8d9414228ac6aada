//! Synthetic patients as an Arrow stream for Python.

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch,
    RecordBatchIterator, StringArray, Time32SecondArray, TimestampSecondArray,
};
use arrow_schema::{ArrowError, Field, Schema};
use mellizo::table::formula::FormulaGuard;
use mellizo::table::write::CsvText;
use mellizo::table::{Column, Kind, Table};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::collections::HashSet;
use std::sync::Arc;

/// Whole numbers up to here are exact 64-bit floating-point numbers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A table that Python takes through `__arrow_c_stream__`.
#[pyclass(frozen, module = "mellizo._mellizo")]
pub struct Patients {
    batch: RecordBatch,
}

impl Patients {
    /// A table's columns by their kinds; those of these names as the text that a CSV would have.
    pub fn of(table: &Table, as_text: &HashSet<String>) -> Result<Self, ArrowError> {
        let columns = table.schema.columns.iter().enumerate();
        let arrays = columns.map(|(at, column)| {
            let array = match as_text.contains(&column.name) || !column.limits.is_empty() {
                true => texts(table, at, column),
                false => array(table, at, column)?,
            };
            Ok((Field::new(&column.name, array.data_type().clone(), true), array))
        });
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
            arrays.collect::<Result<Vec<_>, ArrowError>>()?.into_iter().unzip();
        Ok(Self { batch: RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)? })
    }
}

#[pymethods]
impl Patients {
    /// The Arrow PyCapsule interface; a wish for another schema is not granted.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let (batch, schema) = (self.batch.clone(), self.batch.schema());
        let reader = RecordBatchIterator::new([Ok(batch)], schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

fn array(table: &Table, at: usize, column: &Column) -> Result<ArrayRef, ArrowError> {
    let cells = || table.cells.column(at).map(|cell| (!cell.is_nan()).then_some(cell));
    let whole = || cells().map(|cell| cell.map(|cell| cell as i64));
    let small = || cells().map(|cell| cell.map(|cell| cell as i32));
    Ok(match column.kind {
        Kind::Boolean | Kind::Nominal | Kind::Ordinal => {
            let levels = Arc::new(StringArray::from_iter_values(&column.levels));
            Arc::new(DictionaryArray::try_new(small().collect::<Int32Array>(), levels)?)
        }
        Kind::Date => Arc::new(small().collect::<Date32Array>()),
        Kind::Datetime => Arc::new(whole().collect::<TimestampSecondArray>()),
        Kind::Time => Arc::new(small().collect::<Time32SecondArray>()),
        Kind::Integer | Kind::Numerical => {
            let exact = |cell: Option<f64>| cell.is_none_or(|cell| cell.abs() <= EXACT);
            match column.decimals == 0 && column.digits.is_none() && cells().all(exact) {
                true => Arc::new(whole().collect::<Int64Array>()),
                false => Arc::new(cells().collect::<Float64Array>()),
            }
        }
    })
}

/// The cells as they stand in a CSV.
fn texts(table: &Table, at: usize, column: &Column) -> ArrayRef {
    let schema = mellizo::table::Schema { columns: vec![column.clone()], ..Default::default() };
    let csv = CsvText::with(&schema, FormulaGuard::Off);
    let mut line = Vec::new();
    let cells = table.cells.column(at).map(|cell| {
        if cell.is_nan() {
            return None;
        }
        if column.kind.is_coded() {
            return Some(column.levels[cell as usize].clone());
        }
        line.clear();
        csv.row(&[cell], &mut line);
        let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
        Some(text.trim_matches('"').to_owned())
    });
    Arc::new(cells.collect::<StringArray>())
}
