//! A table that Python hands over through the Arrow PyCapsule interface.
//!
//! Its buffers are borrowed: nothing is copied before the library reads the cells.
//! Numbers and places of categories may lie in memory that Python changes meanwhile (numpy's): a number
//! is then one or the other, and every place is checked where it is used.
//! Texts are immutable: pyarrow and polars share none that anybody can write to.

use crate::errors::{input, usage};
use crate::text::{Form, print};
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, ArrayRef, RecordBatchReader};
use arrow_schema::{DataType, Field};
use mellizo::error::{Error, Place, Result};
use mellizo::table::read::Columns;
use mellizo::table::{Column, Kind};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use std::collections::HashMap;

/// Different values of a column of categories that are always taken as levels.
const FEW: usize = 10;

/// Columns that somebody else holds.
pub struct Frame {
    name: String,
    fields: Vec<Field>,
    forms: Vec<Form>,
    /// The parts of each column, top to bottom.
    chunks: Vec<Vec<ArrayRef>>,
    /// Number of the first row of each part, and of the one behind the last.
    starts: Vec<usize>,
}

impl Frame {
    /// Takes a table over from an object with `__arrow_c_stream__`.
    ///
    /// Errors: an object without it, and a column of a type that is no cell of a table.
    pub fn of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let capsule = object.call_method0("__arrow_c_stream__")?;
        let pointer = capsule.cast::<PyCapsule>().map_err(PyErr::from);
        let pointer = pointer.and_then(|it| it.pointer_checked(Some(c"arrow_array_stream")));
        let pointer = pointer.map_err(|error| {
            let problem = format!("{name}: its __arrow_c_stream__ gives no Arrow stream: {error}");
            usage(object.py(), &problem)
        })?;
        // SAFETY: a capsule of this name holds a valid stream by the Arrow PyCapsule interface;
        // `from_raw` moves it out and leaves a released one behind.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr().cast()) };
        // What is wrong with types may be told; what is wrong with cells may repeat one.
        let reader = RecordBatchStreamReader::try_new(stream).map_err(|error| {
            let problem = format!("{name}: a type of its columns cannot be read: {error}");
            usage(object.py(), &problem)
        })?;
        let schema = reader.schema();
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>();
        let broken = |_| usage(object.py(), &format!("{name}: the Arrow stream cannot be read"));
        let batches = batches.map_err(broken)?;
        let fields: Vec<Field> = schema.fields().iter().map(|f| f.as_ref().clone()).collect();
        let chunks: Vec<Vec<ArrayRef>> = (0..fields.len())
            .map(|at| batches.iter().map(|batch| batch.column(at).clone()).collect())
            .collect();
        let mut starts = vec![0];
        batches.iter().for_each(|batch| starts.push(starts[starts.len() - 1] + batch.num_rows()));
        if let Some(at) = chunks.iter().position(|chunks| !chunks.iter().all(is_whole)) {
            let place = Place::file(name).column(fields[at].name());
            let problem = "texts that are no UTF-8, or whose places in memory are wrong";
            let remedy = "make the column anew from texts, or leave it out";
            return Err(input(object.py(), Error::input(place, problem, remedy)));
        }
        let forms = fields.iter().zip(&chunks).map(|(field, chunks)| {
            Form::of(field.data_type(), chunks).ok_or_else(|| {
                let place = Place::file(name).row(0).column(field.name());
                let problem = format!("a column of type {}, which is no cell", field.data_type());
                let remedy = "leave it out, or make it text, a number or a date";
                input(object.py(), Error::input(place, problem, remedy))
            })
        });
        let forms = forms.collect::<PyResult<_>>()?;
        Ok(Self { name: name.into(), fields, forms, chunks, starts })
    }

    /// What their types tell of columns: categories are levels, in their order.
    pub fn known(&self) -> Vec<Column> {
        (0..self.fields.len()).filter_map(|at| self.levels(at)).collect()
    }

    /// What the caller should know of how cells are read.
    pub fn warnings(&self) -> Vec<String> {
        let told = self.fields.iter().zip(&self.forms).filter(|(_, form)| form.loses_fractions());
        told.map(|(field, _)| {
            let name = field.name();
            format!("column {name:?}: fractions of a second are dropped: times are kept in seconds")
        })
        .collect()
    }

    /// A column of categories, with the levels that occur; none for another one, and for one whose
    /// values look like names of patients.
    fn levels(&self, at: usize) -> Option<Column> {
        let field = &self.fields[at];
        let DataType::Dictionary(..) = field.data_type() else { return None };
        let mut places: HashMap<String, (usize, usize)> = HashMap::new();
        let (mut cells, mut text) = (0, String::new());
        for chunk in &self.chunks[at] {
            let dictionary = chunk.as_any_dictionary();
            // A column that is missing throughout has no category at all.
            if dictionary.values().is_empty() {
                continue;
            }
            let keys = dictionary.normalized_keys();
            let mut seen = vec![0usize; dictionary.values().len()];
            (0..chunk.len()).filter(|row| !chunk.is_null(*row)).for_each(|row| {
                seen.get_mut(keys[row]).into_iter().for_each(|count| *count += 1);
            });
            for (value, count) in seen.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                text.clear();
                print(&mut text, dictionary.values(), value, &self.forms[at])?;
                let level = text.trim();
                if !level.is_empty() {
                    let next = (value, 0);
                    places.entry(level.to_owned()).or_insert(next).1 += count;
                    cells += count;
                }
            }
        }
        let mut levels: Vec<(String, (usize, usize))> = places.into_iter().collect();
        levels.sort_by_key(|(_, (place, _))| *place);
        let many = levels.len() > FEW && 2 * levels.len() > cells;
        if levels.is_empty() || many {
            return None;
        }
        let kind = match (levels.len(), field.dict_is_ordered()) {
            (2, _) => Kind::Boolean,
            (_, Some(true)) => Kind::Ordinal,
            _ => Kind::Nominal,
        };
        let levels = levels.into_iter().map(|(level, _)| level).collect();
        Some(Column { name: field.name().trim().to_owned(), kind, levels, ..Column::default() })
    }
}

/// Whether the texts of an array are texts that lie within its memory: Arrow's interface hands over
/// whatever there is, and reading it is unsound otherwise. Numbers cannot be wrong.
fn is_whole(array: &ArrayRef) -> bool {
    match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            array.to_data().validate_full().is_ok()
        }
        DataType::Dictionary(..) => is_whole(array.as_any_dictionary().values()),
        _ => true,
    }
}

impl Columns for Frame {
    fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name().clone()).collect()
    }

    fn rows(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    fn print(&self, row: usize, column: usize, text: &mut String) -> Result<()> {
        let chunk = self.starts.partition_point(|start| *start <= row) - 1;
        let array = &self.chunks[column][chunk];
        print(text, array, row - self.starts[chunk], &self.forms[column]).ok_or_else(|| {
            let place = Place::file(&self.name).row(row + 1).column(self.fields[column].name());
            let problem = "a date, a time or a category beyond what can be read";
            Error::input(place, problem, "correct the value, or make the column text")
        })
    }
}
