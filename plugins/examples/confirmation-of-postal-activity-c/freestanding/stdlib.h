// What the bindings use of the C library. It is not linked: the whole plugin is what stands in this folder.
#pragma once

#include <stddef.h>

// Only called by the `cabi_realloc` of the bindings, in whose place `memory.c` puts another.
void *realloc(void *old, size_t size);

// The memory of an instance goes with it, after one answer.
static inline void free(void *memory) { (void)memory; }

_Noreturn static inline void abort(void) { __builtin_trap(); }
