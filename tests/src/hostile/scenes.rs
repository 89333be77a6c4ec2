//! What is more than a question: publishing, the circuit breaker, those who hang up, and everything that people read.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use guests::written::{Guest, STEADY_FEE, WIT, with_section, wrap};
use motcua_registry::engine::digest;
use serde_json::Value;
use tokio::runtime::Handle;

use super::attacks::{self, Attack};
use super::host::Host;
use super::probe::Until;
use super::{THREADS, checked, failed, requests, shown};
use crate::desk::{Desk, with_token};
use crate::http::{Connection, Response, request};

/// How often a plugin is woken by somebody who hangs up.
const HANG_UPS: usize = 3;
/// The attack that goes on until the circuit breaker opens.
const BROKEN: usize = 0;
/// A name that would be a program in a browser.
const MARKUP: &str = "Cấp phép <script>alert(1)</script> & \"<b>in</b>\"";

/// Publishes all attackers, the whole way.
pub async fn publish(host: &Host, desk: &Desk, attacks: &[Attack]) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(host.server.address).await?;
    for (index, attack) in attacks.iter().enumerate() {
        let mut number = 1;
        if index == BROKEN {
            // There is a version before it to which a host might go back.
            let honest = attacks::honest(&attack.code, &attack.slug);
            desk.publish(&mut connection, &attack.code, &honest, number)
                .await?;
            number += 1;
        }
        desk.publish(&mut connection, &attack.code, &attack.component, number)
            .await
            .map_err(|error| format!("{}: {error}", attack.name))?;
    }
    // One whose name would be a program in a browser.
    let mut manifest = attacks::manifest("9.000098", "markup");
    manifest["name"]["vi"] = MARKUP.into();
    let guest = Guest {
        fee: STEADY_FEE,
        ..Guest::default()
    };
    let component = with_section(
        wrap(&guest.wat(), &[WIT]),
        "motcua:manifest",
        manifest.to_string().as_bytes(),
    );
    desk.publish(&mut connection, "9.000098", &component, 1)
        .await?;
    Ok(())
}

/// Wakes slow plugins and hangs up at once: what nobody waits for any more must not pile up, and the next one who asks is
/// answered.
pub async fn hang_up(host: &Host, attacks: &[Attack]) -> Result<(), Box<dyn Error>> {
    let before = host.server.threads()?;
    let slow = attacks.iter().filter(|attack| attack.kind == 1);
    let mut most = before;
    for attack in slow.clone() {
        let [_, waking] = requests(attack);
        // Fewer than open the circuit breaker with those of the storm.
        for _ in 0..HANG_UPS {
            Connection::open(host.server.address)
                .await?
                .hang_up(&waking)
                .await?;
            most = most.max(host.server.threads()?);
        }
    }
    for attack in slow {
        let mut connection = Connection::open(host.server.address).await?;
        let response = connection.send(&requests(attack)[0]).await?;
        if response.status != 200 {
            return Err(format!("{}: {} {}", attack.name, response.status, response.text()).into());
        }
    }
    // Each processor may have a place for them.
    let places = std::thread::available_parallelism().map_or(1, usize::from);
    if most > before + (THREADS + places) as u64 {
        return Err(
            format!("of those who hang up, threads are left: {before}, then {most}").into(),
        );
    }
    println!(
        "  1  those who wake them and hang up: {most} threads at most, {before} before; the next are answered"
    );
    Ok(())
}

/// A plugin that fails and fails is not run any more, nobody else notices, and an alarm is raised. The honest version that was
/// in force before it does not come back by itself.
pub async fn break_circuit(host: &mut Host, attacks: &[Attack]) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(host.server.address).await?;
    let (broken, other) = (&attacks[BROKEN], &attacks[BROKEN + 1]);
    let [honest, waking] = requests(broken);
    let mut failures = 0;
    let refused = loop {
        let response = checked(broken.name, connection.send(&waking).await?)?;
        if response.status == 503 {
            break response;
        }
        failed(broken, &response)?;
        failures += 1;
        if failures > 10 {
            return Err("the circuit breaker does not open".into());
        }
    };
    host.says(&["alarm", &broken.code])?;
    let still = connection.send(&honest).await?;
    let fine = connection.send(&requests(other)[0]).await?;
    let told = connection.send(&request("GET", "/readyz", None)).await?;
    let shown = connection
        .send(&request(
            "GET",
            &format!("/api/v1/procedures/{}", broken.code),
            None,
        ))
        .await?
        .json();
    if !(out_of_order(&refused)
        && refused.header("retry-after").is_some()
        && still.status == 503
        && out_of_order(&still)
        && fine.status == 200
        && told.text().contains(&format!("alarm {}", broken.code))
        && shown["out_of_order_since"].is_string()
        && shown["number"] == 2
        && shown["digest"] == digest(&broken.component).as_str())
    {
        return Err(format!(
            "the circuit breaker: {} {} {shown}",
            refused.text(),
            told.text()
        )
        .into());
    }
    println!(
        "     out of order after {failures} more failures; others answer, an alarm is raised, no other version takes its place"
    );
    Ok(())
}

