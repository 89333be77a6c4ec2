#!/bin/sh
# Builds the rules: ./build.sh RULES.wasm [spidermonkey|quickjs [RULES.js]]
# Needs `npm ci` here first (Node.js 20.19 or later), and node_modules/.bin in PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
engine=${2:-spidermonkey}
rules=${3:-$here/rules.js}
wit=$here/../../../wit/procedure@1.0.0

case $engine in
  # What the engine would import is taken away feature by feature; what is left imports nothing.
  spidermonkey) componentize-js "$rules" --wit "$wit" --world-name procedure --out "$out" \
    --disable random stdio clocks http fetch-event ;;
  quickjs) componentize-qjs --js "$rules" --wit "$wit" --world procedure --output "$out" \
    --sync --stub-wasi --opt-size ;;
  *) echo "no engine named $engine" >&2; exit 2 ;;
esac
