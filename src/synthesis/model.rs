//! A trained model: everything that making patients needs.

use super::document::{Document, damaged};
use super::private::{Copula, PublicTable};
use super::sampling::{Accepted, Finish, Generator, Rows, Source, Stream, Wanted};
use super::{Cohort, Recipe};
use engine::op::Backend;
use ground::error::{Error, Result};
use std::path::{Path, PathBuf};
use table::condition::Support;
use table::relations::Found;
use table::{Schema, Table};
use training::gan::{About, ModelFile, Reason, Sampler, Trained};

/// A trained model.
pub struct Model {
    /// What errors call it.
    pub(super) name: PathBuf,
    pub(super) file: ModelFile,
    pub(super) recipe: Recipe,
    pub(super) document: Document,
    pub(super) trained: Option<Trained>,
}

impl Model {
    /// The model of a training, with what the table side needs fitted to the cohort.
    pub(super) fn of(backend: &mut dyn Backend, cohort: &Cohort, trained: Trained) -> Result<Self> {
        let (recipe, seed) = (&cohort.settings().recipe, cohort.settings().seed);
        let shape = [cohort.learned().rows(), cohort.learned().columns()];
        let (plan, blocks) = (recipe.training(), cohort.blocks());
        let sampler = Sampler::new(backend, plan, &trained.generator, shape[1], blocks, seed)?;
        let document = Document::fit(cohort, &recipe.parts().sampling, &sampler, backend)?;
        let mut about = About::new(plan, seed, shape, document.to_value());
        (about.epoch, about.model) = (trained.epoch, trained.model);
        let (generator, discriminator) = (trained.generator.clone(), trained.discriminator.clone());
        Ok(Self {
            name: "the model".into(),
            file: ModelFile { generator, discriminator, about },
            recipe: recipe.clone(),
            document,
            trained: Some(trained),
        })
    }

    /// Reads a model file. Errors when it is damaged or of another version ([`Error::Input`]).
    pub fn open(path: &Path) -> Result<Self> {
        Self::of_file(ModelFile::load(path)?, path)
    }

