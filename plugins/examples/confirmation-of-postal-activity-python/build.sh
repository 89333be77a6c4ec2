#!/bin/sh
# Builds the rules: ./build.sh RULES.wasm [FOLDER-WITH-rules.py]
# Needs `pip install -r requirements.txt` first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
rules=${2:-$here}

export PYTHONDONTWRITEBYTECODE=1
# Stubs take the place of everything that Python would import: what needs it, traps.
componentize-py --quiet --wit-path "$here/../../../wit/procedure@1.0.0" --world procedure \
  componentize --stub-wasi --python-path "$rules" --output "$out" rules
