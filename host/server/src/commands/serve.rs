//! `motcua serve`: compile the procedures, open the database, answer over HTTP.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use motcua_model::Text;
use motcua_model::office::OfficeHours;
use motcua_registry::compiler::render;
use motcua_registry::engine::Limits;
use motcua_registry::store::{SqliteStore, Store, StoreError};
use motcua_registry::{Catalogue, LoadFailure, Loader, Source};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::Console;
use crate::clock::{Clock, SystemClock};
use crate::failure::{Failure, Turn};
use crate::folder::{self, Found};
use crate::http::{self, App};

/// Questions that wait for a free thread, for each thread; more are told to come again.
const WAITING_PER_THREAD: usize = 256;

/// Serves until it is asked to stop.
pub fn run(
    console: Console,
    listen: SocketAddr,
    data: &Path,
    procedures: &Path,
) -> Result<(), Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::machine(Text::new(
                format!("không khởi động được: {error}"),
                format!("cannot start: {error}"),
            ))
        })?;
    runtime.block_on(serve(console, listen, data, procedures, threads))
}

async fn serve(
    console: Console,
    listen: SocketAddr,
    data: &Path,
    procedures: &Path,
    threads: usize,
) -> Result<(), Failure> {
    // The port first: whoever already answers there is told of before minutes of work.
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| cannot_listen(listen, &error))?;
    let found = folder::find(&[procedures.to_owned()])?;
    let calendar = Arc::new(super::calendar(console, &procedures.join("calendars"))?);
    let engine = super::engine(Limits::default())?;
    let store: Arc<dyn Store> = Arc::new(
        SqliteStore::open(data)
            .await
            .map_err(|error| of_store(&error))?,
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    calendar
        .keep(&*store, clock.now())
        .await
        .map_err(|error| of_store(&error))?;

    let catalogue = Arc::new(Catalogue::default());
    let loader = Loader {
        engine,
        store: Arc::clone(&store),
        catalogue: Arc::clone(&catalogue),
        threads,
    };
    tokio::select! {
        loaded = load(console, &loader, found, clock.now()) => loaded?,
        () = asked_to_stop() => {
            store.close().await.map_err(|error| of_store(&error))?;
            console.say(&Text::new(
                "đã dừng khi đang nạp; không mất gì: lần sau sẽ nạp tiếp",
                "stopped while loading; nothing is lost: the next start goes on",
            ));
            return Ok(());
        }
    }

    let app = Arc::new(App {
        catalogue,
        calendar,
        office: OfficeHours::default(),
        store: Arc::clone(&store),
        clock,
        metrics: http::Metrics::default(),
        loaded: AtomicBool::new(true),
        slots: Semaphore::new(threads),
        waiting: AtomicUsize::new(0),
        queue: threads * WAITING_PER_THREAD,
    });
    app.metrics.loaded(app.catalogue.snapshot().version_count());
    let address = listener
        .local_addr()
        .map_err(|error| cannot_listen(listen, &error))?;
    console.result(&format!("http://{address}\n"))?;
    console.say(&Text::new(
        format!("đang trả lời tại http://{address}, tài liệu API tại http://{address}/docs; dừng bằng Ctrl-C"),
        format!("answering on http://{address}, API docs at http://{address}/docs; stop with Ctrl-C"),
    ));
    axum::serve(listener, http::router(Arc::clone(&app)))
        .with_graceful_shutdown(asked_to_stop())
        .await
        .map_err(|error| {
            Failure::machine(Text::new(
                format!("dừng vì lỗi: {error}"),
                format!("stopped by an error: {error}"),
            ))
        })?;
    store.close().await.map_err(|error| of_store(&error))?;
    console.say(&Text::new("đã dừng", "stopped"));
    Ok(())
}

/// Loads everything; what cannot be loaded is told, and the rest serves.
async fn load(
    console: Console,
    loader: &Loader,
    found: Vec<Found>,
    now: motcua_model::Moment,
) -> Result<(), Failure> {
    let sources: Vec<Source> = found
        .into_iter()
        .map(|found| match found {
            Found::Package { package, cases } => Source::Package { package, cases },
            Found::Component { path, bytes } => Source::Component {
                path: path.display().to_string(),
                bytes,
            },
        })
        .collect();
    let bar = progress(sources.len(), console);
    let tick = bar.clone();
    let done = AtomicUsize::new(0);
    let results = loader
        .load(sources, now, move |count| {
            // Several threads report; the largest count is the newest.
            let most = done.fetch_max(count, Ordering::Relaxed).max(count);
            tick.set_position(most as u64);
        })
        .await;
    bar.finish_and_clear();
    let mut loaded = 0;
    let mut failed = 0;
    for result in results {
        match result {
            Ok(_) => loaded += 1,
            Err(failure) => {
                failed += 1;
                show(console, &failure);
            }
        }
    }
    if loaded == 0 {
        console.say(&Text::new(
            "không thủ tục nào dùng được",
            "no procedure can be used",
        ));
        return Err(Failure::said(Turn::Input));
    }
    let text = match failed {
        0 => Text::new(
            format!("đã nạp {loaded} phiên bản"),
            format!("{loaded} versions loaded"),
        ),
        _ => Text::new(
            format!("đã nạp {loaded} phiên bản; {failed} không dùng được và không được trả lời"),
            format!("{loaded} versions loaded; {failed} cannot be used and are not answered from"),
        ),
    };
    console.say(&text);
    Ok(())
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
        _ => Text::new(
            format!("không mở được {address}: {error}"),
            format!("cannot listen on {address}: {error}"),
        ),
    };
    Failure::machine(text)
}

fn of_store(error: &StoreError) -> Failure {
    Failure::machine(error.text())
}
