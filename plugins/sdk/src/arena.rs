//! The allocator of a plugin: it hands out one fixed piece of memory from the bottom up and takes nothing back. An instance
//! answers one question, so there is nothing to reuse, and a memory that never grows is the quickest to make clean.

#![expect(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::{Cell, UnsafeCell};
use std::ptr;

/// A piece of memory, in bytes. The macro puts one into every plugin, large enough for the largest application that its
/// package allows.
#[repr(C, align(16))]
pub struct Arena<const BYTES: usize> {
    memory: UnsafeCell<[u8; BYTES]>,
    /// The first byte that is free.
    next: Cell<usize>,
}

// SAFETY: a component of the contract has one thread; the macro makes an arena for WebAssembly only.
unsafe impl<const BYTES: usize> Sync for Arena<BYTES> {}

impl<const BYTES: usize> Arena<BYTES> {
    /// All of it free.
    #[expect(clippy::new_without_default, reason = "it is made once, as a static")]
    pub const fn new() -> Self {
        Self {
            memory: UnsafeCell::new([0; BYTES]),
            next: Cell::new(0),
        }
    }

    fn start(&self) -> *mut u8 {
        self.memory.get().cast()
    }

    /// Takes so many bytes at a multiple of `align`; null when they are not there.
    fn take(&self, size: usize, align: usize) -> *mut u8 {
        let start = self.start();
        let free = self.next.get();
        // From the address, not from the offset: an alignment may be larger than that of the arena.
        let address = start as usize + free;
        let padding = address.next_multiple_of(align) - address;
        let from = free.saturating_add(padding);
        let Some(to) = from.checked_add(size).filter(|to| *to <= BYTES) else {
            return ptr::null_mut();
        };
        self.next.set(to);
        start.wrapping_add(from)
    }
}

// SAFETY: every piece lies within the arena, is aligned, and is handed out once: `next` only grows, except that the last
// piece may grow in place.
unsafe impl<const BYTES: usize> GlobalAlloc for Arena<BYTES> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size(), layout.align())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // What was never handed out is zero still.
        self.take(layout.size(), layout.align())
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let from = (old as usize).wrapping_sub(self.start() as usize);
        let is_last = from.checked_add(layout.size()) == Some(self.next.get());
        if size <= layout.size() {
            return old;
        }
        if is_last {
            let Some(to) = from.checked_add(size).filter(|to| *to <= BYTES) else {
                return ptr::null_mut();
            };
            self.next.set(to);
            return old;
        }
        let new = self.take(size, layout.align());
        if !new.is_null() {
            // SAFETY: the old piece has `layout.size()` bytes, the new one more, and they do not overlap.
            unsafe { ptr::copy_nonoverlapping(old, new, layout.size()) };
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a layout")
    }

    #[test]
    fn pieces_are_aligned_and_apart_and_the_last_one_grows_in_place() {
        let arena = Arena::<256>::new();
        // SAFETY: layouts are not empty, and pieces are used as they were asked for.
        unsafe {
            let one = arena.alloc(layout(3, 1));
            let two = arena.alloc(layout(16, 8));
            assert!(two as usize >= one as usize + 3);
            assert_eq!(two as usize % 8, 0);
            two.write_bytes(7, 16);
            let grown = arena.realloc(two, layout(16, 8), 32);
            assert_eq!(grown, two, "the last piece stays where it is");
            let three = arena.alloc(layout(1, 1));
            let moved = arena.realloc(grown, layout(32, 8), 64);
            assert!(moved as usize > three as usize);
            assert_eq!(*moved.wrapping_add(15), 7);
            assert!(arena.alloc(layout(256, 1)).is_null(), "there is no more");
            let rest = arena.alloc_zeroed(layout(64, 64));
            assert_eq!(rest as usize % 64, 0);
            assert!((0..64).all(|at| *rest.wrapping_add(at) == 0));
        }
    }
}
