//! The shaders, read with naga, say what the launch table and the operations say: names, numbers, access, uniform, limits, mirrors.

use mellizo::gpu::launch::Launch;
use mellizo::gpu::shader::{SHADERS, Shader, WORKGROUP, shader};
use mellizo::gpu::variant::{Abilities, VARIANTS, Variant, variants};
use mellizo::op::{Access, BufferId, Op, Random, Sets, Tensor};
use naga::valid::{Capabilities, GlobalUse, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, GlobalVariable, Handle, Module, StorageAccess, Type, TypeInner};
use std::collections::BTreeSet;
use std::path::Path;

/// Limits that every WebGPU device has.
const STORAGE_BUFFERS: usize = 8;
const WORKGROUP_MEMORY: u32 = 16 << 10;

/// A tensor with a buffer, an offset and a stride of its own.
fn tensor(id: u32, shape: [usize; 3]) -> Tensor {
    Tensor { offset: 1000 + id as usize, ..Tensor::whole(BufferId(id), shape) }
}

/// One of every kernel, with and without a bias, and with short and long columns.
fn every_op() -> Vec<Op> {
    let random = Random { seed: 0x1234_5678_9abc_def0, stream: 7 };
    let sets = Sets { dense: 3, principal: 2, pairs: 2, masks: 1 };
    let t = |id| tensor(id, [3, 8, 6]);
    let row = |id| tensor(id, [3, 1, 6]);
    let four = |id| Tensor::whole(BufferId(id), [3, 8, 8]);
    let bias = Tensor::whole(BufferId(3), [3, 1, 8]);
    let (x, w, y) = (tensor(0, [3, 8, 5]), tensor(1, [3, 5, 6]), t(2));
    let (gamma, beta, running_mean, running_var) = (row(3), row(4), row(5), row(6));
    let (statistics, dx, dgamma, dbeta) = (tensor(7, [3, 4, 6]), t(8), row(9), row(10));
    let (groups, momentum, epsilon, slope) = (2, 0.99, 1e-3, 0.01);
    let long = |id| tensor(id, [1, 10_000, 2]);
    let one = |id| tensor(id, [3, 1, 1]);
    let square = |id| tensor(id, [3, 6, 6]);
    let two = |id| tensor(id, [3, 2, 6]);
    let update = |dscale: Option<Tensor>, extra: usize| {
        let parameters = |id| tensor(id, [3, 5 + extra, 6]);
        let (w, m, v, lr) = (parameters(1), parameters(3), parameters(4), tensor(5, [3, 50, 1]));
        Op::DenseUpdate { x, dy: y, dscale, w, m, v, lr, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
    };
    vec![
        Op::Noise { out: y, random },
        Op::NormalNoise { out: y, random },
        Op::Directions { out: y, random },
        Op::TypedDirections { factor: tensor(0, [3, 5, 6]), blocks: tensor(1, [3, 4, 5]), out: y, sets, random },
        Op::Gather { data: tensor(0, [3, 20, 6]), batch: y, random },
        Op::DenseForward { x, w, b: Some(row(3)), y },
        Op::DenseForward { x, w, b: None, y },
        Op::DenseBackwardInput { dy: y, w, dx: x },
        Op::DenseBackwardWeight { x, dy: y, dw: w, db: Some(row(3)) },
        Op::DenseBackwardWeight { x, dy: y, dw: w, db: None },
        Op::DenseForward { x: four(0), w: four(1), b: Some(bias), y: four(2) },
        Op::DenseBackwardInput { dy: four(2), w: four(1), dx: four(4) },
        Op::DenseBackwardWeight { x: four(0), dy: four(2), dw: four(4), db: Some(bias) },
        Op::BatchNormForward {
            x: t(0),
            gamma,
            beta,
            running_mean,
            running_var,
            statistics,
            y,
            groups,
            momentum,
            epsilon,
            slope,
        },
        Op::BatchNormInference { x: t(0), gamma, beta, running_mean, running_var, y, epsilon, slope },
        Op::BatchNormBackward { x: t(0), dy: y, gamma, beta, statistics, dx, dgamma, dbeta, groups, slope },
        Op::DenseNormForward {
            x,
            w,
            scale: two(3),
            running: two(4),
            dense: t(5),
            statistics,
            y,
            groups,
            momentum,
            epsilon,
            slope,
        },
        Op::DenseNormBackward {
            dy: tensor(0, [3, 8, 5]),
            w: tensor(1, [3, 6, 5]),
            dense: t(5),
            scale: two(3),
            statistics,
            dx,
            dscale: two(4),
            groups,
            slope,
        },
        update(Some(two(9)), 2),
        update(None, 1),
        update(None, 0),
        Op::LeakyReluForward { x: t(0), y, slope },
        Op::LeakyReluBackward { x: t(0), dy: y, dx, slope },
        Op::TanhForward { x: t(0), y },
        Op::TanhBackward { y, dy: t(0), dx },
        Op::HeadsForward {
            raw: t(0),
            noise: t(1),
            blocks: tensor(3, [3, 2, 5]),
            soft: t(4),
            y,
            temperature: 1.0,
            spread: 0.3,
        },
        Op::HeadsGate { gates: tensor(0, [3, 2, 7]), soft: t(1), y },
        Op::HeadsBackward { soft: t(0), blocks: tensor(1, [3, 2, 5]), dy: y, draw: dx, temperature: 1.0 },
        Op::LogisticLoss {
            logits: tensor(0, [3, 8, 1]),
            loss: one(1),
            probability: tensor(2, [3, 1, 2]),
            dlogits: tensor(3, [3, 8, 1]),
            groups,
            weight: 0.5,
        },
        Op::SortColumns { x: t(0), sorted: y, rank: dx, groups },
        Op::SortColumns { x: long(0), sorted: long(1), rank: long(2), groups },
        Op::PercentileLoss {
            real: t(0),
            fake: y,
            rank: dx,
            levels: tensor(1, [3, 20, 2]),
            loss: one(3),
            dx: t(4),
            weight: 2.0,
        },
        Op::SortedLoss {
            real: t(0),
            fake: y,
            rank: dx,
            sets: tensor(1, [3, 2, 4]),
            loss: tensor(3, [3, 1, 2]),
            dx: t(4),
        },
        Op::CovarianceLoss {
            covariance: square(0),
            real: square(1),
            mean: row(2),
            loss: one(3),
            w: square(4),
            b: row(5),
            scale: 0.5,
            factor: 2.0,
        },
        Op::Adam {
            w: row(0),
            dw: row(1),
            m: row(2),
            v: row(3),
            lr: tensor(4, [3, 50, 1]),
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-7,
        },
        Op::Average { x: row(0), y: row(1), rate: tensor(2, [3, 50, 1]) },
        Op::Moments { x: y, mean: row(0), variance: row(1) },
        Op::Covariance { x: y, mean: row(0), covariance: tensor(1, [3, 6, 6]) },
        Op::FiniteCheck { x: row(0), count: tensor(1, [3, 1, 4]) },
        Op::Add { x: t(0), y },
        Op::Copy { x: t(0), y },
        Op::MultiplyAdd { x: t(0), y, a: 0.75, b: 0.25, times: 8 },
        Op::Record { x: row(0), history: tensor(1, [3, 9, 6]), period: 3 },
    ]
}

/// The dispatch of a kernel, and those of every variant that computes it.
fn launches(op: &Op) -> Vec<Launch> {
    let products = variants(op, Abilities { eights: true }).map(|variant| variant.launch(op));
    [Launch::of(op)].into_iter().chain(products).collect()
}

#[test]
fn every_variant_is_launched() {
    let launched: BTreeSet<_> =
        every_op().iter().flat_map(launches).filter_map(|l| Some((l.shader.name, l.variant?.name))).collect();
    let listed = VARIANTS.iter().map(|variant| (variant.file, variant.name));
    assert_eq!(launched, listed.collect(), "launches (left) and the table (right)");
}

/// A validated shader file.
struct Parsed {
    shader: &'static Shader,
    module: Module,
    info: ModuleInfo,
}

impl Parsed {
    fn of(shader: &'static Shader) -> Self {
        Self::under(shader, VARIANTS.iter().find(|variant| variant.file == shader.name))
    }

    /// The file with the values that a variant gives to its constants.
    fn under(shader: &'static Shader, variant: Option<&Variant>) -> Self {
        let mut source = shader.source();
        for (name, value) in variant.map_or(&[][..], |variant| variant.constants) {
            let declared = format!("override {name}: u32 = 16u;");
            assert!(source.contains(&declared), "{}.wgsl does not declare {name}", shader.name);
            source = source.replace(&declared, &format!("const {name}: u32 = {value}u;"));
        }
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|error| panic!("{}.wgsl: {}", shader.name, error.emit_to_string(&source)));
        let eights = VARIANTS.iter().any(|variant| variant.file == shader.name && variant.needs_eights());
        let mut validator = Validator::new(
            ValidationFlags::all(),
            if eights { Capabilities::SUBGROUP } else { Capabilities::default() },
        );
        let info = validator
            .validate(&module)
            .unwrap_or_else(|error| panic!("{}.wgsl: {}", shader.name, error.emit_to_string(&source)));
        Self { shader, module, info }
    }

    fn entry(&self, name: &str) -> usize {
        let found = self.module.entry_points.iter().position(|entry| entry.name == name);
        found.unwrap_or_else(|| panic!("{}.wgsl has no entry point {name}", self.shader.name))
    }

    /// The global variables that an entry point uses.
    fn used(&self, entry: usize) -> Vec<&GlobalVariable> {
        let info = self.info.get_entry_point(entry);
        let uses = |handle: &Handle<GlobalVariable>| info[*handle] != GlobalUse::empty();
        self.module.global_variables.iter().filter(|(handle, _)| uses(handle)).map(|(_, variable)| variable).collect()
    }

    /// The type of a block of the uniform `at`, which may be a table of them.
    fn block(&self, at: &GlobalVariable) -> Handle<Type> {
        match self.module.types[at.ty].inner {
            TypeInner::Array { base, .. } => base,
            _ => at.ty,
        }
    }

    fn size(&self, variable: &GlobalVariable) -> u32 {
        self.module.types[variable.ty].inner.size(self.module.to_ctx())
    }
}

