//! Compiled code, kept from one start to the next in a folder of this host.
//!
//! Compiled code is machine code: whoever could slip some of his own in would run whatever he likes. So each file is sealed
//! (HMAC-SHA-256) with a key that only this host has and that lies outside the folder; the seal covers the name under which
//! the code is kept: component, class, room, settings of the compiler, its version, the machine. A file is read once into
//! memory, its seal verified, and just those bytes are loaded. Whatever is wrong with a file (it is cut off, altered, sealed
//! with another key, another component's, another version's), it is thrown away and the component compiled anew; a line in
//! the log says so, and nobody's question fails.
//!
//! The folder belongs to one user: a folder that others can look into or that is somebody else's is not used at all.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::code::Artifact;
use crate::limits::Class;
use crate::sandbox::Room;

/// A key, in bytes.
const KEY: usize = 32;
/// A seal, in bytes.
const SEAL: usize = 32;
/// What the names of files end with.
const SUFFIX: &str = "code";
/// What they end with while they are being written.
const HALF: &str = "half";
/// The form of files: changes with what a seal covers.
const FORM: &str = "motcua code 1";
/// The compiler by which code was made.
const COMPILER: &str = concat!("wasmtime ", env!("MOTCUA_WASMTIME_VERSION"));

/// A folder of compiled code.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    key: Key,
    /// The most bytes of all files together.
    most: u64,
    /// The bytes of all files together, as far as this process knows.
    bytes: Mutex<u64>,
    /// Distinguishes the files that this process is writing.
    writing: AtomicU64,
    figures: Counters,
}

/// What a cache has done since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheFigures {
    /// Components that were loaded from it.
    pub found: u64,
    /// Components that were not in it.
    pub absent: u64,
    /// Files that were thrown away because something was wrong with them.
    pub spoiled: u64,
    /// Components that were put into it.
    pub kept: u64,
}

#[derive(Debug, Default)]
struct Counters {
    found: AtomicU64,
    absent: AtomicU64,
    spoiled: AtomicU64,
    kept: AtomicU64,
}

