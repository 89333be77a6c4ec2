//! Compiled code that is kept: found again, never trusted, bounded.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use motcua_engine::{
    Cache, CacheError, CacheFigures, CacheState, Classes, CompileIn, Engine, Limits, Settings,
};

use crate::{all_true, limits};
use guests::written::{Guest, not_plain};

/// A folder with room for a cache beside which a key can lie.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    (folder, cache)
}

fn open(folder: &Path) -> Cache {
    Cache::open(folder, Cache::BYTES, || [7; 32]).unwrap()
}

fn engine(folder: &Path) -> Engine {
    Engine::new(Settings {
        cache: Some(open(folder)),
        ..limits().into()
    })
    .unwrap()
}

fn figures(engine: &Engine) -> CacheFigures {
    engine.cache().unwrap().figures()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    all.sort();
    all
}

/// Loads a component, asks it, and tells what the cache did.
fn load(folder: &Path, component: &[u8]) -> CacheFigures {
    let engine = engine(folder);
    let procedure = engine.load(component).unwrap();
    let answered = procedure.assess(&all_true()).unwrap();
    let fresh = crate::engine().load(component).unwrap();
    assert_eq!(answered, fresh.assess(&all_true()).unwrap());
    figures(&engine)
}

const FRESH: CacheFigures = CacheFigures {
    found: 0,
    absent: 1,
    spoiled: 0,
    kept: 1,
};
const FOUND: CacheFigures = CacheFigures {
    found: 1,
    absent: 0,
    spoiled: 0,
    kept: 0,
};
const SPOILED: CacheFigures = CacheFigures {
    found: 0,
    absent: 0,
    spoiled: 1,
    kept: 1,
};

#[test]
fn code_is_found_again_by_the_next_engine() {
    let (_folder, cache) = place();
    let large = Guest {
        memory: "17",
        ..Guest::default()
    };
    let interpreted = Guest {
        fields: "(func)".repeat(5_000),
        ..Guest::default()
    };
    let plain = Guest::default().component();
    for component in [
        plain.clone(),
        not_plain(plain),
        large.component(),
        interpreted.component(),
    ] {
        assert_eq!(load(&cache, &component), FRESH);
        assert_eq!(load(&cache, &component), FOUND);
    }
    assert_eq!(files(&cache).len(), 4);
    let state = Cache::look(&cache).unwrap().unwrap();
    assert_eq!((state.components, state.spoiled), (4, 0));
    assert!(state.bytes > 4_000);
    // What the process itself has made is kept too.
    let own = Guest::that("(drop (i32.const 9))").component();
    let engine = engine(&cache);
    engine.load_if_own(&own, || true).unwrap();
    engine.load(&own).unwrap();
    assert_eq!((figures(&engine).kept, figures(&engine).found), (1, 1));
}

#[test]
fn whatever_is_wrong_with_a_file_the_component_is_compiled_anew() {
    let (_folder, cache) = place();
    let component = Guest::default().component();
    let other = Guest::that("(drop (i32.const 1))").component();
    load(&cache, &component);
    let [file] = &files(&cache)[..] else {
        panic!("one file")
    };
    let good = fs::read(file).unwrap();
    load(&cache, &other);
    let of_other = files(&cache)
        .into_iter()
        .find(|path| path != file)
        .map(|path| fs::read(path).unwrap())
        .unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut longer = good.clone();
    longer.push(0);
    let last = good.len() - 1;
    for (what, bytes) in [
        ("empty", vec![]),
        ("shorter than a seal", good[..31].to_vec()),
        ("shorter than a name", good[..60].to_vec()),
        ("cut off", good[..last].to_vec()),
        ("longer", longer),
        ("another seal", flipped(0)),
        ("another length of the name", flipped(32)),
        ("a huge length of the name", flipped(39)),
        ("another name", flipped(50)),
        ("another byte of the code", flipped(good.len() / 2)),
        ("another last byte", flipped(last)),
        ("the code of another component", of_other),
        ("something else", b"#!/bin/sh\n".repeat(1_000)),
        ("too large", vec![0; limits().code_bytes + 1_000]),
    ] {
        fs::write(file, &bytes).unwrap();
        assert_eq!(load(&cache, &component), SPOILED, "{what}");
        // What was wrong has been replaced, by just what was there before.
        assert_eq!(fs::read(file).unwrap(), good, "{what}");
        assert_eq!(load(&cache, &component), FOUND, "{what}");
    }
    // No file at all, and files that are none.
    fs::remove_file(file).unwrap();
    assert_eq!(load(&cache, &component), FRESH);
    let aside = cache.join("aside");
    fs::rename(file, &aside).unwrap();
    symlink(&aside, file).unwrap();
    assert_eq!(load(&cache, &component), SPOILED, "a link");
    assert_eq!(load(&cache, &component), FOUND);
}

#[test]
fn a_folder_in_the_way_of_a_file_is_no_error() {
    let (_folder, cache) = place();
    let component = Guest::default().component();
    load(&cache, &component);
    let file = files(&cache).remove(0);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let found = load(&cache, &component);
    assert_eq!((found.found, found.spoiled, found.kept), (0, 1, 0));
}