    /// Reads the bytes of a model file; `path` stands for it in errors.
    ///
    /// Errors: as [`Model::open`].
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        Self::of_file(ModelFile::read(bytes, path)?, path)
    }

    fn of_file(file: ModelFile, path: &Path) -> Result<Self> {
        let document = Document::of(&file, path)?;
        let recipe = Recipe::of(file.about.recipe.clone(), "of the model");
        let recipe = recipe.map_err(|error| inside(path, error))?;
        Ok(Self { name: path.to_path_buf(), file, recipe, document, trained: None })
    }

    /// The same with a copula that makes the patients in place of the generator.
    pub fn with_copula(mut self, public: &PublicTable, copula: Copula) -> Self {
        let (support, found) = (self.document.support.clone(), self.document.found.clone());
        self.document = Document::of_copula((public.clone(), copula), support, found);
        self.file.about.table = self.document.to_value();
        self
    }

    /// The same for so many patients as its rows stand for, where these are not the rows that were
    /// learned from.
    pub fn standing_for(mut self, patients: usize) -> Self {
        self.file.about.rows = patients;
        self
    }

    /// Writes the model file, whole or not at all, for its owner only.
    /// It describes patients (ranges, quantiles of typed columns): it must not leave the house.
    pub fn save(&self, path: &Path) -> Result<()> {
        self.file.save(path)
    }

    /// The bytes of the model file, which [`Model::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.file.to_bytes()
    }

    /// The same with what the types of the table were in the calling program, in its own words; the
    /// file keeps it.
    pub fn with_frame(mut self, frame: serde_json::Value) -> Self {
        self.file.about.frame = Some(frame);
        self
    }

    /// What [`Model::with_frame`] noted.
    pub fn frame(&self) -> Option<&serde_json::Value> {
        self.file.about.frame.as_ref()
    }

    /// Synthetic patients number `rows.start` up to `rows.end` (not included; the first is number
    /// 0) of the endless synthetic table. A patient depends on the model, its seed and the number
    /// alone.
    ///
    /// Errors: [`Error::Usage`] for a number beyond the end of the table, and those of the device.
    /// All patients are in memory at once; [`Model::stream`] is for more.
    ///
    /// ```
    /// # use mellizo::synthesis::*;
    /// # use mellizo::synthesis::Recipe;
    /// # let table = Reading::bundled().table()?.table;
    /// # let recipe = Recipe::joint().with_epochs(1)?;
    /// # let settings = Settings { recipe, ..Settings::default() };
    /// # let cohort = Cohort::prepare(&table, &settings)?;
    /// # let mut backend = BackendChoice::cpu().open(&mut Quiet)?;
    /// let model = fit(backend.as_mut(), &cohort, &mut Quiet)?;
    /// let patients = model.sample(backend.as_mut(), 0..30)?;
    /// let dead = model.sample_where(backend.as_mut(), 0..10, &["death=1"])?.table;
    /// assert_eq!((patients.rows(), dead.rows()), (30, 10));
    /// # Ok::<(), mellizo::error::Error>(())
    /// ```
    pub fn sample(&self, backend: &mut dyn Backend, rows: std::ops::Range<u64>) -> Result<Table> {
        Ok(self.generator(backend, self.seed())?.patients(rows.try_into()?)?.table)
    }

    /// The synthetic patients who satisfy every condition, such as `death=1`, `age>70` or
    /// `dose is missing`; `rows` counts them alone.
    ///
    /// Errors ([`Error::Usage`]): a condition that the columns do not allow, that fewer than five
    /// training patients satisfy, or that is too rare among synthetic ones.
    pub fn sample_where(
        &self,
        backend: &mut dyn Backend,
        rows: std::ops::Range<u64>,
        conditions: &[&str],
    ) -> Result<Conditioned> {
        let wanted = Wanted::of(conditions, self.schema(), self.support())?;
        let mut stream = self.stream(backend, rows.try_into()?, self.seed(), wanted)?;
        let mut cells = Vec::new();
        while let Some(part) = stream.next_part()? {
            cells.extend_from_slice(stream.finish().patients(part).cells.values());
        }
        let columns = self.schema().columns.len();
        let cells = ground::matrix::Matrix::from_values(cells.len() / columns, columns, cells);
        let table = Table { schema: self.schema().clone(), cells, patients: None };
        Ok(Conditioned { table, accepted: stream.accepted().unwrap_or_default() })
    }

    /// The model on a backend, with a seed for the noise.
    ///
    /// Errors when the weights do not fit the recipe, and those of the device.
    pub fn generator<'a>(
        &'a self,
        backend: &'a mut dyn Backend,
        seed: u64,
    ) -> Result<Generator<'a>> {
        let about = &self.file.about;
        let finish = Finish::new(&self.document, self.recipe.parts(), seed);
        if let Some(copula) = self.document.copula() {
            let columns = self.schema().columns.len();
            return Ok(Generator::new(backend, Source::Copula(copula), finish, columns));
        }
        let (recipe, weights) = (self.recipe.training(), &self.file.generator);
        let blocks = self.document.blocks();
        let sampler = Sampler::new(backend, recipe, weights, about.features, blocks.as_ref(), seed);
        let sampler = sampler.map_err(|error| inside(&self.name, error))?;
        Ok(Generator::new(backend, Source::Network(Box::new(sampler)), finish, about.features))
    }

    /// Patients part by part, in memory that does not grow with their number.
    pub fn stream<'a>(
        &'a self,
        backend: &'a mut dyn Backend,
        rows: Rows,
        seed: u64,
        wanted: Option<Wanted>,
    ) -> Result<Stream<'a>> {
        Ok(Stream::new(self.generator(backend, seed)?, rows, wanted))
    }

    /// The cohort's schema.
    pub fn schema(&self) -> &Schema {
        self.document.schema()
    }

    /// How many training patients are behind a condition.
    pub fn support(&self) -> &Support {
        &self.document.support
    }

    /// The relations that synthetic patients keep.
    pub fn relations(&self) -> &[Found] {
        &self.document.found
    }

    /// Relations that all training patients keep and a repair of which would cost more than it
    /// brings; of a model that was just fitted, none of one from a file.
    pub fn relations_given_up(&self) -> &[Found] {
        &self.document.given_up
    }

    /// The recipe that it was trained by.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The seed that it was trained by.
    pub fn seed(&self) -> u64 {
        self.file.about.seed
    }

    /// Synthetic patients that its recipe asks for: a multiple of the training patients, up to a
    /// number.
    pub fn patients(&self) -> usize {
        self.recipe.parts().sampling.rows(self.file.about.rows)
    }

    /// The course of training; none of a model from a file.
    pub fn trained(&self) -> Option<&Trained> {
        self.trained.as_ref()
    }

    /// Whether training diverged, as the error to end with: the model is then the last good one.
    pub fn diverged(&self) -> Option<Error> {
        let trained = self.trained.as_ref()?;
        match &trained.reason {
            Reason::Diverged { epoch, fault } => {
                Some(Error::Diverged { epoch: *epoch, kept: trained.epoch, reason: fault.clone() })
            }
            _ => None,
        }
    }
}

/// Patients who satisfy conditions, and how many were looked at.
pub struct Conditioned {
    /// The patients.
    pub table: Table,
    /// How common they are among synthetic ones.
    pub accepted: Accepted,
}

/// What is wrong with a recipe inside a model is no mistake of the user.
fn inside(path: &Path, error: Error) -> Error {
    match error {
        Error::Usage(problem) => damaged(path, &problem),
        other => other,
    }
}
