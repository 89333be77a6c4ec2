#!/bin/sh
# Builds the rules: ./build.sh RULES.wasm [RULES.js]
# Needs `npm ci` here first (Node.js 20.19 or later), and node_modules/.bin in PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
rules=${2:-$here/rules.js}
wit=$here/../../../wit/procedure@1.0.0

# What the engine would import is taken away feature by feature; what is left imports nothing.
componentize-js "$rules" --wit "$wit" --world-name procedure --out "$out" \
  --disable random stdio clocks http fetch-event