fn name(variable: &GlobalVariable) -> &str {
    variable.name.as_deref().expect("a global variable has a name")
}

/// (group, binding)
fn place(variable: &GlobalVariable) -> (u32, u32) {
    let binding = variable.binding.expect("an operand has a binding");
    (binding.group, binding.binding)
}

/// The operand's name and whether a storage variable may be written.
fn operand_of(variable: &GlobalVariable) -> Option<(&str, bool)> {
    let AddressSpace::Storage { access } = variable.space else { return None };
    let writes = access.contains(StorageAccess::STORE);
    let reader = name(variable).strip_suffix("_read").filter(|_| !writes);
    Some((reader.unwrap_or(name(variable)), writes))
}

#[test]
fn every_shader_is_valid_and_declares_the_operands_of_the_table() {
    for parsed in SHADERS.iter().map(Parsed::of) {
        let variables = parsed.module.global_variables.iter().map(|(_, variable)| variable);
        let declared: BTreeSet<_> =
            variables.filter_map(|v| operand_of(v).map(|(name, _)| (place(v), name.to_owned()))).collect();
        let listed = parsed.shader.operands.iter().zip(1..).map(|(name, binding)| ((0, binding), (*name).to_owned()));
        assert_eq!(
            declared,
            listed.collect(),
            "operands of {}.wgsl (left) and of the table (right)",
            parsed.shader.name
        );
    }
}

