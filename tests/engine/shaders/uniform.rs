//! Barriers are reached by all threads of a workgroup together, as compilers that look for
//! themselves can see: browsers, and FXC on Windows.
//!
//! A value *varies* if it may differ between the threads of a workgroup: what depends on a thread's
//! own number, or was stored where the flow depends on such a value.
//! FXC also refuses a barrier in a loop of a loop (of one function) where a loop before it or around
//! it ends for some threads before others.

use super::Parsed;
use engine::gpu::shader::SHADERS;
use naga::{
    Block, BuiltIn, Expression, Function, Handle, LocalVariable, Module, Statement, SwitchCase,
};
use std::collections::BTreeSet;

/// What is said of one function, given which of its arguments vary.
struct Flow<'a> {
    module: &'a Module,
    function: &'a Function,
    arguments: BTreeSet<u32>,
    locals: BTreeSet<Handle<LocalVariable>>,
    faults: Vec<String>,
}

impl<'a> Flow<'a> {
    fn of(module: &'a Module, function: &'a Function, arguments: BTreeSet<u32>) -> Self {
        let locals = BTreeSet::new();
        let mut flow = Self { module, function, arguments, locals, faults: Vec::new() };
        loop {
            let known = flow.locals.len();
            flow.store(&function.body, false);
            if flow.locals.len() == known {
                return flow;
            }
        }
    }

    /// Whether the value of an expression varies.
    fn varies(&self, expression: Handle<Expression>) -> bool {
        let any = |all: &[Handle<Expression>]| all.iter().any(|one| self.varies(*one));
        match &self.function.expressions[expression] {
            Expression::FunctionArgument(number) => self.arguments.contains(number),
            Expression::LocalVariable(variable) => self.locals.contains(variable),
            Expression::Access { base, index } => any(&[*base, *index]),
            Expression::AccessIndex { base, .. } => any(&[*base]),
            Expression::Splat { value, .. } => any(&[*value]),
            Expression::Swizzle { vector, .. } => any(&[*vector]),
            Expression::Load { pointer } => any(&[*pointer]),
            Expression::Compose { components, .. } => any(components),
            Expression::Unary { expr, .. } | Expression::As { expr, .. } => any(&[*expr]),
            Expression::Binary { left, right, .. } => any(&[*left, *right]),
            Expression::Select { condition, accept, reject } => {
                any(&[*condition, *accept, *reject])
            }
            Expression::Math { arg, arg1, arg2, arg3, .. } => {
                any(&[*arg]) || [arg1, arg2, arg3].into_iter().flatten().any(|one| any(&[*one]))
            }
            Expression::CallResult(_) => self.results(&self.function.body, expression),
            Expression::Literal(_)
            | Expression::Constant(_)
            | Expression::Override(_)
            | Expression::ZeroValue(_)
            | Expression::GlobalVariable(_)
            | Expression::ArrayLength(_) => false,
            _ => true,
        }
    }

    /// Whether the call with that result is given anything that varies.
    fn results(&self, block: &Block, wanted: Handle<Expression>) -> bool {
        block.iter().any(|statement| match statement {
            Statement::Call { arguments, result: Some(result), .. } if *result == wanted => {
                arguments.iter().any(|argument| self.varies(*argument))
            }
            other => inner(other).iter().any(|block| self.results(block, wanted)),
        })
    }

    /// Notes the local variables that take in what varies.
    fn store(&mut self, block: &Block, apart: bool) {
        for statement in block.iter() {
            if let Statement::Store { pointer, value } = statement
                && (apart || self.varies(*value) || self.varies(*pointer))
            {
                self.locals.extend(self.root(*pointer));
            }
            let apart = apart || self.parts(statement);
            inner(statement).into_iter().for_each(|block| self.store(block, apart));
        }
    }