fn out_of_order(response: &Response) -> bool {
    response.status == 503 && response.json()["type"] == "urn:motcua:problem:out-of-order"
}

/// Asks what is out of order, on and on: the answer is the same, or now and then what one question found that was let through.
pub async fn ask_on(
    host: &Host,
    attacks: &[Attack],
    attackers: &Handle,
    span: Duration,
) -> Result<usize, Box<dyn Error>> {
    let broken = &attacks[BROKEN];
    let [_, waking] = requests(broken);
    let address = host.server.address;
    let asking = attackers.spawn(async move {
        let mut connection = Connection::open(address).await?;
        let until = Until::after(span);
        let mut answers = BTreeMap::new();
        let mut times = 0;
        while !until.is_over() {
            let response = connection.send(&waking).await?;
            answers.entry(response.body.clone()).or_insert(response);
            times += 1;
        }
        std::io::Result::Ok((times, answers))
    });
    let (times, answers) = asking.await??;
    for response in answers.into_values() {
        let response = checked(broken.name, response)?;
        if !out_of_order(&response) {
            failed(broken, &response)?;
        }
    }
    Ok(times)
}

/// Reads everything that people read.
pub async fn look(host: &mut Host, desk: &Desk) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(host.server.address).await?;
    let mut read = 0;
    let mut pages = vec!["/".to_owned(), "/readyz".to_owned(), "/metrics".to_owned()];
    let list = connection
        .send(&request("GET", "/api/v1/procedures", None))
        .await?;
    let list = checked("the list of procedures", list)?.json();
    let codes: Vec<String> = codes(&list);
    if !codes.iter().any(|code| code == "9.000098") {
        return Err(format!("the list of procedures lacks the attackers: {list}").into());
    }
    pages.extend(codes.iter().map(|code| format!("/?q={code}")));
    for path in &pages {
        let response = connection.send(&request("GET", path, None)).await?;
        if let Some(sign) = shown::control(&response.text()) {
            return Err(format!("{path} shows {sign}").into());
        }
        if response.status != 200 || response.text().contains("<script>alert") {
            return Err(format!("{path}: {} {}", response.status, response.text()).into());
        }
        read += response.body.len();
    }
    let mut paths: Vec<String> = codes
        .iter()
        .map(|code| format!("/procedures/{code}"))
        .collect();
    paths.extend(["/submissions", "/alarms"].map(str::to_owned));
    let submissions = with_token("GET", "/submissions", &desk.auditor, None);
    let submissions = checked("the submissions", connection.send(&submissions).await?)?.json();
    for submission in submissions["submissions"].as_array().into_iter().flatten() {
        paths.push(format!(
            "/submissions/{}/{}",
            submission["procedure"].as_str().unwrap_or_default(),
            submission["number"]
        ));
    }
    for path in &paths {
        let request = with_token("GET", path, &desk.auditor, None);
        let response = checked(path, connection.send(&request).await?)?;
        if response.status != 200 {
            return Err(format!("{path}: {} {}", response.status, response.text()).into());
        }
        read += response.body.len();
    }
    // The chain of deeds is one JSON a line.
    let audit = connection
        .send(&with_token("GET", "/audit", &desk.auditor, None))
        .await?;
    for line in audit.body.split(|byte| *byte == b'\n') {
        if let Some(sign) = shown::control_in_json(line).filter(|_| !line.is_empty()) {
            return Err(format!("the chain of deeds shows {sign}").into());
        }
    }
    read += audit.body.len();
    if let Some(line) = host.spoiled_line() {
        return Err(format!("the log shows {line}").into());
    }
    println!(
        "     {} pages, {} answers of the API ({} KiB) and {} lines of the log read: no sign that steers or forges",
        pages.len(),
        paths.len(),
        read >> 10,
        host.log().len()
    );
    Ok(())
}

fn codes(list: &Value) -> Vec<String> {
    list["procedures"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|procedure| procedure["code"].as_str().map(str::to_owned))
        .collect()
}
