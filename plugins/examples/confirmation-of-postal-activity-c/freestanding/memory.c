// Where the question is put: one place after the other, from the end of the constants to the end of the memory, which
// never grows. Nothing is given back, since an instance answers one question.

#include <stddef.h>
#include <stdint.h>

extern unsigned char __heap_base;

static uintptr_t next;

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    const uintptr_t end = __builtin_wasm_memory_size(0) * (uintptr_t)65536;
    if (next == 0) next = (uintptr_t)&__heap_base;
    // `align` is a power of two.
    const uintptr_t start = (next + align - 1) & ~(uintptr_t)(align - 1);
    if (start > end || new_size > end - start) __builtin_trap();
    next = start + new_size;
    for (size_t i = 0; i < old_size && i < new_size; i++) ((unsigned char *)start)[i] = ((unsigned char *)old)[i];
    return (void *)start;
}
