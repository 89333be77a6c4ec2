//! `motcua serve`: compile the procedures, open the database, answer over HTTP.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_model::text::counted;
use motcua_registry::compiler::render;
use motcua_registry::engine::{Cache, Classes, Limits, Settings};
use motcua_registry::store::{Place, of_system};
use motcua_registry::{
    DeedError, LoadFailure, Parts, Principal, Queue, Registry, Role, Seeded, Source, random,
};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{Console, FactsKey};
use crate::clock::{Clock, SystemClock, SystemEntropy};
use crate::failure::{Failure, Turn};
use crate::folder::{self, Found};
use crate::http::{self, App};

/// What `motcua serve` is told.
#[derive(Debug)]
pub struct Options<'a> {
    /// Where to answer.
    pub listen: SocketAddr,
    /// Folder of the embedded database.
    pub data: &'a Path,
    /// A PostgreSQL database in its place.
    pub database: Option<&'a str>,
    /// Folder of packages and calendars.
    pub procedures: &'a Path,
    /// Folder of compiled code, in the place of the one beside the embedded database.
    pub cache: Option<&'a Path>,
    /// Whether the folder's packages are left aside.
    pub signed_only: bool,
    /// The keys that seal facts.
    pub facts_key: FactsKey<'a>,
    /// For how many days the facts of decisions are kept; nothing: for ever.
    pub keep_facts: Option<u32>,
}

/// Serves until it is asked to stop.
pub fn run(console: Console, options: &Options<'_>) -> Result<(), Failure> {
    crate::memory::give_back();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    super::runtime()?.block_on(serve(console, options, threads))
}

async fn serve(console: Console, options: &Options<'_>, threads: usize) -> Result<(), Failure> {
    let Options {
        listen, procedures, ..
    } = *options;
    // The port first: whoever already answers there is told of before minutes of work.
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| cannot_listen(listen, &error))?;
    let found = if options.signed_only {
        Ok(Vec::new())
    } else {
        folder::find(&[procedures.to_owned()])
    };
    let calendar = Arc::new(super::calendar(console, &procedures.join("calendars"))?);
    let place = super::place(options.data, options.database)?;
    let store = super::open_store(&place).await?;
    let engine = super::engine(Settings {
        classes: classes(threads),
        cache: cache(console, &place, options.cache),
        ..Settings::default()
    })?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let seal = super::seal(console, &place, &*store, options.facts_key)
        .await?
        .map(Arc::new);
    let office = OfficeHours::default();
    let registry = Arc::new(Registry::new(Parts {
        engine,
        store: Arc::clone(&store),
        calendar,
        office,
        seal,
        threads,
    }));
    // One ear for the whole run: a signal between loading and answering is not lost.
    let mut stop = Box::pin(asked_to_stop());
    tokio::select! {
        loaded = load(console, &registry, found, options.signed_only, clock.now()) => loaded?,
        () = &mut stop => {
            store.close().await.map_err(|error| super::of_store(&error))?;
            console.say(&Text::new(
                "đã dừng khi đang nạp; không mất gì: lần sau sẽ nạp tiếp",
                "stopped while loading; nothing is lost: the next start goes on",
            ));
            return Ok(());
        }
    }
    let following = {
        let (registry, clock) = (Arc::clone(&registry), Arc::clone(&clock));
        tokio::spawn(async move { registry.follow(|| clock.now()).await })
    };
    // The whole chain takes a while: it is verified while questions are answered, and a broken one raises an alarm.
    let verifying = {
        let (registry, clock) = (Arc::clone(&registry), Arc::clone(&clock));
        tokio::spawn(async move {
            if let Err(error) = registry.verify_chain(clock.now()).await {
                tracing::warn!(%error, "the chain of deeds could not be verified");
            }
        })
    };
    let erasing = options.keep_facts.map(|days| {
        let (registry, clock) = (Arc::clone(&registry), Arc::clone(&clock));
        tokio::spawn(async move { erase_facts(&registry, &*clock, days).await })
    });

    if registry.ledger().tokens().next().is_none() {
        console.say(&Text::new(
            format!(
                "chưa ai có mã truy cập; cấp mã đầu tiên cho người vận hành bằng `motcua token first --person TÊN {}`",
                database_option(options)
            ),
            format!(
                "nobody has a token yet; issue the operator's first one with `motcua token first --person NAME {}`",
                database_option(options)
            ),
        ));
    }
    let app = Arc::new(App {
        registry,
        office,
        clock,
        metrics: http::Metrics::default(),
        loaded: AtomicBool::new(true),
        queue: Queue::new(threads),
        gate: Arc::new(Semaphore::new(1)),
    });
    let address = listener
        .local_addr()
        .map_err(|error| cannot_listen(listen, &error))?;
    console.result(&format!("http://{address}\n"))?;
    console.say(&Text::new(
        format!("đang trả lời tại http://{address}, tài liệu API tại http://{address}/docs; dừng bằng Ctrl-C"),
        format!("answering on http://{address}, API docs at http://{address}/docs; stop with Ctrl-C"),
    ));
    axum::serve(listener, http::router(Arc::clone(&app)))
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| {
            Failure::machine(Text::new(
                format!("dừng vì lỗi: {error}"),
                format!("stopped by an error: {error}"),
            ))
        })?;
    following.abort();
    verifying.abort();
    if let Some(erasing) = erasing {
        erasing.abort();
    }
    store
        .close()
        .await
        .map_err(|error| super::of_store(&error))?;
    console.say(&Text::new("đã dừng", "stopped"));
    Ok(())
}

