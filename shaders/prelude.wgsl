// prelude: what several kernels share.
// The text of a kernel is followed by this text; there is no other mechanism.
//
// Every kernel has workgroups of 256 threads, but for variants that say otherwise.
// Group 0 binding 0 is the uniform `at`: the place (offset, model stride) of every operand, then
// the sizes and constants.
// From binding 1 on come the operands.
// Where one kernel of a file writes an operand and another one reads it,
// `NAME_read` is the reader's variable at the same binding.
// Group 1 binding 0 is `clock`, the step of the replay.

const WORKGROUP = 256u;
// A kernel that sums over rows gives a workgroup STRIP features; LANES threads share each of them.
const STRIP = 16u;
const LANES = 16u;

// Where the numbers of a model start.
fn start(place: vec2<u32>, model: u32) -> u32 {
    return place.x + model * place.y;
}

var<workgroup> sums: array<f32, 256>;

// Sum over the threads whose index has the same remainder by `columns` (a power of two),
// given to all of them.
// The order is fixed, so the same numbers give the same bits.
// Every thread of the workgroup must call it.
fn sum_lanes(value: f32, index: u32, columns: u32) -> f32 {
    workgroupBarrier();
    sums[index] = value;
    for (var half = WORKGROUP / 2u; half >= columns; half /= 2u) {
        workgroupBarrier();
        if (index < half) {
            sums[index] += sums[index + half];
        }
    }
    workgroupBarrier();
    return sums[index % columns];
}

// Comparisons with NaN may be optimised away (x != x is false on Vulkan), its bits may not.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn is_finite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u;
}

// log(1 + exp(x)) without overflow, accurate for very negative x; NaN stays NaN.
fn softplus(x: f32) -> f32 {
    let e = exp(-min(abs(x), 87.0));
    let series = e * (1.0 - e * (0.5 - e * (1.0 / 3.0 - e * 0.25)));
    let tail = select(log(1.0 + e), series, e < 0.03);
    return select(select(0.0, x, x > 0.0) + tail, x, is_nan(x));
}

// 1 / (1 + exp(-x)) without overflow; NaN stays NaN.
fn sigmoid(x: f32) -> f32 {
    let e = exp(-min(abs(x), 87.0));
    return select(select(e, 1.0, x > 0.0) / (1.0 + e), x, is_nan(x));
}

fn leaky(x: f32, slope: f32) -> f32 {
    return select(slope * x, x, x > 0.0);
}

// High and low word of a 64-bit product, from products of 16-bit halves (WGSL has no wider
// integers).
fn wide_product(a: u32, b: u32) -> vec2<u32> {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let middle = a1 * b0 + ((a0 * b0) >> 16u);
    let carry = a0 * b1 + (middle & 0xffffu);
    return vec2<u32>(a1 * b1 + (middle >> 16u) + (carry >> 16u), a * b);
}

// Philox4x32-10 (Salmon et al. 2011): four random words of a counter under a key.
fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    var c = counter;
    var k = key;
    for (var round = 0u; round < 10u; round++) {
        let p = wide_product(0xd2511f53u, c.x);
        let q = wide_product(0xcd9e8d57u, c.z);
        c = vec4<u32>(q.x ^ c.y ^ k.x, q.y, p.x ^ c.w ^ k.y, p.y);
        k += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
    }
    return c;
}
