//! The host under attack: started, followed, stopped and started again on the same data.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::attacks::FORGED;
use super::shown;
use crate::binary::Server;
use crate::generate;

/// A host on data of its own.
#[derive(Debug)]
pub struct Host {
    data: PathBuf,
    /// As it runs now.
    pub server: Server,
    /// What it has said since it was first started.
    log: Vec<String>,
}

/// How long a line of the log may take; far more than any does.
const PATIENCE: Duration = Duration::from_secs(120);

impl Host {
    /// Starts it with the real procedures.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(data: &Path) -> io::Result<Self> {
        Ok(Self {
            data: data.to_owned(),
            server: Server::start(&generate::procedures(), data)?,
            log: Vec::new(),
        })
    }

    /// Stops it as an operator does, lets somebody at its files, and starts it again.
    ///
    /// # Errors
    /// It does not stop well or does not start.
    pub fn restart(self, meanwhile: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<Self> {
        let Self {
            data,
            server,
            mut log,
        } = self;
        log.extend(server.said());
        let stopped = server.interrupt()?;
        if !stopped.success() {
            return Err(io::Error::other(format!("it stopped with {stopped}")));
        }
        meanwhile(&data)?;
        Ok(Self {
            server: Server::start(&generate::procedures(), &data)?,
            data,
            log,
        })
    }

    /// Where it keeps compiled code.
    pub fn cache(&self) -> PathBuf {
        cache(&self.data)
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Waits until it has said, since the last time this was asked, a line that has all of these words.
    ///
    /// # Errors
    /// It does not come.
    pub fn says(&mut self, words: &[&str]) -> io::Result<()> {
        while let Some(line) = self.server.next_line(PATIENCE) {
            let found = words.iter().all(|word| line.contains(word));
            self.log.push(line);
            if found {
                return Ok(());
            }
        }
        Err(io::Error::other(format!(
            "no line of the log has {words:?}"
        )))
    }

    /// Everything it has said so far.
    pub fn log(&mut self) -> &[String] {
        self.log.extend(self.server.said());
        &self.log
    }

    /// The first line of the log with something in it that must not be there.
    pub fn spoiled_line(&mut self) -> Option<String> {
        self.log()
            .iter()
            .find_map(|line| match line.starts_with(FORGED) {
                true => Some(format!("a line that a plugin wrote: {line}")),
                false => shown::control(line),
            })
    }
}

/// Where a host on this data keeps compiled code.
pub fn cache(data: &Path) -> PathBuf {
    data.join("cache")
}

/// The files of compiled code, and when each was written.
///
/// # Errors
/// The folder cannot be read.
pub fn kept(cache: &Path) -> io::Result<BTreeMap<PathBuf, SystemTime>> {
    fs::read_dir(cache)?
        .map(|entry| {
            let entry = entry?;
            Ok((entry.path(), entry.metadata()?.modified()?))
        })
        .collect()
}

/// Changes one byte in each file of compiled code; tells how many there are.
///
/// # Errors
/// A file cannot be read or written.
pub fn flip(cache: &Path) -> io::Result<usize> {
    let files = kept(cache)?;
    for path in files.keys() {
        let mut bytes = fs::read(path)?;
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
        }
        fs::write(path, bytes)?;
    }
    Ok(files.len())
}
