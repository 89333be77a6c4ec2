#!/bin/sh
# Builds the rules: ./build.sh RULES.wasm
# Needs `pip install -r requirements.txt` first, and the bindings of the contract in C: made here by `wit-bindgen`
# (`cargo install wit-bindgen-cli@0.63.0`), or found in the folder $BINDINGS.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1

if [ -z "${BINDINGS:-}" ]; then
  BINDINGS=$out.bindings
  wit-bindgen c "$here/../../../wit/procedure@1.0.0" --world procedure --out-dir "$BINDINGS" \
    --rename motcua:procedure/rules@1.0.0=rules
fi
# One page of memory that never grows: 8 KiB of stack, the constants, and the rest for the question.
python-zig cc -target wasm32-freestanding -nostdlib -O2 -std=c11 -Wall -Wextra -Werror \
  -I"$here/freestanding" -I"$BINDINGS" \
  -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=8192 -Wl,--initial-memory=65536 -Wl,--max-memory=65536 \
  "$here/rules.c" "$here/freestanding/memory.c" "$BINDINGS/procedure.c" "$BINDINGS/procedure_component_type.o" -o "$out"
