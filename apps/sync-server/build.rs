//! The page's files are part of the program: when one is added, it has to be built again.

fn main() {
    println!("cargo::rerun-if-changed=../../frontend");
}
