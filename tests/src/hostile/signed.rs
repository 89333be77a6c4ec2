//! Versions that were never meant by their department: another key, no signature, an old statement, a byte changed on the way.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use motcua_registry::PrivateKey;
use motcua_registry::engine::digest;
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::sent::Sent;
use super::shown;
use crate::desk::{self, CODE, Desk, must, with_token};
use crate::http::{Connection, Response};

/// Somebody with the database file at hand gets rid of its guard and changes one byte of a component.
///
/// # Errors
/// The database cannot be opened, or has no such component.
pub async fn spoil(data: &Path, component: &str) -> Result<(), sqlx::Error> {
    let mut database = SqliteConnectOptions::new()
        .filename(data.join("motcua.db"))
        .connect()
        .await?;
    sqlx::raw_sql("DROP TRIGGER versions_are_never_edited")
        .execute(&mut database)
        .await?;
    let mut bytes: Vec<u8> = sqlx::query_scalar("SELECT component FROM versions WHERE digest = ?")
        .bind(component)
        .fetch_one(&mut database)
        .await?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    sqlx::query("UPDATE versions SET component = ? WHERE digest = ?")
        .bind(&bytes)
        .bind(component)
        .execute(&mut database)
        .await?;
    database.close().await
}

fn refused(what: &str, response: &Response, status: u16, code: &str) -> Result<(), String> {
    is_refused(what, response, status, code)?;
    println!("  9  {what:<46} refused: {code}");
    Ok(())
}

fn is_refused(what: &str, response: &Response, status: u16, code: &str) -> Result<(), String> {
    if let Some(sign) = shown::control_in_json(&response.body) {
        return Err(format!("{what}: {sign}"));
    }
    if response.status == status
        && response.json()["type"] == format!("urn:motcua:problem:{code}").as_str()
    {
        Ok(())
    } else {
        Err(format!("{what}: {} {}", response.status, response.text()))
    }
}

/// Statements that can be sent over and over, as nothing comes of them; of a number.
///
/// # Errors
/// The other department cannot be entered.
pub async fn statements(
    desk: &Desk,
    address: SocketAddr,
    first: u32,
) -> Result<Vec<Sent>, Box<dyn Error>> {
    let mut connection = Connection::open(address).await?;
    let ours = desk::key();
    let theirs = PrivateKey::new([8; 32]);
    let department = json!({"id": "so-khac", "name": {"vi": "Sở Khác", "en": "Another Department"}, "codes": ["8.*"]});
    must(
        &mut connection,
        "POST",
        "/departments",
        &desk.operator,
        Some(&department),
    )
    .await?;
    let key = json!({"department": "so-khac", "public": theirs.public()});
    must(&mut connection, "POST", "/keys", &desk.operator, Some(&key)).await?;

    let component = desk::component(100);
    let honest = |number| Desk::submission(&ours, CODE, &component, number);
    let mut attempts = vec![
        (
            "another department's key",
            Desk::submission(&theirs, CODE, &component, first),
            403,
            "foreign-key",
        ),
        (
            "a key that nobody knows",
            Desk::submission(&PrivateKey::new([9; 32]), CODE, &component, first),
            403,
            "unknown-key",
        ),
        (
            "another department's procedure",
            Desk::submission(&ours, "8.000001", &component, first),
            403,
            "not-owner",
        ),
    ];
    let mut stripped = honest(first);
    stripped["signature"] = "".into();
    attempts.push(("a signature taken away", stripped, 403, "wrong-signature"));
    let mut exchanged = honest(first);
    exchanged["component"] =
        Desk::submission(&ours, CODE, &desk::component(101), first)["component"].clone();
    attempts.push((
        "another component under the same signature",
        exchanged,
        422,
        "component-differs",
    ));
    let sent = attempts.into_iter().map(|(what, body, status, code)| {
        let request = with_token("POST", "/submissions", &desk.author, Some(&body));
        Sent::fixed(9, what, request, code, move |response| {
            is_refused(what, response, status, code)
        })
    });
    Ok(sent.collect())
}

/// Tries the others; the last one leaves the host's database spoiled.
///
/// # Errors
/// One of them was not refused, or for another reason.
pub async fn run(
    desk: &Desk,
    address: SocketAddr,
    data: &Path,
    first: u32,
) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(address).await?;
    let component = desk::component(100);
    let older = Desk::submission(&desk::key(), CODE, &component, first);
    desk.submit(&mut connection, CODE, &component, first + 1)
        .await?;
    let request = with_token("POST", "/submissions", &desk.author, Some(&older));
    refused(
        "an older statement",
        &connection.send(&request).await?,
        409,
        "old-statement",
    )?;

    let approve = |number| format!("/submissions/{CODE}/{number}/approve");
    let other = json!({"component": digest(b"another")});
    let request = with_token("POST", &approve(first + 1), &desk.reviewer, Some(&other));
    refused(
        "an approval of other bytes",
        &connection.send(&request).await?,
        409,
        "other-component",
    )?;
    desk.approve(&mut connection, CODE, &component, first + 1)
        .await?;
    spoil(data, &digest(&component)).await?;
    let path = format!("/submissions/{CODE}/{}/activate", first + 1);
    let request = with_token("POST", &path, &desk.operator, None);
    refused(
        "a byte changed between review and activation",
        &connection.send(&request).await?,
        409,
        "altered",
    )?;
    Ok(())
}
