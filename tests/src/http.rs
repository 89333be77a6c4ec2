//! As much HTTP/1.1 as a test or a load needs: one request at a time on a connection that is kept open.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header lines, as sent.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What a line of a gigabit brings in a millisecond, in bytes.
const LINE: usize = 125_000;

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 << 10),
        })
    }

    /// Sends `request` and hangs up, without waiting for anything.
    pub async fn hang_up(mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await?;
        self.stream.shutdown().await
    }

    /// The same as [`Connection::send`], but as fast as a line of a gigabit a second is, and not as fast as a machine copies
    /// within itself.
    pub async fn send_from_afar(&mut self, request: &[u8]) -> io::Result<Response> {
        let mut pieces = request.chunks(LINE);
        let last = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            self.stream.write_all(piece).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.send(last).await
    }

    /// Sends `request`, a whole HTTP request, and reads the whole response.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Response> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let mut response = Response {
            status: status(&head)?,
            head,
            body: Vec::new(),
        };
        let start = head_end + 4;
        if response
            .header("transfer-encoding")
            .is_some_and(|v| v.eq_ignore_ascii_case("chunked"))
        {
            response.body = self.chunks(start).await?;
            return Ok(response);
        }
        let length = match response.header("content-length").map(str::parse::<usize>) {
            Some(Ok(length)) => length,
            Some(Err(_)) => return Err(io::Error::other("content-length is no number")),
            None => 0,
        };
        while self.buffer.len() < start + length {
            self.more().await?;
        }
        response.body = self.buffer[start..start + length].to_vec();
        Ok(response)
    }

    async fn chunks(&mut self, mut at: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                if let Some(end) = find(&self.buffer[at..], b"\r\n") {
                    break at + end;
                }
                self.more().await?;
            };
            let digits = String::from_utf8_lossy(&self.buffer[at..line_end]).into_owned();
            let length = usize::from_str_radix(digits.trim(), 16)
                .map_err(|_| io::Error::other("a chunk without a length"))?;
            let start = line_end + 2;
            while self.buffer.len() < start + length + 2 {
                self.more().await?;
            }
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&self.buffer[start..start + length]);
            at = start + length + 2;
        }
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the connection was closed",
            ));
        }
        Ok(())
    }
}

/// A whole request; the body, if there is one, is JSON.
pub fn request(method: &str, path: &str, body: Option<&[u8]>) -> Vec<u8> {
    request_with(method, path, &[], body)
}

/// A whole request with further header lines.
pub fn request_with(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: motcua\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        request.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ));
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body.unwrap_or_default());
    bytes
}

fn status(head: &str) -> io::Result<u16> {
    head.split_ascii_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| io::Error::other("no status line"))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
