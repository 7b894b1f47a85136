#!/bin/sh
# Packs culprit, installs the package into an empty folder as a user would, and runs it there.
set -eu
unset CDPATH
cd -P -- "$(dirname -- "$0")/.."
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' HUP INT TERM

sh scripts/set-up.sh
example=$(find examples -type f -name '*.log*' | sort | head -n 1)
package=$(npm pack --silent --pack-destination "$folder")
node_modules/.bin/publint run "$folder/$package" --strict

cd "$folder"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error "./$package"
node_modules/.bin/culprit --version
node_modules/.bin/culprit report "$root/$example" >report.txt
head -n 5 report.txt
echo "smoke: the packed culprit installs and runs"