    fn root(&self, pointer: Handle<Expression>) -> Option<Handle<LocalVariable>> {
        match self.function.expressions[pointer] {
            Expression::LocalVariable(variable) => Some(variable),
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => {
                self.root(base)
            }
            _ => None,
        }
    }

    /// Whether threads may go different ways at a statement.
    fn parts(&self, statement: &Statement) -> bool {
        match statement {
            Statement::If { condition, .. } => self.varies(*condition),
            Statement::Switch { selector, .. } => self.varies(*selector),
            Statement::Loop { body, break_if, .. } => {
                self.leaves(body, false) || break_if.is_some_and(|on| self.varies(on))
            }
            _ => false,
        }
    }

    /// Whether a thread may leave a loop with that body before others do.
    fn leaves(&self, body: &Block, apart: bool) -> bool {
        body.iter().any(|statement| match statement {
            Statement::Break | Statement::Continue | Statement::Return { .. } => apart,
            Statement::Loop { body, .. } => self.returns(body, apart),
            other => {
                let apart = apart || self.parts(other);
                inner(other).into_iter().any(|block| self.leaves(block, apart))
            }
        })
    }

    /// Whether a thread may leave the function in a block before others do.
    fn returns(&self, block: &Block, apart: bool) -> bool {
        block.iter().any(|statement| {
            let within = apart || self.parts(statement);
            matches!(statement, Statement::Return { .. }) && apart
                || inner(statement).into_iter().any(|block| self.returns(block, within))
        })
    }

    /// A function that is called here, with what of its arguments varies.
    fn called(&self, function: Handle<Function>, arguments: &[Handle<Expression>]) -> Flow<'a> {
        let given = (0..).zip(arguments).filter(|(_, given)| self.varies(**given));
        let given = given.map(|(number, _)| number).collect();
        Flow::of(self.module, &self.module.functions[function], given)
    }

    /// Whether threads leave some loop of a block apart.
    fn ragged(&self, block: &[Statement]) -> bool {
        block.iter().any(|statement| match statement {
            Statement::Loop { .. } if self.parts(statement) => true,
            Statement::Call { function, arguments, .. } => {
                let called = self.called(*function, arguments);
                called.ragged(&called.function.body)
            }
            other => inner(other).into_iter().any(|block| self.ragged(block)),
        })
    }

    /// Collects what is wrong with the barriers of a block.
    fn judge(&mut self, block: &Block, mut at: At) {
        for statement in block.iter() {
            let apart = at.apart || self.parts(statement);
            match statement {
                Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. } => {
                    if at.apart {
                        self.faults.push("a barrier that not all threads reach".to_owned());
                    }
                    if at.loops > 1 && at.ragged {
                        self.faults.push("a barrier in two loops behind a ragged one".to_owned());
                    }
                }
                Statement::Call { function, arguments, .. } => {
                    let mut called = self.called(*function, arguments);
                    called.judge(&called.function.body, At { loops: 0, ..at });
                    self.faults.extend(called.faults);
                }
                Statement::Loop { body, continuing, .. } => {
                    // What comes later in the body is before the barrier the next time.
                    let ragged = at.ragged || self.ragged(body);
                    let within = At { apart, ragged, loops: at.loops + 1 };
                    [body, continuing].into_iter().for_each(|block| self.judge(block, within));
                }
                other => {
                    inner(other).into_iter().for_each(|block| self.judge(block, At { apart, ..at }))
                }
            }
            let blocks = inner(statement);
            at.apart |= blocks.into_iter().any(|block| self.returns(block, apart));
            at.ragged |= self.ragged(std::slice::from_ref(statement));
        }
    }
}

/// How a statement is reached.
#[derive(Clone, Copy, Default)]
struct At {
    /// Perhaps not by all threads together.
    apart: bool,
    /// Behind a loop that threads leave apart.
    ragged: bool,
    /// In so many loops of its function: loops that call a function with a barrier are taken.
    loops: usize,
}

