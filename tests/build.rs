//! Makes the bindings of the contract in C, as `wit-bindgen c --rename motcua:procedure/rules@1.0.0=rules` does, for the
//! plugin in C. Here and not in the tests, so that the library for it changes nothing of what the host is made of.

use std::error::Error;
use std::fs;
use std::path::Path;

use wit_bindgen_c::Opts;
use wit_bindgen_core::Files;
use wit_bindgen_core::wit_parser::Resolve;

const CONTRACT: &str = "../wit/procedure@1.0.0";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CONTRACT}");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(CONTRACT)?;
    let world = resolve.select_world(&[package], Some("procedure"))?;
    let options = Opts {
        rename: vec![(
            "motcua:procedure/rules@1.0.0".to_owned(),
            "rules".to_owned(),
        )],
        ..Opts::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    let folder = Path::new(&std::env::var("OUT_DIR")?).join("bindings-c");
    fs::create_dir_all(&folder)?;
    for (name, bytes) in files.iter() {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
