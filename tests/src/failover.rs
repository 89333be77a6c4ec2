//! PostgreSQL is restarted under load, with two hosts on it: answers go on from memory, recording resumes by itself, nothing
//! acknowledged is lost, and both hosts agree afterwards.

#![expect(
    clippy::disallowed_methods,
    reason = "the campaign tells how long recording was away"
)]

use std::error::Error;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::binary::{self, Server};
use crate::desk::{self, CODE, Desk, SLUG, must};
use crate::http::{Connection, request};
use crate::kills::decision;
use crate::postgres::Postgres;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the database is restarted, every second time by killing it.
    pub restarts: u32,
    /// How long it stays away, in milliseconds.
    pub away: u64,
}

#[derive(Default)]
struct Counts {
    asked: AtomicU64,
    failed: AtomicU64,
    refused: AtomicU64,
    /// Id and idempotency key of each decision.
    decisions: Mutex<Vec<(String, String)>>,
}

/// Whatever takes longer hangs, on however busy a machine. How long it took is printed.
const HANGS: Duration = Duration::from_secs(120);

/// Runs the campaign and prints its figures.
///
/// # Errors
/// A question failed, recording did not resume, something acknowledged is lost, or the hosts do not agree.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    binary::motcua();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(fail_over(plan))
}

async fn fail_over(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let procedures = folder.path().join("procedures");
    desk::calendars_only(&procedures)?;
    let own = procedures.join("campaign");
    std::fs::create_dir_all(&own)?;
    std::fs::write(own.join("first.wasm"), desk::component(0))?;
    let key = folder.path().join("facts.key");
    std::fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")?;
    let postgres = Postgres::start()?;
    let database = postgres.database()?;
    let place = ["--database".as_ref(), OsStr::new(&database)];
    let arguments = [place[0], place[1], "--facts-key".as_ref(), key.as_os_str()];
    let start = || Server::start_with(&procedures, &arguments, Duration::from_secs(120));
    let hosts = [start()?, start()?];
    let desk = Desk::open(&place, hosts[0].address).await?;
    let mut connection = Connection::open(hosts[0].address).await?;
    desk.publish(&mut connection, CODE, &desk::component(10), 1)
        .await?;

    let counts = Arc::new(Counts::default());
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for (at, host) in hosts.iter().enumerate() {
        for lane in 0..4 {
            tasks.push(tokio::spawn(ask(
                host.address,
                Arc::clone(&counts),
                Arc::clone(&stop),
            )));
            tasks.push(tokio::spawn(decide(
                host.address,
                desk.portal.clone(),
                format!("h{at}-{lane}"),
                Arc::clone(&counts),
                Arc::clone(&stop),
            )));
        }
    }
    let mut longest = Duration::ZERO;
    for time in 0..plan.restarts {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if time % 2 == 0 {
            postgres.stop()?;
        } else {
            postgres.kill()?;
        }
        tokio::time::sleep(Duration::from_millis(plan.away)).await;
        let asked = counts.asked.load(Ordering::Relaxed);
        let begin = Instant::now();
        while counts.asked.load(Ordering::Relaxed) == asked {
            if begin.elapsed() > HANGS {
                return Err("no question was answered while the database was away".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        postgres.run()?;
        let back = Instant::now();
        let before = recorded(&counts);
        while recorded(&counts) == before {
            if back.elapsed() > HANGS {
                return Err("recording did not resume".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        longest = longest.max(back.elapsed());
        // A version published at one host is at the other within a second.
        let number = 2 + time;
        let component = desk::component(10 + number);
        retried(&desk, hosts[time as usize % 2].address, &component, number).await?;
    }
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await?;
    }
    let decisions = counts
        .decisions
        .lock()
        .map(|list| list.clone())
        .unwrap_or_default();
    let agree = agree(&hosts, &desk).await?;
    for host in &hosts {
        let mut connection = Connection::open(host.address).await?;
        for (id, _) in decisions.iter().rev().take(5_000) {
            must(
                &mut connection,
                "GET",
                &format!("/decisions/{id}"),
                &desk.auditor,
                None,
            )
            .await?;
        }
        must(&mut connection, "GET", "/audit/verify", &desk.auditor, None).await?;
    }
    let (asked, failed) = (
        counts.asked.load(Ordering::Relaxed),
        counts.failed.load(Ordering::Relaxed),
    );
    println!(
        "failover: {} restarts of PostgreSQL under two hosts; {asked} questions, {failed} failed; {} decisions acknowledged and there, {} told to come again; recording resumed within {:.2} s; the hosts agree: {}",
        plan.restarts,
        decisions.len(),
        counts.refused.load(Ordering::Relaxed),
        longest.as_secs_f64(),
        agree.is_ok(),
    );
    if let Err(views) = agree {
        return Err(format!("the hosts do not agree: {} and {}", views[0], views[1]).into());
    }
    if failed > 0 || decisions.is_empty() {
        return Err("it does not hold".into());
    }
    Ok(())
}

/// Whether both hosts say the same of every version; what they say last, where they never do.
async fn agree(
    hosts: &[Server; 2],
    desk: &Desk,
) -> Result<Result<(), [serde_json::Value; 2]>, Box<dyn Error>> {
    let path = format!("/procedures/{CODE}/versions");
    let view = async |host: &Server| {
        let mut connection = Connection::open(host.address).await?;
        let view = must(&mut connection, "GET", &path, &desk.auditor, None).await?;
        Ok::<_, std::io::Error>(view["versions"].clone())
    };
    let begin = Instant::now();
    loop {
        let views = [view(&hosts[0]).await?, view(&hosts[1]).await?];
        if views[0] == views[1] {
            return Ok(Ok(()));
        }
        if begin.elapsed() > HANGS {
            return Ok(Err(views));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn recorded(counts: &Counts) -> usize {
    counts
        .decisions
        .lock()
        .map(|list| list.len())
        .unwrap_or_default()
}

/// Publishes, trying again while the host finds its database.
async fn retried(
    desk: &Desk,
    address: SocketAddr,
    component: &[u8],
    number: u32,
) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(address).await?;
    let begin = Instant::now();
    loop {
        match desk.publish(&mut connection, CODE, component, number).await {
            Ok(()) => return Ok(()),
            Err(error) if begin.elapsed() > HANGS => return Err(error.into()),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Questions must be answered whatever the database does.
async fn ask(address: SocketAddr, counts: Arc<Counts>, stop: Arc<AtomicBool>) {
    let path = format!("/api/v1/procedures/{SLUG}/assess?texts=none");
    let body = br#"{"received_at":"2026-03-02T09:00","facts":{"pages":10}}"#;
    let request = request("POST", &path, Some(body));
    let mut connection = Connection::open(address).await.ok();
    while !stop.load(Ordering::Relaxed) {
        let answered = match &mut connection {
            Some(connection) => connection
                .send(&request)
                .await
                .is_ok_and(|response| response.status == 200),
            None => false,
        };
        counts
            .asked
            .fetch_add(u64::from(answered), Ordering::Relaxed);
        if !answered {
            counts.failed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Decisions are told to come again while the database is away; the same key makes that safe.
async fn decide(
    address: SocketAddr,
    token: String,
    lane: String,
    counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
) {
    let Ok(mut connection) = Connection::open(address).await else {
        return;
    };
    let mut number = 0u64;
    while !stop.load(Ordering::Relaxed) {
        let key = format!("{lane}-{number}");
        match connection
            .send(&decision(&token, &key, 1 + number % 1000))
            .await
        {
            Ok(response) if matches!(response.status, 200 | 201) => {
                let id = response.json()["id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                if let Ok(mut list) = counts.decisions.lock() {
                    list.push((id, key));
                }
                number += 1;
            }
            Ok(response) if response.status == 503 => {
                counts.refused.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => {
                counts.failed.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }
}