/// A place in the sandbox for every thread that may ask: those that answer requests and those that do long work. Interpreted
/// versions have few: for the threads of their lane, for a submission that is tried, and for decisions and lists of questions.
fn classes(threads: usize) -> Classes {
    let slots = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let Classes {
        compiled,
        interpreted,
        ..
    } = Classes::default();
    Classes {
        compiled: Limits {
            slots: compiled.slots.max(slots(2 * threads)),
            compilers: slots(threads),
            ..compiled
        },
        interpreted: Limits {
            slots: interpreted.slots.max(slots(threads / 4 + 3)),
            ..interpreted
        },
        // What a host decides by must be answered for in years: by no draft.
        drafts: false,
    }
}

/// The folder of compiled code: the one that is named, or the one beside an embedded database. Without one every start
/// compiles anew, and everything else goes on.
fn cache(console: Console, place: &Place, named: Option<&Path>) -> Option<Cache> {
    let folder = super::cache_folder(place, named)?;
    let opened = Cache::open(&folder, Cache::BYTES, || random(&SystemEntropy));
    opened
        .inspect_err(|error| {
            console.say(&Text::new(
                format!(
                    "không dùng kho mã đã biên dịch: {error}; mỗi lần khởi động sẽ biên dịch lại. Thư mục và khóa phải thuộc riêng \
                     người chạy máy chủ (chmod 700, 600)."
                ),
                format!(
                    "compiled code is not kept: {error}; every start compiles anew. Folder and key must belong to the host's user \
                     alone (chmod 700, 600)."
                ),
            ));
        })
        .ok()
}

/// The option by which another command finds the same database. An address may hold a password: it is not shown.
fn database_option(options: &Options<'_>) -> String {
    match options.database {
        Some(_) => "--database URL".to_owned(),
        None => format!("--data {}", options.data.display()),
    }
}

