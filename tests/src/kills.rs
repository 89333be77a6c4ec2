//! The host is killed at random moments during submissions, approvals, activations and decisions. After each restart every
//! deed that was acknowledged must be there, the chain must verify, and nothing may be half done.

#![expect(
    clippy::disallowed_methods,
    reason = "the campaign tells how long it took"
)]

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::binary::{self, Server};
use crate::desk::{self, CODE, Desk, SLUG, must, with_token};
use crate::dice::Dice;
use crate::http::{Connection, request_with};
use crate::postgres::Postgres;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// A server of its own.
    Postgres,
}

/// After how many kills the doctor looks at the whole database.
const DOCTOR_EVERY: u32 = 10;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the host is killed.
    pub times: u32,
    /// Which database.
    pub store: Kind,
    /// Seed of the moments.
    pub seed: u64,
}

/// What the host has acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// The stage that each submission has reached at least, by number.
    stages: Vec<(u32, &'static str)>,
    /// Id, receipt and idempotency key of each decision.
    decisions: Vec<(String, Value, String)>,
}

/// The order of stages, to see that one is at least another.
const ORDER: [&str; 3] = ["in-review", "approved", "active"];

/// Runs the campaign and prints its figures.
///
/// # Errors
/// Something acknowledged is missing, the chain does not verify, or something is half done.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    binary::motcua();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(kill(plan))
}

async fn kill(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let procedures = folder.path().join("procedures");
    desk::calendars_only(&procedures)?;
    let own = procedures.join("campaign");
    std::fs::create_dir_all(&own)?;
    std::fs::write(own.join("first.wasm"), desk::component(0))?;
    let data = folder.path().join("data");
    let postgres;
    let mut place: Vec<OsString> = vec!["--data".into(), data.clone().into()];
    if plan.store == Kind::Postgres {
        postgres = Postgres::start()?;
        place = vec!["--database".into(), postgres.database()?.into()];
    }
    let place: Vec<&OsStr> = place.iter().map(OsString::as_os_str).collect();
    let key = folder.path().join("facts.key");
    std::fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")?;
    let mut arguments = place.clone();
    arguments.extend([OsStr::new("--facts-key"), key.as_os_str()]);
    let start = || Server::start_with(&procedures, &arguments, Duration::from_secs(120));

    let mut server = start()?;
    let desk = Desk::open(&place, server.address).await?;
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let mut dice = Dice::new(plan.seed);
    let begin = Instant::now();
    for time in 0..plan.times {
        let mut work = Vec::new();
        work.push(tokio::spawn(publish(
            server.address,
            desk.clone(),
            Arc::clone(&acknowledged),
        )));
        for lane in 0..4 {
            work.push(tokio::spawn(decide(
                server.address,
                desk.clone(),
                Arc::clone(&acknowledged),
                format!("k{time}-{lane}"),
            )));
        }
        tokio::time::sleep(Duration::from_millis(20 + dice.below(600))).await;
        if time == 0 {
            something(&acknowledged).await;
        }
        server.kill()?;
        for task in work {
            // It ends with the connection; what it was told before counts.
            task.await?;
        }
        server = start()?;
        let last = time + 1 == plan.times;
        check(server.address, &desk, &acknowledged, last).await?;
        // It reads all there is, which grows: so not after every kill.
        if last || time % DOCTOR_EVERY == 0 {
            doctor(&place)?;
        }
    }
    let (submissions, decisions) = acknowledged
        .lock()
        .map(|known| (known.stages.len(), known.decisions.len()))
        .unwrap_or_default();
    println!(
        "kills: {} on {:?} in {:.0} s; {submissions} stages of submissions and {decisions} decisions acknowledged, all there; the chain verifies",
        plan.times,
        plan.store,
        begin.elapsed().as_secs_f64(),
    );
    if decisions == 0 || submissions == 0 {
        return Err("nothing was acknowledged: the campaign has tried nothing".into());
    }
    Ok(())
}