/// What a look into a folder found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheState {
    /// Components whose code is kept.
    pub components: usize,
    /// Bytes of all files together.
    pub bytes: u64,
    /// Files whose seal does not hold: they will be thrown away and compiled anew.
    pub spoiled: usize,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It or its key is not this user's alone.
    #[error("`{}` is open to others or somebody else's", path.display())]
    NotPrivate {
        /// The folder or the key.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("`{}`: {error}", path.display())]
    Io {
        /// The folder or the key.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// The key, which must not be printed.
struct Key([u8; KEY]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Under which name code is kept: everything it hangs on.
pub(crate) struct Name {
    text: String,
    file: String,
}

impl Name {
    /// `engine` is the engine of the room.
    pub fn of(
        component: &str,
        class: Class,
        room: Room,
        plain: bool,
        engine: &wasmtime::Engine,
    ) -> Self {
        /// Takes what a hash is made of as it is.
        struct Digesting(Sha256);
        impl Hasher for Digesting {
            fn write(&mut self, bytes: &[u8]) {
                self.0.update(bytes);
            }
            fn finish(&self) -> u64 {
                0
            }
        }
        let mut settings = Digesting(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut settings);
        let text = format!(
            "{FORM}\n{component}\n{class} {} {}\n{COMPILER} {} {}\n{}\n",
            room.word(),
            if plain { "module" } else { "component" },
            std::env::consts::OS,
            std::env::consts::ARCH,
            hexadecimal(&settings.0.finalize()),
        );
        let file = format!("{}.{SUFFIX}", hexadecimal(&Sha256::digest(&text)));
        Self { text, file }
    }
}

impl Cache {
    /// The bytes that a cache keeps if nobody says otherwise: 1 GiB, enough for five thousand packages.
    pub const BYTES: u64 = 1 << 30;

    /// Opens a folder, which is made if it does not exist. `most`: bytes of all files together; the oldest are removed when
    /// there are more. The key lies beside the folder, as `FOLDER.key`; it is made from `new_key` if there is none.
    ///
    /// # Errors
    /// The folder or the key cannot be read or made, or they are not this user's alone.
    pub fn open(
        folder: &Path,
        most: u64,
        new_key: impl FnOnce() -> [u8; KEY],
    ) -> Result<Self, CacheError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| CacheError::Io { path, error }
        };
        if !folder.exists() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder).map_err(at(folder))?;
        }
        private(folder)?;
        let place = key_of(folder);
        let key = match read_key(&place)? {
            Some(key) => key,
            None => {
                let key = new_key();
                write_private(&place, &[hexadecimal(&key).as_bytes()]).map_err(at(&place))?;
                // Another host may have made one at the same moment: the one that is there now counts.
                read_key(&place)?.unwrap_or(Key(key))
            }
        };
        let mut bytes = 0;
        for file in files(folder).map_err(at(folder))? {
            if file.is_code {
                bytes += file.bytes;
            } else {
                // Left over from a process that was killed while it wrote.
                let _ = fs::remove_file(&file.path);
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            key,
            most,
            bytes: Mutex::new(bytes),
            writing: AtomicU64::new(0),
            figures: Counters::default(),
        })
    }

    /// What it has done since it was opened.
    pub fn figures(&self) -> CacheFigures {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheFigures {
            found: of(&self.figures.found),
            absent: of(&self.figures.absent),
            spoiled: of(&self.figures.spoiled),
            kept: of(&self.figures.kept),
        }
    }

    /// Looks into a folder without changing anything; nothing if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is not this user's alone.
    pub fn look(folder: &Path) -> Result<Option<CacheState>, CacheError> {
        if !folder.exists() {
            return Ok(None);
        }
        private(folder)?;
        let key = read_key(&key_of(folder))?;
        let mut state = CacheState::default();
        let listed = files(folder).map_err(|error| CacheError::Io {
            path: folder.to_owned(),
            error,
        })?;
        for file in listed.iter().filter(|file| file.is_code) {
            state.components += 1;
            state.bytes += file.bytes;
            let whole = fs::read(&file.path).unwrap_or_default();
            let sound = key
                .as_ref()
                .is_some_and(|key| Sealed::read(&whole).is_some_and(|sealed| sealed.holds(key)));
            state.spoiled += usize::from(!sound);
        }
        Ok(Some(state))
    }

    /// The code of a name, if it is kept and nothing is wrong with it. `most`: bytes of code.
    pub(crate) fn read(&self, name: &Name, most: usize) -> Option<Artifact> {
        let whole = match self.whole(name, most) {
            Ok(Some(whole)) => whole,
            Ok(None) => {
                self.figures.absent.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            Err(error) => {
                self.spoiled(name, &error.to_string());
                return None;
            }
        };
        match Sealed::read(&whole) {
            Some(sealed) if !sealed.holds(&self.key) => {
                self.spoiled(name, "its seal does not hold");
            }
            Some(sealed) if sealed.name != name.text.as_bytes() => {
                self.spoiled(name, "it is the code of something else");
            }
            Some(sealed) => return Some(Artifact::vouched_for(sealed.code.to_vec())),
            None => self.spoiled(name, "it is cut off"),
        }
        None
    }

    /// Counts code that was loaded.
    pub(crate) fn found(&self) {
        self.figures.found.fetch_add(1, Ordering::Relaxed);
    }

    /// Throws the code of a name away, because something is wrong with it.
    pub(crate) fn spoiled(&self, name: &Name, why: &str) {
        self.figures.spoiled.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(
            file = name.file,
            why,
            "kept code is not used; the component is compiled anew"
        );
        let path = self.folder.join(&name.file);
        let freed = fs::symlink_metadata(&path).map_or(0, |metadata| metadata.len());
        if fs::remove_file(&path).is_ok() {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            *bytes = bytes.saturating_sub(freed);
        }
    }

    /// Keeps code. Where that fails, a line in the log says so, and it is compiled again another time.
    pub(crate) fn keep(&self, name: &Name, code: &Artifact) {
        match self.write(name, code) {
            Ok(()) => {
                self.figures.kept.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => tracing::warn!(%error, "compiled code could not be kept"),
        }
    }

    fn whole(&self, name: &Name, most: usize) -> io::Result<Option<Vec<u8>>> {
        let path = self.folder.join(&name.file);
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let most = (most + name.text.len() + SEAL + 8) as u64;
        if metadata.len() > most {
            return Err(io::Error::other("it is larger than any code"));
        }
        let mut whole = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
        File::open(&path)?.take(most).read_to_end(&mut whole)?;
        Ok(Some(whole))
    }

    fn write(&self, name: &Name, code: &Artifact) -> io::Result<()> {
        let length = (name.text.len() as u64).to_le_bytes();
        let parts = [&length[..], name.text.as_bytes(), code.bytes()];
        let seal = seal(&self.key, &parts).finalize().into_bytes();
        let path = self.folder.join(&name.file);
        let number = self.writing.fetch_add(1, Ordering::Relaxed);
        let half = self
            .folder
            .join(format!("{}-{number}.{HALF}", std::process::id()));
        let [length, text, code] = parts;
        let written = write_private(&half, &[&seal, length, text, code])
            .and_then(|()| fs::rename(&half, &path));
        if written.is_err() {
            let _ = fs::remove_file(&half);
        }
        written?;
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        *bytes += (SEAL + length.len() + text.len() + code.len()) as u64;
        if *bytes > self.most {
            *bytes = self.make_room(&path)?;
        }
        Ok(())
    }

    /// Removes the oldest files until three quarters of the room are taken; the newest stays. Answers how many bytes are left.
    fn make_room(&self, newest: &Path) -> io::Result<u64> {
        let mut listed = files(&self.folder)?;
        listed.retain(|file| file.is_code);
        listed.sort_by(|a, b| (a.written, &a.path).cmp(&(b.written, &b.path)));
        let mut left: u64 = listed.iter().map(|file| file.bytes).sum();
        for file in listed.iter().filter(|file| file.path != newest) {
            if left <= self.most / 4 * 3 {
                break;
            }
            fs::remove_file(&file.path)?;
            left -= file.bytes;
        }
        Ok(left)
    }
}

/// A file of the cache: seal, length of the name, name, code.
struct Sealed<'a> {
    seal: &'a [u8],
    length: &'a [u8],
    name: &'a [u8],
    code: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn read(whole: &'a [u8]) -> Option<Self> {
        let (seal, rest) = whole.split_at_checked(SEAL)?;
        let (length, rest) = rest.split_at_checked(8)?;
        let number = u64::from_le_bytes(length.try_into().ok()?);
        let (name, code) = rest.split_at_checked(usize::try_from(number).ok()?)?;
        Some(Self {
            seal,
            length,
            name,
            code,
        })
    }

    fn holds(&self, key: &Key) -> bool {
        seal(key, &[self.length, self.name, self.code])
            .verify_slice(self.seal)
            .is_ok()
    }
}