#[test]
fn the_uniform_holds_places_and_scalars_in_the_order_of_the_table() {
    for parsed in SHADERS.iter().map(Parsed::of) {
        let shader = parsed.shader;
        let variables = parsed.module.global_variables.iter();
        let at = variables.map(|(_, v)| v).find(|v| name(v) == "at").expect("a uniform `at`");
        assert_eq!((place(at), at.space), ((0, 0), AddressSpace::Uniform), "{}.wgsl", shader.name);
        let block = parsed.block(at);
        let TypeInner::Struct { members, .. } = &parsed.module.types[block].inner else { panic!("`at` is no struct") };
        let members: Vec<_> = members.iter().map(|m| (m.name.as_deref().unwrap_or(""), m.offset)).collect();
        let places = shader.operands.iter().map(|operand| (*operand, 8 * shader.slot(operand) as u32));
        let scalars = shader.scalars.iter().map(|scalar| (*scalar, 4 * shader.scalar(scalar) as u32));
        assert_eq!(members, places.chain(scalars).collect::<Vec<_>>(), "`at` of {}.wgsl (left)", shader.name);
        let bytes = 4 * (shader.words() * shader.table) as u32;
        assert!(parsed.size(at).next_multiple_of(16) == bytes.next_multiple_of(16), "`at` of {}.wgsl", shader.name);
    }
}

