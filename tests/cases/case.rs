//! A case: one kernel, its operands' numbers, how they lie in memory, and the step at which it
//! runs.

use engine::op::{Access, BufferId, Op, Tensor};

/// How the operands of a case lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Each in an allocation of its own.
    Apart,
    /// Windows at odd offsets of one flat arena for each kind of access, as parameters and
    /// gradients lie.
    Arenas,
    /// Windows at odd offsets of two arenas, one of what is only read, one of what is written: a
    /// GPU kernel cannot take one buffer as both.
    TwoArenas,
}

/// An operand: its shape and the numbers it holds before the run.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The operand's name in [`Op`].
    pub name: &'static str,
    /// `[models, rows, features]`; one model when it is shared.
    pub shape: [usize; 3],
    /// Whether all models read the same numbers.
    pub shared: bool,
    /// Its numbers, model by model, row by row.
    pub values: Vec<f64>,
}

impl Slot {
    /// An operand that holds these numbers.
    pub fn given(name: &'static str, shape: [usize; 3], values: Vec<f64>) -> Self {
        assert_eq!(values.len(), shape.iter().product::<usize>(), "{name}");
        Self { name, shape, shared: false, values }
    }

    /// An operand that the kernel must overwrite completely: it holds NaN.
    pub fn blank(name: &'static str, shape: [usize; 3]) -> Self {
        Self::given(name, shape, vec![f64::NAN; shape.iter().product()])
    }

    /// The numbers of its first model, read by all models.
    pub fn shared(mut self) -> Self {
        self.shape[0] = 1;
        self.values.truncate(self.shape[1] * self.shape[2]);
        self.shared = true;
        self
    }

    /// Numbers per model.
    pub fn len(&self) -> usize {
        self.shape[1] * self.shape[2]
    }
}

type Build = Box<dyn Fn(&[Tensor]) -> Op + Send + Sync>;

/// One kernel with everything it needs to run on any backend.
pub struct Case {
    /// Sizes and variant, for people.
    pub label: String,
    /// Models side by side.
    pub models: usize,
    /// The step at which it runs.
    pub step: u32,
    /// How its operands lie in memory.
    pub layout: Layout,
    /// Its operands, in the order that `build` expects.
    pub slots: Vec<Slot>,
    build: Build,
}

impl Case {
    /// A case whose operands lie apart and that runs at step 0.
    pub fn new(
        label: String,
        models: usize,
        slots: Vec<Slot>,
        build: impl Fn(&[Tensor]) -> Op + Send + Sync + 'static,
    ) -> Self {
        Self { label, models, step: 0, layout: Layout::Apart, slots, build: Box::new(build) }
    }

    /// The same case with its operands in arenas, one for each kind of access.
    pub fn in_arenas(self) -> Self {
        Self { label: format!("{} in arenas", self.label), layout: Layout::Arenas, ..self }
    }

    /// The same case with all its operands in two arenas.
    pub fn in_two_arenas(self) -> Self {
        Self { label: format!("{} in two arenas", self.label), layout: Layout::TwoArenas, ..self }
    }

    /// The same case at another step.
    pub fn at(self, step: u32) -> Self {
        Self { label: format!("{} at step {step}", self.label), step, ..self }
    }

    /// The same case where all models read the same numbers of one operand.
    pub fn sharing(mut self, name: &str) -> Self {
        let slot =
            self.slots.iter_mut().find(|slot| slot.name == name).expect("an operand of this name");
        *slot = slot.clone().shared();
        self.label = format!("{} sharing {name}", self.label);
        self
    }

    /// The kernel on tensors that stand for the slots.
    pub fn op(&self) -> Op {
        let stand_in = |(i, slot): (usize, &Slot)| {
            let tensor = Tensor::whole(BufferId(i as u32), slot.shape);
            if slot.shared { tensor.broadcast(self.models) } else { tensor }
        };
        self.op_on(&self.slots.iter().enumerate().map(stand_in).collect::<Vec<_>>())
    }

    /// The kernel on these tensors, one for each slot.
    pub fn op_on(&self, tensors: &[Tensor]) -> Op {
        (self.build)(tensors)
    }

    /// The kernel's name.
    pub fn kernel(&self) -> &'static str {
        self.op().name()
    }

    /// What the kernel does with each slot.
    pub fn access(&self) -> Vec<Access> {
        let operands = self.op().operands();
        let of = |slot: &Slot| {
            let found = operands.iter().find(|operand| operand.name == slot.name);
            found.unwrap_or_else(|| panic!("{}: no operand {}", self.label, slot.name)).access
        };
        self.slots.iter().map(of).collect()
    }

    /// The position of the operand of this name.
    pub fn slot(&self, name: &str) -> usize {
        self.slots
            .iter()
            .position(|slot| slot.name == name)
            .unwrap_or_else(|| panic!("{}: no {name}", self.label))
    }
}