/// The seal over parts, the first of which tells where the second ends.
fn seal(key: &Key, parts: &[&[u8]]) -> Hmac<Sha256> {
    // A key shorter than a block of the digest is filled up with zeros: so says the standard.
    let mut block = [0; 64];
    block[..KEY].copy_from_slice(&key.0);
    let mut seal = <Hmac<Sha256> as Mac>::new(&block.into());
    for part in parts {
        seal.update(part);
    }
    seal
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The key of a folder lies beside it: a folder that is exchanged as a whole brings no key along.
fn key_of(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// The key; nothing if there is none, or none that could be one: then a new one is made, and everything compiled anew.
fn read_key(place: &Path) -> Result<Option<Key>, CacheError> {
    let text = match fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(error) => {
            return Err(CacheError::Io {
                path: place.to_owned(),
                error,
            });
        }
    };
    private(place)?;
    let digits = text.trim_end().as_bytes();
    let mut key = [0; KEY];
    if digits.len() != 2 * KEY {
        return Ok(None);
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok();
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) => *byte = value,
            None => return Ok(None),
        }
    }
    Ok(Some(Key(key)))
}

/// Refuses what others may read or write, or what is somebody else's.
fn private(path: &Path) -> Result<(), CacheError> {
    let metadata = fs::metadata(path).map_err(|error| CacheError::Io {
        path: path.to_owned(),
        error,
    })?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mine = metadata.uid() == rustix::process::geteuid().as_raw();
        if !mine || metadata.mode() & 0o077 != 0 {
            return Err(CacheError::NotPrivate {
                path: path.to_owned(),
            });
        }
    }
    #[cfg(not(unix))]
    let _ = metadata;
    Ok(())
}

/// Writes a file that only its owner can read, in the place of one that may be there.
fn write_private(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    Ok(())
}

struct Listed {
    path: PathBuf,
    bytes: u64,
    written: Option<std::time::SystemTime>,
    is_code: bool,
}

/// The files of a folder that are its own: code, and code that was being written.
fn files(folder: &Path) -> io::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        let is_code = suffix == Some(SUFFIX);
        if !is_code && suffix != Some(HALF) {
            continue;
        }
        // Another host may have removed it meanwhile.
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        listed.push(Listed {
            bytes: metadata.len(),
            written: metadata.modified().ok(),
            is_code,
            path,
        });
    }
    Ok(listed)
}
