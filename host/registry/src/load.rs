//! To load versions: a package is compiled, unless its component is kept from an earlier start; the component is admitted
//! and compiled by the engine, and kept by the store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use motcua_compiler::diagnostic::Diagnostic;
use motcua_compiler::source::SourceFile;
use motcua_compiler::{Compilation, compile};
use motcua_engine::{Engine, LoadError, digest as digest_of};
use motcua_model::text::counted;
use motcua_model::{Moment, Text};
use motcua_store::{CompiledFrom, Digest, NewVersion, Store, StoreError};

use crate::catalogue::CatalogueError;
use crate::version::Version;

/// The compiler by which components are remembered: its version, and what it is made of.
pub const COMPILER: &str = concat!(
    "motcua-compiler ",
    env!("CARGO_PKG_VERSION"),
    "+",
    env!("MOTCUA_COMPILER_FINGERPRINT")
);

/// The engine that admits versions.
pub const ENGINE: &str = concat!("motcua-engine ", env!("CARGO_PKG_VERSION"));

/// Where a version comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A package with its cases.
    Package {
        /// The package.
        package: SourceFile,
        /// Its cases, if there are any.
        cases: Option<SourceFile>,
    },
    /// A component.
    Component {
        /// Where it was found; only shown.
        path: String,
        /// The whole file.
        bytes: Vec<u8>,
    },
}

impl Source {
    /// The path as the user knows it.
    pub fn path(&self) -> &str {
        match self {
            Self::Package { package, .. } => &package.path,
            Self::Component { path, .. } => path,
        }
    }

    /// The digest of everything the compiler reads; nothing for a component.
    fn digest(&self) -> Option<Digest> {
        let Self::Package { package, cases } = self else {
            return None;
        };
        // Lengths first, so that no text can move from one file to the other unnoticed.
        let mut bytes = Vec::new();
        for text in [Some(&package.text), cases.as_ref().map(|cases| &cases.text)] {
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(text.map_or("", |text| text).as_bytes());
        }
        Some(Digest::of(&bytes))
    }
}

/// How a component was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Compiled now.
    Compiled,
    /// Kept from an earlier start.
    Remembered,
    /// Given as a component.
    Given,
}

/// A version that was loaded.
#[derive(Debug)]
pub struct Loaded {
    /// Where it came from.
    pub path: String,
    /// The version.
    pub version: Arc<Version>,
    /// How its component was come by.
    pub how: How,
    /// Warnings of the compiler; none when the component was remembered.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a version was not loaded. The others are.
#[derive(Debug)]
pub enum LoadFailure {
    /// The package has mistakes.
    NotCompiled {
        /// The files that the messages point into.
        source: Source,
        /// At least one of them is an error.
        diagnostics: Vec<Diagnostic>,
    },
    /// The engine does not admit the component.
    Refused {
        /// Where it came from.
        path: String,
        /// Why.
        error: LoadError,
    },
    /// The store could not be asked, or could not keep it.
    NotKept {
        /// Where it came from.
        path: String,
        /// Why.
        error: Arc<StoreError>,
    },
    /// Another version stands in its place.
    DoesNotFit {
        /// Where it came from.
        path: String,
        /// Why.
        error: CatalogueError,
    },
}

impl LoadFailure {
    /// Where it came from.
    pub fn path(&self) -> &str {
        match self {
            Self::NotCompiled { source, .. } => source.path(),
            Self::Refused { path, .. }
            | Self::NotKept { path, .. }
            | Self::DoesNotFit { path, .. } => path,
        }
    }

