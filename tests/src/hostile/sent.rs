//! What is sent over and over: files to the gate by a department, and large bodies that anybody may send.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use super::files::File;
use super::host::Host;
use super::probe::{Probe, Until};
use super::{PARTS, Suite, checked};
use crate::http::{Connection, Response, request};
use crate::load;

/// A request that is sent over and over.
pub struct Sent {
    /// The number of its kind.
    kind: u8,
    /// What it is.
    name: &'static str,
    /// What becomes of it.
    end: String,
    /// Makes the request of a number.
    request: Box<dyn Fn(u32) -> Vec<u8> + Send + Sync>,
    /// Whether the answer is the right one.
    judge: Box<dyn Fn(&Response) -> Result<(), String> + Send + Sync>,
}

impl Sent {
    /// A file, submitted with a token.
    pub fn file(file: File, token: &str) -> Self {
        let (file, token) = (Arc::new(file), token.to_owned());
        let judged = Arc::clone(&file);
        Self {
            kind: file.kind,
            name: file.name,
            end: format!("{:?}", file.verdict),
            request: Box::new(move |number| file.submission(&token, number)),
            judge: Box::new(move |response| judged.judge(response)),
        }
    }

    fn batch(name: &'static str, body: &str, status: u16, shows: &'static str) -> Self {
        let request = request("POST", "/api/v1/assess?texts=none", Some(body.as_bytes()));
        Self::fixed(8, name, request, shows, move |response| {
            let text = response.text();
            match response.status == status && text.contains(shows) {
                true => Ok(()),
                false => Err(format!("{name}: {} {text:.300}", response.status)),
            }
        })
    }

    /// The same request each time.
    pub fn fixed(
        kind: u8,
        name: &'static str,
        request: Vec<u8>,
        end: &str,
        judge: impl Fn(&Response) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            name,
            end: end.to_owned(),
            request: Box::new(move |_| request.clone()),
            judge: Box::new(judge),
        }
    }

    /// The largest bodies that anybody may send.
    pub fn bodies() -> Vec<Self> {
        /// A little less than the most that is read.
        const MOST: usize = 15 << 20;
        let piece = format!(
            r#"{{"procedure":"{}","question":{}}}"#,
            load::PROCEDURE,
            load::QUESTION
        );
        let questions = |count: usize, between: &str| {
            let pieces = vec![piece.as_str(); count];
            format!(r#"{{"questions":[{}]}}"#, pieces.join(between))
        };
        let wide = format!(",{}", " ".repeat(MOST / 1_000 - piece.len()));
        vec![
            Self::batch(
                "15 MiB of brackets",
                &"[".repeat(MOST),
                422,
                "invalid-question",
            ),
            Self::batch(
                "1,000 questions in 15 MiB",
                &questions(1_000, &wide),
                200,
                "\"verdict\"",
            ),
            Self::batch(
                "as many questions as 15 MiB hold",
                &questions(MOST / (piece.len() + 1), ","),
                422,
                "too-long",
            ),
        ]
    }
}

impl Suite<'_> {
    /// Sends something over and over, in parts, from a number on; tells the first number that is left.
    pub async fn over_and_over(
        &mut self,
        host: &Host,
        mut number: u32,
        sent: Sent,
    ) -> Result<u32, Box<dyn Error>> {
        let sent = Arc::new(sent);
        let part = Duration::from_millis(self.plan.submitting) / PARTS;
        let mut connection = Some(Connection::open(host.server.address).await?);
        self.base = host.server.resident_bytes()?;
        let send = async |suite: &Self, probe: &mut Probe| {
            let until = Until::after(part);
            let mut times = 0;
            loop {
                // What the attacker does before and after is none of the host's business, nor does it take its processors.
                let ours = Arc::clone(&sent);
                let preparing = suite
                    .attackers
                    .spawn_blocking(move || (ours.request)(number));
                let request = preparing.await?;
                let mut open = connection.take().ok_or("no connection")?;
                let sending = suite.attackers.spawn(async move {
                    let response = open.send_from_afar(&request).await;
                    response.map(|response| (open, response))
                });
                let (open, response) = probe.meanwhile(sending).await??;
                connection = Some(open);
                let ours = Arc::clone(&sent);
                let judging = suite.attackers.spawn_blocking(move || {
                    let response = checked(ours.name, response)?;
                    (ours.judge)(&response)
                });
                judging.await??;
                number += 1;
                times += 1;
                if until.is_over() {
                    return Ok(times);
                }
            }
        };
        self.in_parts(host, (sent.kind, sent.name), part, send)
            .await?;
        println!("     each time: {}", sent.end);
        Ok(number)
    }
}
