//! A shader file as naga reads it: entry points, operands, sizes.

use engine::gpu::shader::Shader;
use engine::gpu::variant::{VARIANTS, Variant};
use naga::valid::{Capabilities, GlobalUse, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, GlobalVariable, Handle, Module, StorageAccess, Type, TypeInner};

/// A validated shader file.
pub(super) struct Parsed {
    pub(super) shader: &'static Shader,
    pub(super) module: Module,
    pub(super) info: ModuleInfo,
}

impl Parsed {
    pub(super) fn of(shader: &'static Shader) -> Self {
        Self::under(shader, VARIANTS.iter().find(|variant| variant.file == shader.name))
    }

    /// The file as it is.
    pub(super) fn bare(shader: &'static Shader) -> Self {
        Self::under(shader, None)
    }

    /// The file with the values that a variant gives to its constants.
    pub(super) fn under(shader: &'static Shader, variant: Option<&Variant>) -> Self {
        let mut source = shader.source();
        for (name, value) in variant.map_or(&[][..], |variant| variant.constants) {
            let declared = format!("override {name}: u32 = ");
            let start = source.find(&declared);
            let start = start.unwrap_or_else(|| panic!("{}.wgsl: no {name}", shader.name));
            let end = start + source[start..].find(';').expect("the end of a declaration");
            source.replace_range(start..end, &format!("const {name}: u32 = {value}u"));
        }
        let module = naga::front::wgsl::parse_str(&source).unwrap_or_else(|error| {
            panic!("{}.wgsl: {}", shader.name, error.emit_to_string(&source))
        });
        let eights =
            VARIANTS.iter().any(|variant| variant.file == shader.name && variant.needs_eights());
        let mut validator = Validator::new(
            ValidationFlags::all(),
            if eights { Capabilities::SUBGROUP } else { Capabilities::default() },
        );
        let info = validator.validate(&module).unwrap_or_else(|error| {
            panic!("{}.wgsl: {}", shader.name, error.emit_to_string(&source))
        });
        Self { shader, module, info }
    }

    pub(super) fn entry(&self, name: &str) -> usize {
        let found = self.module.entry_points.iter().position(|entry| entry.name == name);
        found.unwrap_or_else(|| panic!("{}.wgsl has no entry point {name}", self.shader.name))
    }

    /// The global variables that an entry point uses.
    pub(super) fn used(&self, entry: usize) -> Vec<&GlobalVariable> {
        let info = self.info.get_entry_point(entry);
        let uses = |handle: &Handle<GlobalVariable>| info[*handle] != GlobalUse::empty();
        self.module
            .global_variables
            .iter()
            .filter(|(handle, _)| uses(handle))
            .map(|(_, variable)| variable)
            .collect()
    }

    /// The type of a block of the uniform `at`, which may be a table of them.
    pub(super) fn block(&self, at: &GlobalVariable) -> Handle<Type> {
        match self.module.types[at.ty].inner {
            TypeInner::Array { base, .. } => base,
            _ => at.ty,
        }
    }

    pub(super) fn size(&self, variable: &GlobalVariable) -> u32 {
        self.module.types[variable.ty].inner.size(self.module.to_ctx())
    }
}

pub(super) fn name(variable: &GlobalVariable) -> &str {
    variable.name.as_deref().expect("a global variable has a name")
}

/// (group, binding)
pub(super) fn place(variable: &GlobalVariable) -> (u32, u32) {
    let binding = variable.binding.expect("an operand has a binding");
    (binding.group, binding.binding)
}

/// The operand's name and whether a storage variable may be written.
pub(super) fn operand_of(variable: &GlobalVariable) -> Option<(&str, bool)> {
    let AddressSpace::Storage { access } = variable.space else { return None };
    let writes = access.contains(StorageAccess::STORE);
    let reader = name(variable).strip_suffix("_read").filter(|_| !writes);
    Some((reader.unwrap_or(name(variable)), writes))
}