#[test]
fn another_key_spoils_everything() {
    let (folder, cache) = place();
    let component = Guest::default().component();
    load(&cache, &component);
    let key = folder.path().join("cache.key");
    let first = fs::read_to_string(&key).unwrap();
    assert_eq!(first, "07".repeat(32));
    for (what, text) in [
        ("another key", "08".repeat(32)),
        ("no key", String::new()),
        ("half a key", "08".repeat(16)),
        ("no digits", "é".repeat(32)),
    ] {
        fs::write(&key, text).unwrap();
        let mut spoiled = 0;
        for _ in 0..2 {
            let engine = Engine::new(Settings {
                cache: Some(Cache::open(&cache, Cache::BYTES, || [9; 32]).unwrap()),
                ..limits().into()
            })
            .unwrap();
            engine.load(&component).unwrap();
            spoiled += figures(&engine).spoiled;
        }
        assert_eq!(spoiled, 1, "{what}");
        fs::write(&key, &first).unwrap();
        load(&cache, &component);
    }
    // A cache that is carried to another place brings no key along.
    let (_elsewhere, moved) = place();
    fs::rename(&cache, &moved).unwrap();
    let engine = Engine::new(Settings {
        cache: Some(Cache::open(&moved, Cache::BYTES, || [9; 32]).unwrap()),
        ..limits().into()
    })
    .unwrap();
    engine.load(&component).unwrap();
    assert_eq!(figures(&engine).spoiled, 1);
}

#[test]
fn code_of_other_settings_is_other_code() {
    let (_folder, cache) = place();
    // The same component in another class.
    let component = Guest::default().component();
    load(&cache, &component);
    let narrow = Limits {
        functions: 1,
        ..limits()
    };
    let engine = Engine::new(Settings {
        classes: Classes::from(narrow),
        cache: Some(open(&cache)),
        ..Settings::default()
    })
    .unwrap();
    engine.load(&component).unwrap();
    assert_eq!(figures(&engine), FRESH);
    assert_eq!(files(&cache).len(), 2);
}

#[test]
fn the_folder_is_this_users_alone() {
    let (folder, cache) = place();
    load(&cache, &Guest::default().component());
    let key = folder.path().join("cache.key");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cache), 0o700);
    assert_eq!(mode(&key), 0o600);
    assert!(files(&cache).iter().all(|file| mode(file) == 0o600));
    let open_to = |path: &Path, mode: u32| {
        let before = fs::metadata(path).unwrap().permissions();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let opened = Cache::open(&cache, Cache::BYTES, || [7; 32]);
        assert!(
            matches!(&opened, Err(CacheError::NotPrivate { path: of }) if of == path),
            "{opened:?}"
        );
        assert!(Cache::look(&cache).is_err());
        fs::set_permissions(path, before).unwrap();
    };
    open_to(&cache, 0o750);
    open_to(&cache, 0o702);
    open_to(&key, 0o640);
    assert!(!format!("{:?}", open(&cache)).contains("7, 7"));
}

#[test]
fn the_oldest_code_makes_room() {
    let (_folder, cache) = place();
    load(&cache, &Guest::default().component());
    let one = Cache::look(&cache).unwrap().unwrap().bytes;
    fs::remove_file(&files(&cache)[0]).unwrap();
    let most = one * 4 + one / 2;
    let engine = Engine::new(Settings {
        cache: Some(Cache::open(&cache, most, || [7; 32]).unwrap()),
        ..limits().into()
    })
    .unwrap();
    let component = |number: u32| Guest::that(&format!("(drop (i32.const {number}))")).component();
    for number in 0..20 {
        let before = files(&cache);
        engine.load(&component(number)).unwrap();
        let state = Cache::look(&cache).unwrap().unwrap();
        assert!(state.bytes <= most, "{state:?}");
        assert!(state.components >= before.len().min(3), "{state:?}");
        // The newest is never the one to go.
        let found = figures(&engine).found;
        engine.load(&component(number)).unwrap();
        assert_eq!(figures(&engine).found, found + 1);
    }
}

#[test]
fn what_was_half_written_is_swept_away() {
    let (_folder, cache) = place();
    load(&cache, &Guest::default().component());
    fs::write(cache.join("1-0.half"), b"half").unwrap();
    fs::write(cache.join("notes"), b"somebody else's").unwrap();
    assert_eq!(load(&cache, &Guest::default().component()), FOUND);
    assert!(!cache.join("1-0.half").exists());
    assert!(cache.join("notes").exists());
    let state = Cache::look(&cache).unwrap().unwrap();
    assert_eq!(state.components, 1);
    assert_eq!(
        Cache::look(Path::new("/nowhere")).unwrap(),
        None::<CacheState>
    );
}

#[test]
fn a_cache_needs_no_compiler() {
    let (_folder, cache) = place();
    let component = Guest::default().component();
    load(&cache, &component);
    let engine = Engine::new(Settings {
        compile_in: CompileIn::Child(PathBuf::from("/nowhere/motcua")),
        cache: Some(open(&cache)),
        ..limits().into()
    })
    .unwrap();
    assert!(engine.load(&component).is_ok());
    assert!(engine.load(&not_plain(component.clone())).is_err());
    assert!(
        engine
            .load_if_own(&component, || panic!("its code is kept"))
            .is_ok()
    );
    assert!(engine.load_if_own(&not_plain(component), || true).is_ok());
}
