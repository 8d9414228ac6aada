//! Says where the bundled data are: in a package beside this file, in the repository two folders
//! up.
//! (In the repository `data` beside this file is a symbolic link, which is a text file where a
//! system has no such links.)
//! The place is relative to this file, so a built checkout may be moved or copied.

use std::path::Path;

fn main() {
    let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folders = ["data", "../../data"];
    let found = folders.iter().find(|folder| Path::new(&here).join(folder).is_dir());
    println!("cargo::rustc-env=MELLIZO_DATA={}", found.expect("the folder of data"));
    println!("cargo::rerun-if-changed=build.rs");
}
