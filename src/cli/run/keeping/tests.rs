//! A device that is lost in the middle of a training.

use super::*;
use crate::cli::args::{Arguments, Command};
use clap::Parser;
use engine::cpu::Cpu;
use engine::op::{Compiled, Op, Program, Tensor};
use mellizo::synthesis::{Reading, Recipe, Settings, fit};
use std::path::Path;
use training::gan::recipe::Batch;

/// A backend whose device is lost at a replay.
/// There are two before the first step, and three in each piece of epochs: mark, steps, keep.
struct Lost<B: Backend> {
    backend: B,
    replays: usize,
    lost_at: usize,
    lose: fn(&mut B),
    /// Whether the loss is made up.
    made_up: bool,
}

impl<B: Backend> Backend for Lost<B> {
    fn describe(&self) -> String {
        self.backend.describe()
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.backend.alloc(shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.backend.write(tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        self.backend.read(tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        self.backend.compile(program)
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.backend.launches(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.replays += 1;
        if self.replays == self.lost_at {
            (self.lose)(&mut self.backend);
            if self.made_up {
                return Err(Error::Device("the device was lost: made up".into()));
            }
        }
        self.backend.replay(runs)
    }
}

fn cohort(epochs: usize) -> Cohort {
    let mut recipe = training::gan::Recipe::paper();
    recipe.generator.widths = vec![16];
    recipe.discriminator.widths = vec![16];
    recipe.training.batch = Batch::Rows(300);
    let recipe =
        Recipe::from_toml(&recipe.to_toml(), "small").unwrap().with_epochs(epochs).unwrap();
    let settings = Settings { recipe, early_stopping: false, ..Settings::default() };
    Cohort::prepare(&Reading::bundled().table().unwrap().table, &settings).unwrap()
}

fn keeping(out: &Path, more: &str) -> Keeping {
    let line = format!("mellizo run --checkpoint-seconds 0.000001 --out {} {more}", out.display());
    let arguments = Arguments::try_parse_from(line.split_whitespace()).unwrap();
    let Command::Run(options) = arguments.command else { panic!("a run") };
    Keeping::of(&options, [], None)
}

/// Trains on a device that is lost and on the one that comes after it, and compares the outcome
/// with a training that was not disturbed.
fn survives<B: Backend + 'static>(epochs: usize, open: fn() -> B, lose: fn(&mut B), made_up: bool) {
    let (room, cohort) = (tempfile::tempdir().unwrap(), cohort(epochs));
    let lost = |lost_at: usize| -> Box<dyn Backend> {
        Box::new(Lost { backend: open(), replays: 0, lost_at, lose, made_up })
    };
    let whole = fit(&mut open(), &cohort, &mut mellizo::synthesis::Quiet).unwrap();
    let mut resuming = keeping(&room.path().join("a"), "--on-device-loss resume");
    let (mut backend, mut watch, mut opened) = (lost(7), Terminal::default(), 0);
    let fitted = resuming.fit(
        &mut backend,
        &cohort,
        |_| {
            opened += 1;
            Ok(lost(if opened == 1 { 9 } else { usize::MAX }))
        },
        &mut watch,
    );
    let fitted = fitted.expect("a model");
    let [one, other] = [&fitted, &whole].map(|model| model.trained().unwrap());
    assert_eq!(opened, 2);
    assert!(one.generator == other.generator && one.history == other.history);

    let start = std::time::Instant::now();
    let mut stopping = keeping(&room.path().join("b"), "");
    let mut backend = lost(7);
    let open = |_: &mut Terminal| panic!("nobody asked for it");
    let Err(error) = stopping.fit(&mut backend, &cohort, open, &mut watch) else {
        panic!("the device was lost")
    };
    assert_eq!(error.exit_code(), 5);
    let text = error.to_string();
    assert!(text.contains("--resume") && text.contains("steps is kept"), "{text}");
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    let position = Checkpoints::newest(&room.path().join("b").join(CHECKPOINTS)).unwrap();
    assert!(position.0.position()[1] > 0);
}

#[test]
fn a_training_survives_the_loss_of_its_device() {
    survives(40, Cpu::single, |_| {}, true);
}

/// A device that is lost at once, again and again.
#[test]
fn a_device_that_is_lost_at_the_same_place_twice_is_an_error() {
    let (room, cohort) = (tempfile::tempdir().unwrap(), cohort(40));
    let lost = || -> Box<dyn Backend> {
        let (backend, lose) = (Cpu::single(), |_: &mut Cpu| {});
        Box::new(Lost { backend, replays: 0, lost_at: 7, lose, made_up: true })
    };
    let mut keeping = keeping(room.path(), "--on-device-loss resume");
    let (mut backend, mut opened) = (lost(), 0);
    let open = |_: &mut Terminal| {
        opened += 1;
        Ok(Box::new(Lost {
            backend: Cpu::single(),
            replays: 0,
            lost_at: 1,
            lose: |_: &mut Cpu| {},
            made_up: true,
        }) as Box<dyn Backend>)
    };
    let outcome = keeping.fit(&mut backend, &cohort, open, &mut Terminal::default());
    let Err(error) = outcome else { panic!("the device was lost") };
    assert_eq!((error.exit_code(), opened), (5, 1));
}

mod on_gpu {
    use super::*;
    use engine::gpu::{Gpu, GpuOptions, adapters};

    fn open() -> Gpu {
        let all = adapters();
        let found = all.iter().find(|adapter| !adapter.software).or(all.first());
        let adapter = found.map(|adapter| adapter.name.clone());
        Gpu::new(&GpuOptions { adapter, ..GpuOptions::default() }).expect("it opens")
    }

    #[test]
    fn a_training_survives_a_device_that_is_destroyed() {
        if adapters().is_empty() {
            assert!(std::env::var_os("CI").is_none(), "no GPU adapter");
            eprintln!("SKIPPED a GPU test: no GPU adapter");
            return;
        }
        survives(10, open, |gpu| gpu.lose(), false);
    }
}
