#!/bin/sh
# Measures culprit beside its peers: see README.md.
set -eu
cd -P -- "$(dirname -- "$0")/.."
sh scripts/set-up.sh
exec node bench/run.mjs "$@"
