//! Growth: time and memory against rows, features, batch and models, of training, of reading and of
//! sampling.
//!
//! `cargo bench --bench growth` measures on the CPU (with MELLIZO_GROWTH_ADAPTER on the GPU of that
//! name) and writes `docs/growth.svg` and the table in `docs/performance.md`; `-- --quick` looks at
//! tiny sizes and writes nothing, `-- rows read` (any of rows, features, batch, models, read,
//! sampled) measures these alone and writes nothing.
//! Parquet is measured with `--features parquet`.

mod curves;
mod files;
mod page;

use curves::Curve;
use mellizo::report::scaling::{Panel, scaling_svg};
use std::path::Path;
use std::time::Instant;

fn main() {
    // Cargo says `--bench` when it is to measure; as a test this program only has to run.
    let quick = std::env::args().any(|argument| argument == "--quick")
        || !std::env::args().any(|argument| argument == "--bench");
    let named: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|named| named == name);
    let start = Instant::now();
    let machine = curves::machine();
    println!("{machine}");
    let axes = curves::axes(quick).into_iter().filter(|axis| wanted(axis.name));
    let mut all: Vec<Curve> = axes.map(|axis| shown(curves::training(&axis))).collect();
    let desk = tempfile::tempdir().expect("a temporary folder");
    let rows = if quick {
        vec![300, 1000]
    } else {
        vec![1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000]
    };
    if wanted("read") {
        all.push(shown(files::reading(desk.path(), &rows)));
    }
    if wanted("sampled") {
        all.push(shown(files::sampling(desk.path(), &rows)));
    }
    if quick || !named.is_empty() {
        return;
    }
    let table = page::table(&machine, &all, start.elapsed().as_secs());
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let panels: Vec<Panel> = all.iter().flat_map(Curve::panels).collect();
    std::fs::write(docs.join("growth.svg"), scaling_svg(&panels)).expect("docs can be written");
    let page = std::fs::read_to_string(docs.join("performance.md")).expect("the page of figures");
    let page = page::put(&page, &table).expect("the page has the two marks");
    std::fs::write(docs.join("performance.md"), page).expect("docs can be written");
}

/// What was measured, as soon as it was.
fn shown(curve: Curve) -> Curve {
    println!("{}", page::lines(&curve));
    curve
}
