//! Where work goes that may keep a thread busy: questions to rules that are not known to be quick, and publishing.
//!
//! A version that is known to be quick is asked on whichever thread has the question. Every other one may use the processor for as
//! long as its fuel lasts, so it waits for a place in the lane of its class. What a department sends is read, verified and tried
//! in a lane of its own. Two things keep that from being felt by those who are quick:
//!
//! - The lanes of questions together have fewer threads than the machine has processors (on one or two processors: one each),
//!   and publishing has one.
//! - Their threads give way ([`give_way`]).

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use motcua_engine::{CallError, Class, give_way};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::Unavailable;

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

/// A lane: threads of its own, and the queue before them.
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
        match self.threads() {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }

    /// Does work on a thread of the lane, while the caller's does something else; it goes on when nobody waits for it any more.
    ///
    /// # Panics
    /// The work did.
    pub async fn run_aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let (done, result) = oneshot::channel();
        let work = move || {
            // Nothing that the work has left half done is seen again.
            let result = catch_unwind(AssertUnwindSafe(work));
            // Whoever waited for it may have gone.
            let _ = done.send(result);
        };
        match self.threads() {
            Some(threads) => threads.spawn(work),
            None => drop(tokio::task::spawn_blocking(work)),
        }
        match result.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            // A runtime that is shut down drops what has not begun; nobody is left to hear of it.
            Err(_) => pending().await,
        }
    }

    fn threads(&self) -> Option<&ThreadPool> {
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
        threads.as_ref()
    }
}

/// The lanes of both classes, and that of publishing.
#[derive(Debug)]
pub struct Lanes {
    compiled: Lane,
    interpreted: Lane,
    publishing: Lane,
}

impl Lanes {
    /// For a machine of so many processors: half of them for compiled components, a quarter for interpreted ones, which take a
    /// thousand times as long; and one for publishing. Each thread has a stack of so many bytes.
    pub fn new(processors: usize, stack_bytes: usize) -> Self {
        Self {
            compiled: Lane::new(processors / 2, stack_bytes),
            interpreted: Lane::new(processors / 4, stack_bytes),
            publishing: Lane::new(1, stack_bytes),
        }
    }

    /// The lane in which what a department sends is read, verified and tried.
    pub const fn publishing(&self) -> &Lane {
        &self.publishing
    }

    /// The lane of a class.
    pub const fn of(&self, class: Class) -> &Lane {
        match class {
            Class::Compiled => &self.compiled,
            Class::Interpreted => &self.interpreted,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::task::Poll;

    use motcua_engine::NICE;

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
        for lane in [
            lanes.of(Class::Compiled),
            lanes.of(Class::Interpreted),
            lanes.publishing(),
        ] {
            assert_eq!(lane.run(nice), (own + NICE).min(19));
        }
        assert_eq!(nice(), own);
    }

    #[test]
    fn work_aside_keeps_no_thread_of_the_caller_and_its_panic_is_the_callers() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        let lanes = Lanes::new(2, STACK);
        runtime.block_on(async {
            let (wake, woken) = std::sync::mpsc::channel();
            let work = lanes.publishing().run_aside(move || woken.recv());
            // It ends only if the one thread of this runtime goes on meanwhile.
            let wakes = async { wake.send(7).unwrap() };
            assert_eq!(tokio::join!(work, wakes).0, Ok(7));
        });
        let fault = || runtime.block_on(lanes.publishing().run_aside(|| panic!("meant")));
        let fault = catch_unwind(AssertUnwindSafe(fault)).unwrap_err();
        assert_eq!(fault.downcast_ref(), Some(&"meant"));
        // The lane has survived it.
        assert_eq!(runtime.block_on(lanes.publishing().run_aside(|| 8)), 8);
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
