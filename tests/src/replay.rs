//! Many decisions are recorded, versions change, and all decisions are worked out again: each must be the same, byte for byte.

#![expect(clippy::disallowed_methods, reason = "the campaign tells its rate")]

use std::error::Error;
use std::ffi::OsStr;
use std::time::{Duration, Instant};

use crate::binary::{self, Server};
use crate::desk::{self, CODE, Desk, must};
use crate::http::Connection;
use crate::kills::decision;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many decisions.
    pub decisions: u64,
    /// How many versions they are spread over.
    pub versions: u32,
}

/// Connections that record at once.
const CONNECTIONS: u64 = 64;

/// Runs the campaign and prints its figures.
///
/// # Errors
/// A decision could not be recorded, or is not the same when it is replayed.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    binary::motcua();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(replay(plan))
}

async fn replay(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let procedures = folder.path().join("procedures");
    desk::calendars_only(&procedures)?;
    let own = procedures.join("campaign");
    std::fs::create_dir_all(&own)?;
    std::fs::write(own.join("first.wasm"), desk::component(0))?;
    let data = folder.path().join("data");
    let server = Server::start(&procedures, &data)?;
    let place: [&OsStr; 2] = ["--data".as_ref(), data.as_ref()];
    let desk = Desk::open(&place, server.address).await?;
    let mut connection = Connection::open(server.address).await?;
    let begin = Instant::now();
    let mut recording = Duration::ZERO;
    for version in 1..=plan.versions {
        desk.publish(
            &mut connection,
            CODE,
            &desk::component(version * 100),
            version,
        )
        .await?;
        let share = plan.decisions / u64::from(plan.versions)
            + u64::from(u64::from(version) <= plan.decisions % u64::from(plan.versions));
        let begin = Instant::now();
        let mut tasks = Vec::new();
        for lane in 0..CONNECTIONS {
            let (address, portal) = (server.address, desk.portal.clone());
            tasks.push(tokio::spawn(async move {
                let mut connection = Connection::open(address).await?;
                for number in (lane..share).step_by(CONNECTIONS as usize) {
                    let key = format!("v{version}-{number}");
                    let response = connection
                        .send(&decision(&portal, &key, 1 + number % 1000))
                        .await?;
                    if response.status != 201 {
                        return Err(std::io::Error::other(response.text()));
                    }
                }
                Ok(())
            }));
        }
        for task in tasks {
            task.await??;
        }
        recording += begin.elapsed();
    }
    let replaying = Instant::now();
    let (mut after, mut decisions, mut same) = (0, 0, 0);
    loop {
        let body = serde_json::json!({"after": after, "limit": 10_000});
        let found = must(
            &mut connection,
            "POST",
            "/replays",
            &desk.auditor,
            Some(&body),
        )
        .await?;
        let number = |name: &str| found[name].as_u64().unwrap_or_default();
        if number("decisions") == 0 {
            break;
        }
        decisions += number("decisions");
        same += number("same");
        after = number("last");
        if number("same") != number("decisions") {
            return Err(format!("not the same: {found}").into());
        }
    }
    println!(
        "replay: {decisions} decisions by {} versions, recorded at {:.0} a second on {CONNECTIONS} connections; {same} the same, byte for byte, replayed at {:.0} a second; {:.0} s in all",
        plan.versions,
        decisions as f64 / recording.as_secs_f64(),
        decisions as f64 / replaying.elapsed().as_secs_f64(),
        begin.elapsed().as_secs_f64(),
    );
    if decisions != plan.decisions || same != decisions {
        return Err(format!("{} decisions were to be replayed", plan.decisions).into());
    }
    Ok(())
}