#[test]
fn every_launch_binds_what_its_operation_names_and_its_entry_point_uses() {
    for (op, launch) in every_op().into_iter().flat_map(|op| launches(&op).into_iter().map(move |launch| (op, launch)))
    {
        let parsed = Parsed::of(launch.shader);
        let operands = op.operands();
        for (bound, operand) in launch.bound.iter().zip(&operands) {
            let variable = launch.shader.operands[bound.slot];
            assert_eq!((variable, bound.tensor), (operand.name, operand.tensor), "{}", op.name());
            let shared = launch.shader.shared.contains(&variable);
            assert_eq!(bound.read_only, operand.access == Access::Read && !shared, "{} {variable}", op.name());
            assert!(!shared || operand.access == Access::Read, "{} {variable} is written anyway", op.name());
            let words = &launch.words[2 * bound.slot..2 * bound.slot + 2];
            assert_eq!(words, [bound.tensor.offset as u32, bound.tensor.stride as u32], "{} {variable}", op.name());
        }
        let extra = launch.bound.len() - operands.len();
        assert!(extra <= 1, "{}: only one absent operand has a stand-in", op.name());
        let used = parsed.used(parsed.entry(launch.entry));
        let declared: BTreeSet<_> = used.iter().filter_map(|v| operand_of(v)).collect();
        let bound = launch.bound.iter().map(|bound| (launch.shader.operands[bound.slot], !bound.read_only));
        assert_eq!(
            declared,
            bound.collect(),
            "{}: (operand, written) in the shader (left) and bound (right)",
            launch.entry
        );
        let clock = used.iter().find(|v| name(v) == "clock");
        assert_eq!(clock.is_some(), launch.clock, "{} and the step", launch.entry);
        assert!(clock.is_none_or(|v| place(v) == (1, 0)));
        assert_eq!(launch.grid[2], operands[0].tensor.models, "{}", op.name());
    }
}

#[test]
fn every_entry_point_is_launched_and_within_the_limits_of_every_device() {
    let launched: BTreeSet<_> = every_op().iter().map(|op| Launch::of(op).entry.to_owned()).collect();
    let mut present = BTreeSet::new();
    let others = SHADERS.iter().filter(|shader| VARIANTS.iter().all(|variant| variant.file != shader.name));
    let others = others.map(|shader| (Parsed::of(shader), WORKGROUP));
    let products = VARIANTS.iter().map(|variant| (Parsed::under(shader(variant.file), Some(variant)), variant.threads));
    for (parsed, threads) in others.chain(products) {
        for (index, entry) in parsed.module.entry_points.iter().enumerate() {
            present.insert(entry.name.clone());
            assert_eq!(entry.workgroup_size, [threads, 1, 1], "{}", entry.name);
            let used = parsed.used(index);
            let storage = used.iter().filter(|v| matches!(v.space, AddressSpace::Storage { .. })).count();
            assert!(storage <= STORAGE_BUFFERS, "{} binds {storage} buffers", entry.name);
            let shared = used.iter().filter(|v| v.space == AddressSpace::WorkGroup);
            let bytes: u32 = shared.map(|v| parsed.size(v)).sum();
            assert!(bytes <= WORKGROUP_MEMORY, "{} takes {bytes} bytes of workgroup memory", entry.name);
        }
    }
    assert_eq!(present, launched, "entry points (left) and launches (right)");
}

#[test]
fn an_entry_point_has_the_name_of_its_operation() {
    for op in every_op() {
        let entry = Launch::of(&op).entry;
        // `covariance` is taken by the operand; long columns are sorted in place.
        let variant = ["covariance_of", "sort_columns_long"].contains(&entry);
        assert!(entry == op.name() || variant && entry.starts_with(op.name()), "{entry} for {}", op.name());
    }
}

#[test]
fn every_file_is_in_the_table_and_has_a_mirror() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut listed: BTreeSet<_> = SHADERS.iter().map(|shader| format!("{}.wgsl", shader.name)).collect();
    listed.extend(["prelude.wgsl".to_owned(), "strip.wgsl".to_owned(), "tile.wgsl".to_owned()]);
    let files = std::fs::read_dir(root.join("shaders")).expect("the folder of shaders");
    let files: BTreeSet<_> = files.map(|f| f.expect("a file").file_name().into_string().expect("a name")).collect();
    assert_eq!(files, listed, "files in shaders (left) and in the table (right)");
    for shader in &SHADERS {
        let mirror = format!("src/cpu/{}.rs", shader.mirror());
        assert!(shader.text.contains(&format!("// mirror    {mirror}\n")), "{}.wgsl names its mirror", shader.name);
        assert!(root.join(&mirror).exists(), "{}.wgsl has no mirror {mirror}", shader.name);
    }
}