/// The blocks of a statement.
pub fn inner(statement: &Statement) -> Vec<&Block> {
    match statement {
        Statement::Block(block) => vec![block],
        Statement::If { accept, reject, .. } => vec![accept, reject],
        Statement::Switch { cases, .. } => {
            cases.iter().map(|SwitchCase { body, .. }| body).collect()
        }
        Statement::Loop { body, continuing, .. } => vec![body, continuing],
        _ => Vec::new(),
    }
}

/// What is wrong with the barriers of a module, entry point by entry point.
fn faults(module: &Module) -> Vec<String> {
    let own = [
        BuiltIn::LocalInvocationId,
        BuiltIn::LocalInvocationIndex,
        BuiltIn::GlobalInvocationId,
        BuiltIn::SubgroupInvocationId,
        BuiltIn::SubgroupId,
    ];
    let of_a_thread = |binding: &Option<naga::Binding>| {
        own.iter().any(|own| *binding == Some(naga::Binding::BuiltIn(*own)))
    };
    let entries = module.entry_points.iter().flat_map(|entry| {
        let arguments = (0..).zip(&entry.function.arguments);
        let vary = arguments.filter(|(_, argument)| of_a_thread(&argument.binding));
        let vary = vary.map(|(number, _)| number).collect();
        let mut flow = Flow::of(module, &entry.function, vary);
        flow.judge(&entry.function.body, At::default());
        flow.faults.into_iter().map(|fault| format!("{}: {fault}", entry.name))
    });
    entries.collect()
}

#[test]
fn every_barrier_is_reached_by_all_threads_together() {
    let wrong: Vec<_> =
        SHADERS.iter().map(Parsed::of).flat_map(|parsed| faults(&parsed.module)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_barrier_that_some_threads_miss_is_found() {
    let kernel = |body: &str| {
        let head = "var<workgroup> sums: array<f32, 64>; @group(0) @binding(0) var<uniform> n: u32;\
                    fn both(i: u32) -> bool { return i < n; }";
        let entry =
            "@compute @workgroup_size(64) fn kernel(@builtin(local_invocation_index) i: u32)";
        let source = format!("{head} {entry} {{ {body} workgroupBarrier(); }}");
        naga::front::wgsl::parse_str(&source).expect("WGSL")
    };
    let together = [
        "for (var k = 0u; k < n; k++) { workgroupBarrier(); if (k + i < n) { sums[i] = 1.0; } }",
        "for (var a = 0u; a < n; a++) { for (var b = 0u; b < n; b++) { workgroupBarrier(); } }",
        "for (var k = i; k < n; k += 64u) { sums[k % 64u] = 1.0; }",
        "if (both(n)) { workgroupBarrier(); }",
    ];
    for body in together {
        assert_eq!(faults(&kernel(body)), [""; 0], "{body}");
    }
    let nested =
        "for (var a = 0u; a < n; a++) { for (var b = 0u; b < n; b++) { workgroupBarrier();";
    let ragged = "for (var k = i; k < n; k += 64u) { sums[k % 64u] = 1.0; }";
    let behind = [
        format!("{ragged} {nested} }} }}"),
        format!("{nested} {ragged} }} }}"),
        format!("{nested} }} {ragged} }}"),
    ];
    let apart = [
        "for (var k = i; k < n; k += 64u) { workgroupBarrier(); }",
        "if (i < n) { return; }",
        "if (both(i)) { workgroupBarrier(); }",
        "var k = 0u; if (i < n) { k = n; } for (; k < n; k++) { workgroupBarrier(); }",
        "for (var k = 0u; k < n; k++) { workgroupBarrier(); if (i < k) { break; } }",
        "for (var k = 0u; k < n; k++) { if (i < k) { continue; } workgroupBarrier(); }",
    ];
    for body in apart.into_iter().chain(behind.iter().map(String::as_str)) {
        assert!(!faults(&kernel(body)).is_empty(), "{body}");
    }
}
