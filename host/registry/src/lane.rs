//! Where questions go whose rules may keep a thread busy.
//!
//! A version that is known to be quick is asked on whichever thread has the question. Every other one may use the processor for as
//! long as its fuel lasts, so it waits for a place in the lane of its class. Two things keep that from being felt by those who
//! are quick:
//!
//! - The lanes together have fewer threads than the machine has processors (on one or two processors: one each).
//! - Their threads give way. The kernel lets a thread that computes go on to the end of its turn, some milliseconds, before
//!   another that wakes on the same processor gets its own: to a question that is answered in microseconds that is an age. So
//!   theirs weigh less ([`NICE`]), and have long turns, which any thread of shorter turns may interrupt (`sched_setattr(2)`,
//!   Linux 6.12). Where the kernel does not know this, they are threads as all others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use motcua_engine::{CallError, Class};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Unavailable;

/// How much less the threads of a lane weigh than others, as `nice` has it: they have a tenth of a processor for which others
/// compete with them, and all of it when nobody does.
pub const NICE: i32 = 10;
/// The longest turn that the kernel knows, in nanoseconds.
#[cfg(target_os = "linux")]
const LONG_TURN: u64 = 100_000_000;

/// Places for one kind of work, and a queue with an end.
#[derive(Debug)]
pub struct Queue {
    places: Arc<Semaphore>,
    count: usize,
    /// How many wait for a place.
    waiting: AtomicUsize,
}

impl Queue {
    /// How many may wait for each place; more are told to come again.
    pub const WAITING: usize = 256;

    /// A queue for so many places; at least one.
    pub fn new(places: usize) -> Self {
        let count = places.max(1);
        Self {
            places: Arc::new(Semaphore::new(count)),
            count,
            waiting: AtomicUsize::new(0),
        }
    }

    /// A place, at once or after a while, for as long as it is held: by the work, which goes on when the asker has gone away.
    ///
    /// # Errors
    /// Too many wait already: ask again in a moment.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Unavailable> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(place);
        }
        let waiting = Waiting::new(&self.waiting);
        if waiting.before >= self.count * Self::WAITING {
            return Err(self.busy());
        }
        let place = Arc::clone(&self.places).acquire_owned().await;
        place.map_err(|_| self.busy())
    }

    fn busy(&self) -> Unavailable {
        Unavailable {
            cause: CallError::Busy {
                slots: u32::try_from(self.count).unwrap_or(u32::MAX),
            },
            retry_after: 1,
        }
    }
}

/// One who waits, until he has a place or goes away.
struct Waiting<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        // The counter guards nothing but itself, so no order with other memory is needed.
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The lane of a class: threads of its own, and the queue before them.
#[derive(Debug)]
pub struct Lane {
    queue: Queue,
    stack_bytes: usize,
    /// Started with the first question; nothing: the machine gives no threads.
    threads: OnceLock<Option<ThreadPool>>,
}

impl Lane {
    fn new(threads: usize, stack_bytes: usize) -> Self {
        Self {
            queue: Queue::new(threads),
            stack_bytes,
            threads: OnceLock::new(),
        }
    }

    /// The queue, to be passed before [`Lane::run`].
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Does work on a thread of the lane, while the caller's waits; on the caller's own where the machine gives no threads.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let threads = self.threads.get_or_init(|| {
            ThreadPoolBuilder::new()
                .num_threads(self.queue.count)
                .stack_size(self.stack_bytes)
                .thread_name(|number| format!("motcua-lane-{number}"))
                .start_handler(|_| give_way())
                .build()
                .inspect_err(
                    |error| tracing::warn!(%error, "slow versions have no threads of their own"),
                )
                .ok()
        });
        match threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// The lanes of both classes.
#[derive(Debug)]
pub struct Lanes {
    compiled: Lane,
    interpreted: Lane,
}

impl Lanes {
    /// For a machine of so many processors: half of them for compiled components, a quarter for interpreted ones, which take a
    /// thousand times as long. Each thread has a stack of so many bytes.
    pub fn new(processors: usize, stack_bytes: usize) -> Self {
        Self {
            compiled: Lane::new(processors / 2, stack_bytes),
            interpreted: Lane::new(processors / 4, stack_bytes),
        }
    }

    /// The lane of a class.
    pub const fn of(&self, class: Class) -> &Lane {
        match class {
            Class::Compiled => &self.compiled,
            Class::Interpreted => &self.interpreted,
        }
    }
}

/// Makes this thread give way to others, if it is an ordinary one and the kernel lets it.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no library of safe calls has these two; see SAFETY"
)]
fn give_way() {
    let size = size_of::<libc::sched_attr>() as u32;
    let mut attributes = libc::sched_attr {
        size,
        sched_policy: 0,
        sched_flags: 0,
        sched_nice: 0,
        sched_priority: 0,
        sched_runtime: 0,
        sched_deadline: 0,
        sched_period: 0,
    };
    // SAFETY: 0 is the calling thread; the kernel writes at most `size` bytes to a place of this size that lives on this stack.
    let read = unsafe { libc::syscall(libc::SYS_sched_getattr, 0, &raw mut attributes, size, 0) };
    if read != 0 || attributes.sched_policy != libc::SCHED_OTHER as u32 {
        return;
    }
    attributes.sched_nice = (attributes.sched_nice + NICE).min(19);
    attributes.sched_runtime = LONG_TURN;
    // SAFETY: 0 is the calling thread; the kernel reads at most the `size` bytes that are there. Should it refuse, nothing has
    // changed, and nothing hangs on it.
    unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    use super::*;

    const STACK: usize = 2 << 20;

    #[test]
    fn together_they_leave_a_processor_free_where_there_are_more_than_two() {
        for processors in 1..40 {
            let lanes = Lanes::new(processors, STACK);
            let both = Class::ALL.map(|class| lanes.of(class).run(rayon::current_num_threads));
            assert!(both.iter().all(|threads| *threads > 0));
            assert!(both.iter().sum::<usize>() < processors.max(3));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn their_threads_give_way_and_no_others_do() {
        let nice = || {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            // The name stands in brackets and may contain anything; `nice` is the 19th field, the 17th after it.
            let (_, rest) = stat.rsplit_once(") ").unwrap();
            rest.split(' ').nth(16).unwrap().parse::<i32>().unwrap()
        };
        let own = nice();
        let lanes = Lanes::new(4, STACK);
        for class in Class::ALL {
            assert_eq!(lanes.of(class).run(nice), (own + NICE).min(19));
        }
        assert_eq!(nice(), own);
    }

    async fn is_pending<T>(waiting: &mut Pin<Box<impl Future<Output = T>>>) -> bool {
        poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_pending())).await
    }

    #[test]
    fn who_comes_when_the_queue_is_full_is_told_so_and_who_goes_away_makes_room() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.build().unwrap().block_on(async {
            let queue = Queue::new(1);
            let held = queue.enter().await.unwrap();
            let mut waiting: Vec<_> = (0..Queue::WAITING)
                .map(|_| Box::pin(queue.enter()))
                .collect();
            for one in &mut waiting {
                assert!(is_pending(one).await);
            }
            let refused = queue.enter().await.unwrap_err();
            assert_eq!(refused.cause, CallError::Busy { slots: 1 });
            assert_eq!(refused.retry_after, 1);
            // One gives up; another may wait in his stead, and gets his turn when the others have gone.
            drop(waiting.pop());
            let mut next = Box::pin(queue.enter());
            assert!(is_pending(&mut next).await);
            drop(waiting);
            drop(held);
            assert!(next.await.is_ok());
        });
    }
}
