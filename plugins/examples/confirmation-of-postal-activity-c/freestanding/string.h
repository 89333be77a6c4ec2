#pragma once

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
size_t strlen(const char *text);
