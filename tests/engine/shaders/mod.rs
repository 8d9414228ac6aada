//! The shaders, read with naga, say what the launch table and the operations say: names, numbers,
//! access, uniform, limits, mirrors.

mod ops;
mod parsed;
mod tint;
mod translations;
mod uniform;

use engine::gpu::launch::Launch;
use engine::gpu::shader::{SHADERS, WORKGROUP, shader};
use engine::gpu::variant::{Abilities, VARIANTS, variants};
use engine::op::{Access, Op};
use naga::{AddressSpace, TypeInner};
use ops::every_op;
use parsed::{Parsed, name, operand_of, place};
use std::collections::BTreeSet;
use std::path::Path;

/// Limits that every WebGPU device has.
const STORAGE_BUFFERS: usize = 8;
const WORKGROUP_MEMORY: u32 = 16 << 10;

/// The dispatch of a kernel, and those of every variant that computes it.
fn launches(op: &Op) -> Vec<Launch> {
    let all = variants(op, Abilities { eights: true }).map(|variant| variant.launch(op));
    [Launch::of(op)].into_iter().chain(all).collect()
}

#[test]
fn every_variant_is_launched() {
    let launched: BTreeSet<_> = every_op()
        .iter()
        .flat_map(launches)
        .filter_map(|l| Some((l.shader.name, l.variant?)))
        .collect();
    let listed = VARIANTS.iter().map(|variant| (variant.file, variant.name));
    assert_eq!(launched, listed.collect(), "launches (left) and the table (right)");
}

#[test]
fn every_shader_is_valid_and_declares_the_operands_of_the_table() {
    for parsed in SHADERS.iter().map(Parsed::of) {
        let variables = parsed.module.global_variables.iter().map(|(_, variable)| variable);
        let declared: BTreeSet<_> = variables
            .filter_map(|v| operand_of(v).map(|(name, _)| (place(v), name.to_owned())))
            .collect();
        let listed = parsed
            .shader
            .operands
            .iter()
            .zip(1..)
            .map(|(name, binding)| ((0, binding), (*name).to_owned()));
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
        let TypeInner::Struct { members, .. } = &parsed.module.types[block].inner else {
            panic!("`at` is no struct")
        };
        let members: Vec<_> =
            members.iter().map(|m| (m.name.as_deref().unwrap_or(""), m.offset)).collect();
        let places =
            shader.operands.iter().map(|operand| (*operand, 8 * shader.slot(operand) as u32));
        let scalars =
            shader.scalars.iter().map(|scalar| (*scalar, 4 * shader.scalar(scalar) as u32));
        assert_eq!(
            members,
            places.chain(scalars).collect::<Vec<_>>(),
            "`at` of {}.wgsl (left)",
            shader.name
        );
        let bytes = 4 * (shader.words() * shader.table) as u32;
        assert!(
            parsed.size(at).next_multiple_of(16) == bytes.next_multiple_of(16),
            "`at` of {}.wgsl",
            shader.name
        );
    }
}

#[test]
fn every_launch_binds_what_its_operation_names_and_its_entry_point_uses() {
    for (op, launch) in every_op()
        .into_iter()
        .flat_map(|op| launches(&op).into_iter().map(move |launch| (op, launch)))
    {
        let parsed = Parsed::of(launch.shader);
        let operands = op.operands();
        for (bound, operand) in launch.bound.iter().zip(&operands) {
            let variable = launch.shader.operands[bound.slot];
            assert_eq!((variable, bound.tensor), (operand.name, operand.tensor), "{}", op.name());
            let shared = launch.shader.shared.contains(&variable);
            assert_eq!(
                bound.read_only,
                operand.access == Access::Read && !shared,
                "{} {variable}",
                op.name()
            );
            assert!(
                !shared || operand.access == Access::Read,
                "{} {variable} is written anyway",
                op.name()
            );
            let words = &launch.words[2 * bound.slot..2 * bound.slot + 2];
            assert_eq!(
                words,
                [bound.tensor.offset as u32, bound.tensor.stride as u32],
                "{} {variable}",
                op.name()
            );
        }
        let (present, absent) = launch.bound.split_at(operands.len());
        assert!(present.iter().all(|bound| !bound.stand_in), "{}", op.name());
        assert!(absent.iter().all(|bound| bound.stand_in), "{}", op.name());
        let named = |name: &str| operands.iter().any(|operand| operand.name == name);
        assert!(
            absent.iter().all(|bound| !named(launch.shader.operands[bound.slot])),
            "{}: a stand-in for an operand that is there",
            op.name()
        );
        let used = parsed.used(parsed.entry(launch.entry));
        let declared: BTreeSet<_> = used.iter().filter_map(|v| operand_of(v)).collect();
        let bound =
            launch.bound.iter().map(|bound| (launch.shader.operands[bound.slot], !bound.read_only));
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
    let launched: BTreeSet<_> =
        every_op().iter().map(|op| Launch::of(op).entry.to_owned()).collect();
    let mut present = BTreeSet::new();
    let others =
        SHADERS.iter().filter(|shader| VARIANTS.iter().all(|variant| variant.file != shader.name));
    let others = others.map(|shader| (Parsed::of(shader), WORKGROUP));
    let variants = VARIANTS
        .iter()
        .map(|variant| (Parsed::under(shader(variant.file), Some(variant)), variant.threads));
    for (parsed, threads) in others.chain(variants) {
        for (index, entry) in parsed.module.entry_points.iter().enumerate() {
            present.insert(entry.name.clone());
            assert_eq!(entry.workgroup_size, [threads, 1, 1], "{}", entry.name);
            let used = parsed.used(index);
            let storage =
                used.iter().filter(|v| matches!(v.space, AddressSpace::Storage { .. })).count();
            assert!(storage <= STORAGE_BUFFERS, "{} binds {storage} buffers", entry.name);
            let shared = used.iter().filter(|v| v.space == AddressSpace::WorkGroup);
            let bytes: u32 = shared.map(|v| parsed.size(v)).sum();
            assert!(
                bytes <= WORKGROUP_MEMORY,
                "{} takes {bytes} bytes of workgroup memory",
                entry.name
            );
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
        assert!(
            entry == op.name() || variant && entry.starts_with(op.name()),
            "{entry} for {}",
            op.name()
        );
    }
}

#[test]
fn every_file_is_in_the_table_and_has_a_mirror() {
    let root = Path::new(crate::ROOT);
    let mut listed: BTreeSet<_> =
        SHADERS.iter().map(|shader| format!("{}.wgsl", shader.name)).collect();
    listed.extend(["prelude.wgsl".to_owned(), "slices.wgsl".to_owned(), "tile.wgsl".to_owned()]);
    let files = std::fs::read_dir(root.join("shaders")).expect("the folder of shaders");
    let files: BTreeSet<_> =
        files.map(|f| f.expect("a file").file_name().into_string().expect("a name")).collect();
    assert_eq!(files, listed, "files in shaders (left) and in the table (right)");
    for shader in SHADERS.iter() {
        let mirror = format!("src/engine/cpu/{}.rs", shader.mirror);
        assert!(
            shader.text.contains(&format!("// mirror    {mirror}\n")),
            "{}.wgsl names its mirror",
            shader.name
        );
        assert!(root.join(&mirror).exists(), "{}.wgsl has no mirror {mirror}", shader.name);
    }
}
