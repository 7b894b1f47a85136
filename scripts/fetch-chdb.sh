#!/bin/sh
# Fetches ClickHouse as a library (chdb) from npm beside other caches, for the tests. Prints its folder.
# It is no entry of package.json, since a lock file must name the binaries of every platform, and the
# registry lacks some.
set -eu
version=3.4.0
home=${XDG_CACHE_HOME:-$HOME/.cache}/culprit/chdb-$version

if [ -e "$home/.whole" ]; then
  echo "$home"
  exit
fi
draft=$(dirname "$home")/draft-chdb-$$
trap 'rm -rf "$draft"' EXIT
mkdir -p "$draft"
echo '{"private":true}' >"$draft/package.json"
(cd "$draft" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock "chdb@$version" >&2)
touch "$draft/.whole"
rm -rf "$home"
mv "$draft" "$home"
echo "$home"
