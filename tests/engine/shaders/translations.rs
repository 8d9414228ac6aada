//! What other drivers than Vulkan are given: Metal's language and, for Windows, HLSL as FXC (5.1)
//! and as DXC (6.0) want it.
//!
//! naga translates every entry point under the constants of every variant, and no barrier is lost
//! on the way.

use super::{Parsed, launches, ops::every_op};
use engine::gpu::launch::Launch;
use engine::gpu::shader::{SHADERS, Shader};
use naga::back::{PipelineConstants, hlsl, msl};
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{Block, Module, ShaderStage, Statement};

/// One launch of every entry point of every variant.
pub fn every_launch() -> Vec<Launch> {
    let mut all: Vec<Launch> = Vec::new();
    for launch in every_op().iter().flat_map(launches) {
        let same = |other: &Launch| {
            (other.shader.name, other.entry, other.constants)
                == (launch.shader.name, launch.entry, launch.constants)
        };
        if !all.iter().any(same) {
            all.push(launch);
        }
    }
    all
}

/// The entry point of a launch alone, with the values of its constants.
fn specialised(launch: &Launch) -> (Module, ModuleInfo) {
    let Parsed { module, info, .. } = Parsed::bare(launch.shader);
    let constants: PipelineConstants =
        launch.constants.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let stage = Some((ShaderStage::Compute, launch.entry));
    let (module, _) =
        naga::back::pipeline_constants::process_overrides(&module, &info, stage, &constants)
            .unwrap_or_else(|error| panic!("{}: {error}", launch.entry));
    let mut module = module.into_owned();
    naga::compact::compact(&mut module, naga::compact::KeepUnused::No);
    let info = Validator::new(ValidationFlags::all(), Capabilities::SUBGROUP)
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}: {error:?}", launch.entry));
    (module, info)
}

/// Metal's text, without the checks that wgpu leaves out for us.
fn metal((module, info): &(Module, ModuleInfo), entry: &str) -> Result<String, String> {
    let none = BoundsCheckPolicy::Unchecked;
    let policies =
        BoundsCheckPolicies { index: none, buffer: none, image_load: none, binding_array: none };
    let options = msl::Options {
        lang_version: (2, 4),
        fake_missing_bindings: true,
        bounds_check_policies: policies,
        zero_initialize_workgroup_memory: false,
        force_loop_bounding: false,
        ..msl::Options::default()
    };
    let pipeline = msl::PipelineOptions {
        entry_point: Some((ShaderStage::Compute, entry.to_owned())),
        ..msl::PipelineOptions::default()
    };
    let (text, names) =
        msl::write_string(module, info, &options, &pipeline).map_err(|e| e.to_string())?;
    names
        .entry_point_names
        .into_iter()
        .try_for_each(|name| name.map(drop).map_err(|error| error.to_string()))?;
    Ok(text)
}

/// The text for Windows.
fn windows(
    (module, info): &(Module, ModuleInfo),
    entry: &str,
    shader_model: hlsl::ShaderModel,
) -> Result<String, String> {
    let options = hlsl::Options {
        shader_model,
        fake_missing_bindings: true,
        zero_initialize_workgroup_memory: false,
        restrict_indexing: false,
        force_loop_bounding: false,
        ..hlsl::Options::default()
    };
    let pipeline =
        hlsl::PipelineOptions { entry_point: Some((ShaderStage::Compute, entry.to_owned())) };
    let mut text = String::new();
    hlsl::Writer::new(&mut text, &options, &pipeline)
        .write(module, info, None)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

/// Barriers in all functions of a module.
fn barriers(module: &Module) -> usize {
    fn within(block: &Block) -> usize {
        let of = |statement: &Statement| match statement {
            Statement::ControlBarrier(_) => 1,
            other => super::uniform::inner(other).into_iter().map(within).sum(),
        };
        block.iter().map(of).sum()
    }
    let functions = module.functions.iter().map(|(_, function)| function);
    let entries = module.entry_points.iter().map(|entry| &entry.function);
    functions.chain(entries).map(|function| within(&function.body)).sum()
}

#[test]
fn every_entry_point_is_translated_with_all_its_barriers() {
    let mut wrong = Vec::new();
    let launches = every_launch();
    assert!(launches.len() > SHADERS.len(), "{} launches", launches.len());
    for launch in &launches {
        let module = specialised(launch);
        let expected = barriers(&module.0);
        let fxc = hlsl::ShaderModel::V5_1;
        let texts = [
            ("Metal", "threadgroup_barrier(", metal(&module, launch.entry)),
            ("FXC", "WithGroupSync(", windows(&module, launch.entry, fxc)),
            ("DXC", "WithGroupSync(", windows(&module, launch.entry, hlsl::ShaderModel::V6_0)),
        ];
        for (language, barrier, text) in texts {
            let name = format!("{}.{} {:?}", launch.shader.name, launch.entry, launch.constants);
            match text.map(|text| text.matches(barrier).count()) {
                Ok(found) if found == expected => {}
                Ok(found) => {
                    wrong.push(format!("{language} {name}: {found} of {expected} barriers"))
                }
                Err(error) => wrong.push(format!("{language} {name}: {error}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a shader asks other threads of its subgroup.
fn hears(shader: &'static Shader) -> bool {
    fn within(block: &Block) -> bool {
        block.iter().any(|statement| match statement {
            Statement::SubgroupBallot { .. }
            | Statement::SubgroupGather { .. }
            | Statement::SubgroupCollectiveOperation { .. } => true,
            other => super::uniform::inner(other).into_iter().any(within),
        })
    }
    let Parsed { module, .. } = Parsed::bare(shader);
    module.functions.iter().any(|(_, function)| within(&function.body))
}

#[test]
fn a_shader_names_the_extension_that_it_uses() {
    for shader in SHADERS.iter() {
        let expected = hears(shader).then_some("subgroups");
        assert_eq!(shader.extension, expected, "{}.wgsl", shader.name);
        let standard = shader.standard_source();
        assert_eq!(standard.starts_with("enable subgroups;\n"), expected.is_some());
        assert!(standard.ends_with(&shader.source()));
        // The day that naga takes the directive, one text is enough.
        assert_eq!(naga::front::wgsl::parse_str(&standard).is_err(), expected.is_some());
    }
}
