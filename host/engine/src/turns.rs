//! Threads and processes that give way to those who answer.
//!
//! The kernel lets a thread that computes go on to the end of its turn, some milliseconds, before another that wakes on the same
//! processor gets its own: to a question that is answered in microseconds that is an age. Threads that give way weigh less
//! ([`NICE`]), and have long turns, which any thread of shorter turns may interrupt (`sched_setattr(2)`, Linux 6.12). Where the
//! kernel does not know this, they are threads as all others.

/// How much less they weigh than the program's first thread, as `nice` has it: they have a tenth of a processor for which others
/// compete with them, and all of it when nobody does.
pub const NICE: i32 = 10;
/// The longest turn that the kernel knows, in nanoseconds.
#[cfg(target_os = "linux")]
const LONG_TURN: u64 = 100_000_000;

/// Makes this thread give way to the other threads of its program, and whatever it starts too, if it is an ordinary one and the
/// kernel lets it. It cannot be taken back: for threads that do nothing else.
pub fn give_way() {
    #[cfg(target_os = "linux")]
    give_way_to(rustix::process::getpid());
}

/// Makes this process, which has one thread, give way to the threads of the one that started it.
pub(crate) fn give_way_to_parent() {
    #[cfg(target_os = "linux")]
    if let Some(parent) = rustix::process::getppid() {
        give_way_to(parent);
    }
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "no library of safe calls has these two; see SAFETY"
)]
fn give_way_to(first: rustix::process::Pid) {
    // Not this thread's own: it may have been started by one that gives way already.
    let Ok(nice) = rustix::process::getpriority_process(Some(first)) else {
        return;
    };
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
    attributes.sched_nice = attributes.sched_nice.max((nice + NICE).min(19));
    attributes.sched_runtime = LONG_TURN;
    // SAFETY: 0 is the calling thread; the kernel reads at most the `size` bytes that are there. Should it refuse, nothing has
    // changed, and nothing hangs on it.
    unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        // The name stands in brackets and may contain anything; `nice` is the 19th field, the 17th after it.
        let (_, rest) = stat.rsplit_once(") ").unwrap();
        rest.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[test]
    fn a_thread_that_gives_way_does_so_once_and_no_other_does() {
        let own = nice();
        let (once, twice, started) = std::thread::spawn(|| {
            give_way();
            let once = nice();
            give_way();
            let started = std::thread::spawn(|| {
                give_way();
                nice()
            });
            (once, nice(), started.join().unwrap())
        })
        .join()
        .unwrap();
        assert_eq!(once, (own + NICE).min(19));
        assert_eq!([twice, started], [once; 2]);
        assert_eq!(nice(), own);
    }
}
