//! Many procedures out of the real ones: the same rules under other codes and names, for measuring only.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the real procedures.
pub fn procedures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../procedures")
}

/// The package files under a folder, in the order of their names.
pub fn packages(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            if path.is_dir() && name != "cases" && name != "calendars" {
                pending.push(path);
            } else if name.ends_with(".yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes `count` versions under `folder`, with the calendars: the real packages in turn, each under a code and a slug of its
/// own. Cases are left out, as they are not needed to answer.
pub fn write(folder: &Path, count: usize) -> io::Result<()> {
    let real = procedures();
    copy(&real.join("calendars"), &folder.join("calendars"))?;
    let packages = packages(&real)?;
    let texts = packages
        .iter()
        .map(fs::read_to_string)
        .collect::<io::Result<Vec<_>>>()?;
    for (number, (path, text)) in packages.iter().zip(&texts).cycle().take(count).enumerate() {
        let name = path.file_name().unwrap_or_default();
        let slug = format!("generated-{number:05}");
        let text: String = text
            .lines()
            .map(|line| match line.split_once(':') {
                Some(("code", _)) => format!("code: \"9.{number:06}\"\n"),
                Some(("slug", _)) => format!("slug: {slug}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let target = folder.join("generated").join(&slug);
        fs::create_dir_all(&target)?;
        fs::write(target.join(name), text)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
