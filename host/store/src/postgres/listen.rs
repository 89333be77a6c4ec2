//! Being called when a governing entry has come, from whichever host.
//!
//! Only a shortcut: whoever waits also looks by itself every so often, so that a listener whose connection is broken, or
//! dead without anybody having noticed, costs a fraction of a second and nothing else.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The channel that the trigger on the deeds calls.
const CHANNEL: &str = "motcua_deeds";

/// How long to pause before connecting again.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens as long as it lives.
pub struct Listener {
    task: JoinHandle<()>,
    pool: PgPool,
}

impl Listener {
    /// Starts to listen on a connection of this pool.
    pub fn start(pool: PgPool, governed: watch::Sender<()>) -> Self {
        let task = tokio::spawn(listen(pool.clone(), governed));
        Self { task, pool }
    }

    /// Stops listening and closes the connection.
    pub async fn close(&self) {
        self.task.abort();
        self.pool.close().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(pool: PgPool, governed: watch::Sender<()>) {
    while !pool.is_closed() {
        // Why it ended does not matter here: whoever calls the database meets the same and says so.
        let _: Result<(), sqlx::Error> = hear(&pool, &governed).await;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Passes every call on until the connection breaks.
async fn hear(pool: &PgPool, governed: &watch::Sender<()>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // What was called while nobody listened.
    governed.send_replace(());
    while listener.try_recv().await?.is_some() {
        governed.send_replace(());
    }
    Ok(())
}