/// Reads the chain, then loads the folder; what cannot be loaded is told, and the rest serves.
async fn load(
    console: Console,
    registry: &Registry,
    found: Result<Vec<Found>, Failure>,
    signed_only: bool,
    now: motcua_model::Moment,
) -> Result<(), Failure> {
    let of_deed = |error: DeedError| Failure::machine(error.text());
    registry
        .keep_grounds(now)
        .await
        .map_err(|error| super::of_store(&error))?;
    // An entry that cannot be read is told, and the host serves what came before it.
    match registry.read_on(now).await {
        Ok(_) => {}
        Err(error @ DeedError::Chain(_)) => console.say(&error.text()),
        Err(error) => return Err(of_deed(error)),
    }
    let published = registry.catalogue().snapshot().version_count();
    let found = match found {
        Ok(found) => found,
        // Where departments have published already, an empty folder is no trouble.
        Err(failure) if published == 0 || failure.turn != Turn::Input => return Err(failure),
        Err(_) => Vec::new(),
    };
    let sources: Vec<Source> = found
        .into_iter()
        .filter_map(|found| match found {
            Found::Package { package, cases } => Some(Source::Package { package, cases }),
            Found::Component { path, bytes } => Some(Source::Component {
                path: path.display().to_string(),
                bytes,
            }),
            Found::Crate { folder, .. } => {
                let folder = folder.display();
                console.say(&Text::new(
                    format!("{folder}: máy chủ không biên dịch mã; hãy đặt vào đây tệp của `motcua build {folder} -o TỆP.wasm`"),
                    format!("{folder}: a host compiles no code; put here what `motcua build {folder} -o FILE.wasm` writes"),
                ));
                None
            }
        })
        .collect();
    let bar = progress(sources.len(), console);
    let tick = bar.clone();
    let done = AtomicUsize::new(0);
    let results = registry
        .seed_folder(sources, now, move |count| {
            // Several threads report; the largest count is the newest.
            let most = done.fetch_max(count, Ordering::Relaxed).max(count);
            tick.set_position(most as u64);
        })
        .await
        .map_err(of_deed)?;
    bar.finish_and_clear();
    let (mut failed, mut aside) = (0, 0);
    for result in results {
        match result {
            Ok((_, Seeded::Signed)) => aside += 1,
            Ok(_) => {}
            Err(failure) => {
                failed += 1;
                show(console, &failure);
            }
        }
    }
    let loaded = registry.catalogue().snapshot().version_count();
    // A host that takes only what is signed begins with nothing: the first submission comes to it.
    if loaded == 0 && !signed_only {
        console.say(&Text::new(
            "không thủ tục nào dùng được",
            "no procedure can be used",
        ));
        return Err(Failure::said(Turn::Input));
    }
    let mut text = Text::new(
        format!("đã nạp {loaded} phiên bản"),
        format!("{} loaded", counted(loaded, "version", "versions")),
    );
    if failed > 0 {
        text.vi += &format!("; {failed} không dùng được và không được trả lời");
        text.en += &format!(
            "; {failed} cannot be used and {} not answered from",
            if failed == 1 { "is" } else { "are" }
        );
    }
    if aside > 0 {
        text.vi +=
            &format!("; {aside} gói trong thư mục được bỏ qua vì cơ quan đã ban hành thủ tục đó");
        text.en += &format!(
            "; {} left aside, as a department publishes that procedure",
            counted(
                aside,
                "package of the folder is",
                "packages of the folder are"
            )
        );
    }
    console.say(&text);
    Ok(())
}

/// Erases facts whose time is up, every hour for as long as the host runs.
async fn erase_facts(registry: &Registry, clock: &dyn Clock, days: u32) {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);
    let who = Principal {
        person: "host".to_owned(),
        role: Role::Operator,
    };
    loop {
        let now = clock.now();
        if let Some(before) = now.plus_seconds(-86_400 * i64::from(days)) {
            match registry.erase_facts(&who, before, now).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "facts whose time is up were erased"),
                Err(error) => tracing::error!(%error, "facts could not be erased; trying again"),
            }
        }
        tokio::time::sleep(HOUR).await;
    }
}

fn show(console: Console, failure: &LoadFailure) {
    if let LoadFailure::NotCompiled {
        source: Source::Package { package, cases },
        diagnostics,
    } = failure
    {
        let files = render::Files {
            package: Some(package),
            cases: cases.as_ref(),
            calendar: None,
        };
        console.line(&render::render(
            diagnostics,
            &files,
            console.language,
            console.colour(),
        ));
    }
    console.say(&failure.text());
}

fn progress(length: usize, console: Console) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let words = Text::new("đang nạp thủ tục", "loading procedures");
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(words.get(console.language).to_owned());
    bar
}

/// Resolves when the operator asks it to stop: Ctrl-C, or the signal of a service manager.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    let text = match error.kind() {
        ErrorKind::AddrInUse => Text::new(
            format!(
                "cổng {} đã có chương trình khác dùng; chọn cổng khác bằng `--listen 127.0.0.1:8081`",
                address.port()
            ),
            format!(
                "port {} is in use; choose another one with `--listen 127.0.0.1:8081`",
                address.port()
            ),
        ),
        ErrorKind::PermissionDenied => Text::new(
            format!(
                "không được phép dùng cổng {}; cổng dưới 1024 cần quyền riêng",
                address.port()
            ),
            format!(
                "not allowed to use port {}; ports below 1024 need a privilege",
                address.port()
            ),
        ),
        _ => {
            let why = of_system(error);
            Text::new(
                format!("không mở được {address}: {}", why.vi),
                format!("cannot listen on {address}: {}", why.en),
            )
        }
    };
    Failure::machine(text)
}
