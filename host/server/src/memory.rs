//! What the host needs no more goes back to the machine.

/// Allocations of this many bytes and more are had from the kernel each for itself, and so much that is free at the end of a heap
/// is kept.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: std::ffi::c_int = 1 << 20;

/// Makes the allocator keep to its first limits. On its own it raises them with every large piece that is freed, up to 32 MiB a
/// piece and 64 MiB a heap, and each thread has a heap: after some large submissions the host would hold on to what they needed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "no library of safe calls has this one; see SAFETY"
)]
pub fn give_back() {
    for limit in [libc::M_MMAP_THRESHOLD, libc::M_TRIM_THRESHOLD] {
        // SAFETY: both are numbers that the allocator reads when it is next asked, under its own lock. Should it refuse, nothing
        // has changed, and nothing but the size of the process hangs on it.
        unsafe { libc::mallopt(limit, LARGE) };
    }
}

/// Other allocators have no such limits, or none that rise.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_back() {}