    /// What is wrong. The places in a package are told by its diagnostics.
    pub fn text(&self) -> Text {
        let what = match self {
            Self::NotCompiled { diagnostics, .. } => {
                let number = diagnostics.len();
                Text::new(
                    format!("gói có lỗi ({number} thông báo)"),
                    format!(
                        "the package has mistakes ({})",
                        counted(number, "message", "messages")
                    ),
                )
            }
            Self::Refused { error, .. } => error.message(),
            Self::NotKept { error, .. } => error.text(),
            Self::DoesNotFit { error, .. } => error.text(),
        };
        let path = self.path();
        Text::new(
            format!("{path}: {}", what.vi),
            format!("{path}: {}", what.en),
        )
    }
}

/// Loads versions out of files; [`crate::Registry::seed`] puts them in force.
#[derive(Clone)]
pub struct Loader {
    /// Compiles components.
    pub engine: Engine,
    /// Keeps them.
    pub store: Arc<dyn Store>,
    /// Threads that compile at the same time; at least 1.
    pub threads: usize,
    /// Versions that are loaded already, by their digest: none of them is loaded a second time.
    pub known: Arc<BTreeMap<String, Arc<Version>>>,
}

/// A source on its way.
struct Work {
    source: Source,
    digest: Option<Digest>,
    /// The component, where it is known.
    component: Option<Vec<u8>>,
}

/// A version that the engine has admitted.
struct Ready {
    path: String,
    digest: Option<Digest>,
    component: Vec<u8>,
    version: Arc<Version>,
    how: How,
    diagnostics: Vec<Diagnostic>,
}

impl Loader {
    /// So many are compiled and kept together: few enough to hold in memory, many enough for one transaction to pay.
    const BATCH: usize = 64;

    /// Loads versions, all that can be loaded; answers in the order given. After each, `progress` is told how many of them
    /// are done; it is called from several threads.
    pub async fn load(
        &self,
        sources: Vec<Source>,
        now: Moment,
        progress: impl Fn(usize) + Send + Sync + 'static,
    ) -> Vec<Result<Loaded, LoadFailure>> {
        let progress = Arc::new(progress);
        let done = Arc::new(AtomicUsize::new(0));
        let mut results = Vec::with_capacity(sources.len());
        let mut sources = sources.into_iter();
        loop {
            let batch: Vec<Source> = sources.by_ref().take(Self::BATCH).collect();
            if batch.is_empty() {
                return results;
            }
            let (progress, done) = (Arc::clone(&progress), Arc::clone(&done));
            let tick = move || progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            results.extend(self.load_batch(batch, now, tick).await);
        }
    }

    async fn load_batch(
        &self,
        batch: Vec<Source>,
        now: Moment,
        tick: impl Fn() + Send + Sync + 'static,
    ) -> Vec<Result<Loaded, LoadFailure>> {
        let mut work = Vec::with_capacity(batch.len());
        for source in batch {
            work.push(self.remember(source).await);
        }
        let (engine, threads) = (self.engine.clone(), self.threads.max(1));
        let known = Arc::clone(&self.known);
        let compiled = tokio::task::spawn_blocking(move || {
            in_parallel(work, threads, |work| {
                let ready = work.and_then(|work| ready(&engine, &known, work));
                tick();
                ready
            })
        })
        .await;
        // A panic of the compiler is a fault of ours, not of the host that started us.
        let ready = compiled.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        self.keep(ready, now).await
    }

    /// Looks whether the component of a package is kept already.
    async fn remember(&self, source: Source) -> Result<Work, LoadFailure> {
        let digest = source.digest();
        let Some(from) = digest else {
            return Ok(Work {
                source,
                digest,
                component: None,
            });
        };
        match self
            .store
            .compiled(CompiledFrom {
                source: from,
                compiler: COMPILER,
            })
            .await
        {
            Ok(record) => Ok(Work {
                source,
                digest,
                component: record.map(|record| record.component),
            }),
            Err(error) => Err(LoadFailure::NotKept {
                path: source.path().to_owned(),
                error: Arc::new(error),
            }),
        }
    }