/// Submits, approves and activates until the connection breaks.
async fn publish(address: SocketAddr, desk: Desk, acknowledged: Arc<Mutex<Acknowledged>>) {
    let note = |number, stage| {
        if let Ok(mut known) = acknowledged.lock() {
            known.stages.push((number, stage));
        }
    };
    let Ok(mut connection) = Connection::open(address).await else {
        return;
    };
    let path = format!("/submissions?procedure={CODE}");
    let Ok(list) = must(&mut connection, "GET", &path, &desk.author, None).await else {
        return;
    };
    let last = list["submissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["number"].as_u64())
        .max()
        .unwrap_or(0);
    for number in u32::try_from(last).unwrap_or(0) + 1.. {
        let component = desk::component(1 + number % 900_000);
        if desk
            .submit(&mut connection, CODE, &component, number)
            .await
            .is_err()
        {
            return;
        }
        note(number, "in-review");
        if desk
            .approve(&mut connection, CODE, &component, number)
            .await
            .is_err()
        {
            return;
        }
        note(number, "approved");
        if desk.activate(&mut connection, CODE, number).await.is_err() {
            return;
        }
        note(number, "active");
    }
}

/// A request that records a decision.
pub fn decision(token: &str, key: &str, pages: u64) -> Vec<u8> {
    let authorization = format!("Bearer {token}");
    let body = format!(r#"{{"received_at":"2026-03-02T09:00","facts":{{"pages":{pages}}}}}"#);
    request_with(
        "POST",
        &format!("/api/v1/procedures/{SLUG}/decisions?texts=none"),
        &[("authorization", &authorization), ("idempotency-key", key)],
        Some(body.as_bytes()),
    )
}

/// Waits until there is something to lose: on a busy machine that may be longer than the dice say.
async fn something(acknowledged: &Mutex<Acknowledged>) {
    const HANGS: Duration = Duration::from_secs(60);
    let nothing = || {
        acknowledged
            .lock()
            .is_ok_and(|known| known.stages.is_empty() || known.decisions.is_empty())
    };
    let begin = Instant::now();
    while nothing() && begin.elapsed() < HANGS {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Records decisions until the connection breaks.
async fn decide(
    address: SocketAddr,
    desk: Desk,
    acknowledged: Arc<Mutex<Acknowledged>>,
    lane: String,
) {
    let Ok(mut connection) = Connection::open(address).await else {
        return;
    };
    for number in 0u64.. {
        let key = format!("{lane}-{number}");
        let Ok(response) = connection
            .send(&decision(&desk.portal, &key, 1 + number % 1000))
            .await
        else {
            return;
        };
        if response.status != 201 {
            return;
        }
        let mut body = response.json();
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        if let Ok(mut known) = acknowledged.lock() {
            known.decisions.push((id, body["receipt"].take(), key));
        }
    }
}

/// Everything that was acknowledged is there; of decisions only the latest are looked at, and all at the end.
async fn check(
    address: SocketAddr,
    desk: &Desk,
    acknowledged: &Mutex<Acknowledged>,
    all: bool,
) -> Result<(), Box<dyn Error>> {
    let (stages, decisions) = match acknowledged.lock() {
        Ok(known) => {
            let skip = if all {
                0
            } else {
                known.decisions.len().saturating_sub(200)
            };
            (known.stages.clone(), known.decisions[skip..].to_vec())
        }
        Err(_) => return Err("a task panicked".into()),
    };
    let mut connection = Connection::open(address).await?;
    let path = format!("/submissions?procedure={CODE}");
    let list = must(&mut connection, "GET", &path, &desk.auditor, None).await?;
    let rank = |stage: &str| ORDER.iter().position(|known| *known == stage);
    for (number, stage) in stages {
        let found = list["submissions"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["number"] == number)
            .and_then(|one| one["stage"].as_str())
            .unwrap_or("missing");
        if rank(found) < rank(stage) {
            return Err(format!("submission {number} was {stage} and is {found}").into());
        }
    }
    for (id, receipt, _) in &decisions {
        let found = must(
            &mut connection,
            "GET",
            &format!("/decisions/{id}"),
            &desk.auditor,
            None,
        )
        .await?;
        if found["receipt"] != *receipt {
            return Err(format!("decision {id}: {} is not {receipt}", found["receipt"]).into());
        }
    }
    // The key of the last one still stands for it, and not for another request.
    if let Some((id, _, key)) = decisions.last() {
        let other = connection
            .send(&decision(&desk.portal, key, 1_000_000))
            .await?;
        if other.status != 409 {
            return Err(
                format!("the key of decision {id} was taken twice: {}", other.text()).into(),
            );
        }
    }
    let verified = connection
        .send(&with_token("GET", "/audit/verify", &desk.auditor, None))
        .await?;
    if verified.status != 200 {
        return Err(format!("the chain does not verify: {}", verified.text()).into());
    }
    Ok(())
}

/// The doctor finds nothing wrong: nothing is half done.
fn doctor(place: &[&OsStr]) -> Result<(), Box<dyn Error>> {
    let mut arguments = vec![OsStr::new("doctor")];
    arguments.extend_from_slice(place);
    let output = binary::command(arguments).output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "the doctor finds something: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into())
    }
}
