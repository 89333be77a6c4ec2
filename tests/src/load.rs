//! How fast, how much memory: the real binary under load, beside the least that a server can do.

#![expect(clippy::disallowed_methods, reason = "measuring is what this is for")]

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::binary::{self, Server};
use crate::generate;
use crate::http::{Connection, request};

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Generated procedures of the large start-up.
    pub procedures: usize,
    /// Seconds for each route.
    pub seconds: u64,
    /// Connections at once.
    pub connections: usize,
}

/// The question that is asked over and over: every fact of the printing licence told.
pub const QUESTION: &str = r#"{"received_at":"2026-03-02T09:00","channel":"online","facts":{"belongs_to_central_body":false,"head_is_vietnamese_citizen":true,"head_resides_in_vietnam":true,"head_is_legal_representative":true,"head_qualification":"printing-degree","has_premises":true,"equipment":"in-place","stages":["press","post-press"],"has_security_order_certificate":true,"has_environment_certificate":true,"owner_is_vietnamese":true}}"#;
/// The procedure it is asked of.
pub const PROCEDURE: &str = "licence-to-print-publications";

/// Measures everything and prints it as it comes.
pub fn run(plan: &Plan) -> Result<(), Box<dyn std::error::Error>> {
    binary::build();
    machine();
    compile_times()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let small = start_up("the eight real procedures", &generate::procedures())?;
    let small_bytes = small.1;
    let folder = tempfile::tempdir()?;
    generate::write(folder.path(), plan.procedures)?;
    let large = start_up(
        &format!("{} generated procedures", plan.procedures),
        folder.path(),
    )?;
    let versions = generate::packages(&generate::procedures())?.len();
    let more = plan.procedures.saturating_sub(versions).max(1) as u64;
    println!(
        "memory a loaded procedure: {} KiB",
        large.1.saturating_sub(small_bytes) / more / 1024
    );
    drop(large);
    let server = small.0;
    runtime.block_on(routes(plan, server.address))
}

fn machine() {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "machine: {} ×{cores}",
        model.trim_start_matches([' ', '\t', ':'])
    );
}

/// `motcua build` of each real package as a whole process: start, read, compile, write.
fn compile_times() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let output = folder.path().join("out.wasm");
    for package in generate::packages(&generate::procedures())? {
        let mut times = Vec::new();
        for _ in 0..11 {
            let begin = Instant::now();
            let done = binary::command(["build", "-o"])
                .arg(&output)
                .arg(&package)
                .output()?;
            times.push(begin.elapsed());
            if !done.status.success() {
                return Err(format!(
                    "{}: {}",
                    package.display(),
                    String::from_utf8_lossy(&done.stderr)
                )
                .into());
            }
        }
        let bytes = std::fs::metadata(&output)?.len();
        let name = package
            .strip_prefix(generate::procedures())
            .unwrap_or(&package);
        println!(
            "compile, whole process: {:>6.1} ms, {bytes:>6} bytes  {}",
            millis(median(&mut times)),
            name.display()
        );
    }
    Ok(())
}

/// From the start of the process until it answers, with an empty data folder and again with what the first start has kept; and its
/// resident memory the first time.
fn start_up(
    what: &str,
    procedures: &Path,
) -> Result<(Server, u64, TempDir), Box<dyn std::error::Error>> {
    let data = tempfile::tempdir()?;
    let begin = Instant::now();
    let server = Server::start_within(procedures, data.path(), Duration::from_secs(1800))?;
    let cold = begin.elapsed();
    let bytes = server.resident_bytes()?;
    drop(server);
    let begin = Instant::now();
    let server = Server::start_within(procedures, data.path(), Duration::from_secs(1800))?;
    let again = begin.elapsed();
    println!(
        "start-up with {what}: {:.2} s, {} MiB resident; again, with compiled code kept: {:.2} s, {} MiB",
        cold.as_secs_f64(),
        bytes >> 20,
        again.as_secs_f64(),
        server.resident_bytes()? >> 20
    );
    Ok((server, bytes, data))
}

async fn routes(plan: &Plan, address: SocketAddr) -> Result<(), Box<dyn std::error::Error>> {
    let bare = bare().await?;
    let path = format!("/api/v1/procedures/{PROCEDURE}/assess");
    let compact = format!("{path}?texts=none");
    let routes = [
        ("bare axum route, fixed body", bare, "/".to_owned()),
        ("assess, compact", address, compact),
        ("assess, with texts", address, path),
    ];
    let mut base = None;
    for (name, address, path) in routes {
        let request = request("POST", &path, Some(QUESTION.as_bytes()));
        let mut figures = load(address, &request, plan).await?;
        let rate = figures.rate();
        let base = *base.get_or_insert(rate);
        println!(
            "{name:<28} {rate:>8.0} requests/s ({:.2} of bare)  p50 {:>6.0} µs  p99 {:>6.0} µs",
            rate / base,
            micros(figures.quantile(0.50)),
            micros(figures.quantile(0.99)),
        );
    }
    Ok(())
}

/// The least a server of this kind can do.
async fn bare() -> io::Result<SocketAddr> {
    let router = axum::Router::new().route(
        "/",
        axum::routing::post(|body: axum::body::Bytes| async move {
            let _ = body;
            (
                [("content-type", "application/json")],
                r#"{"verdict":"eligible"}"#,
            )
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

struct Figures {
    latencies: Vec<Duration>,
    span: Duration,
}

impl Figures {
    fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.span.as_secs_f64()
    }

    fn quantile(&mut self, q: f64) -> Duration {
        self.latencies.sort_unstable();
        let at = (self.latencies.len().saturating_sub(1) as f64 * q) as usize;
        self.latencies.get(at).copied().unwrap_or_default()
    }
}

async fn load(
    address: SocketAddr,
    request: &[u8],
    plan: &Plan,
) -> Result<Figures, Box<dyn std::error::Error>> {
    let span = Duration::from_secs(plan.seconds);
    let begin = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..plan.connections {
        let request = request.to_vec();
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut latencies = Vec::new();
            while begin.elapsed() < span {
                let sent = Instant::now();
                let response = connection.send(&request).await?;
                if response.status != 200 {
                    return Err(io::Error::other(format!(
                        "status {}: {}",
                        response.status,
                        response.text()
                    )));
                }
                latencies.push(sent.elapsed());
            }
            Ok::<_, io::Error>(latencies)
        }));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Figures {
        latencies,
        span: begin.elapsed(),
    })
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