    /// Keeps what is ready, in one transaction.
    async fn keep(
        &self,
        ready: Vec<Result<Ready, LoadFailure>>,
        now: Moment,
    ) -> Vec<Result<Loaded, LoadFailure>> {
        let fresh: Vec<NewVersion<'_>> = ready
            .iter()
            .flatten()
            .filter(|ready| ready.how != How::Remembered)
            .map(|ready| {
                let manifest = ready.version.manifest();
                NewVersion {
                    component: &ready.component,
                    code: &manifest.code,
                    slug: &manifest.slug,
                    valid_from: manifest.valid_from,
                    valid_to: manifest.valid_to,
                    contract: ready.version.contract(),
                    engine: ENGINE,
                    compiled_from: ready.digest.map(|source| CompiledFrom {
                        source,
                        compiler: COMPILER,
                    }),
                    first_seen_at: now,
                }
            })
            .collect();
        let kept = if fresh.is_empty() {
            Ok(Vec::new())
        } else {
            self.store.keep_versions(&fresh).await
        };
        if let Err(error) = kept {
            // Nothing is answered from a version that is not kept: its answers could not be explained later.
            let error = Arc::new(error);
            return ready
                .into_iter()
                .map(|ready| {
                    ready.and_then(|ready| {
                        Err(LoadFailure::NotKept {
                            path: ready.path,
                            error: Arc::clone(&error),
                        })
                    })
                })
                .collect();
        }
        ready
            .into_iter()
            .map(|ready| {
                let Ready {
                    path,
                    version,
                    how,
                    diagnostics,
                    ..
                } = ready?;
                Ok(Loaded {
                    path,
                    version,
                    how,
                    diagnostics,
                })
            })
            .collect()
    }
}

/// Compiles and admits one version.
fn ready(
    engine: &Engine,
    known: &BTreeMap<String, Arc<Version>>,
    work: Work,
) -> Result<Ready, LoadFailure> {
    let Work {
        source,
        digest,
        component,
    } = work;
    let path = source.path().to_owned();
    let (component, how, diagnostics) = match (component, source) {
        (Some(component), _) => (component, How::Remembered, Vec::new()),
        (None, Source::Component { bytes, .. }) => (bytes, How::Given, Vec::new()),
        (None, Source::Package { package, cases }) => {
            let Compilation {
                diagnostics,
                compiled,
            } = compile(&package, cases.as_ref());
            match compiled {
                Some(compiled) => (compiled.component, How::Compiled, diagnostics),
                None => {
                    let source = Source::Package { package, cases };
                    return Err(LoadFailure::NotCompiled {
                        source,
                        diagnostics,
                    });
                }
            }
        }
    };
    let loaded = match (known.get(&digest_of(&component)), how) {
        (Some(version), _) => Ok(Arc::clone(version)),
        // What was compiled a moment ago is our own; whatever the database remembers is loaded like any other.
        (None, How::Compiled) => Version::load_own(engine, &component).map(Arc::new),
        (None, How::Remembered | How::Given) => Version::load(engine, &component).map(Arc::new),
    };
    match loaded {
        Ok(version) => Ok(Ready {
            path,
            digest,
            component,
            version,
            how,
            diagnostics,
        }),
        Err(error) => Err(LoadFailure::Refused { path, error }),
    }
}

/// Does the same to each on several threads; answers in order.
pub(crate) fn in_parallel<T: Send, R: Send>(
    items: Vec<T>,
    threads: usize,
    deed: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let count = items.len();
    let items = std::sync::Mutex::new(items.into_iter().enumerate());
    let (items, deed) = (&items, &deed);
    let one = move || {
        let mut done = Vec::new();
        loop {
            let next = items.lock().map(|mut items| items.next());
            let Ok(Some((at, item))) = next else {
                return done;
            };
            done.push((at, deed(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.min(count)).map(|_| scope.spawn(one)).collect();
        handles
            .into_iter()
            .flat_map(|handle| {
                handle
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    done.sort_unstable_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str, cases: Option<&str>) -> Source {
        let file = |text: &str| SourceFile {
            path: "p".to_owned(),
            text: text.to_owned(),
        };
        Source::Package {
            package: file(text),
            cases: cases.map(file),
        }
    }

    #[test]
    fn no_two_sources_have_one_digest() {
        let sources = [
            package("ab", Some("c")),
            package("a", Some("bc")),
            package("abc", Some("")),
            package("abc", None),
            package("", Some("abc")),
        ];
        let digests: std::collections::BTreeSet<_> = sources.iter().map(Source::digest).collect();
        assert_eq!(digests.len(), sources.len());
    }

    #[test]
    fn work_on_several_threads_comes_back_in_order() {
        let doubled = in_parallel((0..1000).collect(), 3, |n: u32| n * 2);
        assert_eq!(doubled, (0..1000).map(|n| n * 2).collect::<Vec<_>>());
        assert!(in_parallel(Vec::<u32>::new(), 3, |n| n).is_empty());
    }
}
