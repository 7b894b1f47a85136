#!/bin/sh
# Makes a checkout ready to run: installs when the lock file has changed, builds when a source has.
# Costs a few milliseconds when there is nothing to do. Speaks on stderr only and leaves stdin alone.
set -eu
unset CDPATH
exec </dev/null >&2
cd -P -- "$(dirname -- "$0")/.."

lock=.set-up.lock

fail() { # CODE WHAT HELP
  printf 'error[%s]: %s\n   = help: %s\n' "$1" "$2" "$3"
  exit 2
}

check_node() {
  wanted=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' package.json)
  mend="install Node $wanted or newer (from your package manager or nodejs.org), then run again"
  command -v node >/dev/null || fail node-missing "culprit needs Node $wanted or newer, and there is no node on the PATH" "$mend"
  found=$(node --version)
  found=${found#v}
  minor=${found#*.}
  minor=${minor%%.*}
  if [ "${found%%.*}" -lt "${wanted%%.*}" ] ||
    { [ "${found%%.*}" -eq "${wanted%%.*}" ] && [ "$minor" -lt "${wanted#*.}" ]; }; then
    fail node-too-old "culprit needs Node $wanted or newer, and $(command -v node) is $found" "$mend"
  fi
}

# npm writes this file last, so an interrupted installation has none.
installed() {
  [ -e node_modules/.package-lock.json ] &&
    [ ! package-lock.json -nt node_modules/.package-lock.json ]
}

# A folder is newer when a file in it was removed.
built() {
  [ -e dist/bin.js ] && [ -e dist/.built ] &&
    [ -z "$(find src package.json tsconfig*.json -newer dist/.built -print -quit)" ]
}

# A symbolic link is made in one step and can name its owner: a lock whose owner is gone is void.
take_lock() {
  waited=0
  until ln -s "$$" "$lock" 2>/dev/null; do
    [ -w . ] || fail folder-not-writable "$PWD needs its set-up and is not writable" "run once as a user who may write there"
    owner=$(readlink "$lock") || continue
    if ! kill -0 "$owner" 2>/dev/null; then
      # Of several that find it void, only one moves it away.
      mv "$lock" "$lock.$$" 2>/dev/null && rm -f "$lock.$$"
    elif [ "$waited" -ge 900 ]; then
      fail set-up-locked "process $owner has been setting up culprit for 15 minutes" "end that process, or remove $PWD/$lock if it is another program"
    else
      [ "$waited" -gt 0 ] || echo "culprit: waiting for process $owner to finish the set-up"
      sleep 1
      waited=$((waited + 1))
    fi
  done
  trap 'rm -rf "$lock" dist.new' EXIT
  trap 'exit 130' HUP INT TERM
}

install() {
  command -v npm >/dev/null || fail npm-missing "culprit needs npm for its set-up, and there is none on the PATH" "install npm (it comes with Node from nodejs.org), then run again"
  echo "culprit: installing its dependencies, once"
  output=$(npm ci --include=dev --no-progress --loglevel=error 2>&1) || {
    printf '%s\n' "$output"
    fail install-failed "npm could not install culprit's dependencies" "see npm's message above; when the network or a proxy is the cause, mend it and run again"
  }
}

# Compiled beside dist and swapped in whole: a failed build leaves the last one, a removed source no dead file.
# The stamp is as old as the beginning, so that an edit during the build counts.
build() {
  echo "culprit: building"
  rm -rf dist.new dist.old
  mkdir dist.new
  touch dist.new/.built
  node_modules/.bin/tsc -p tsconfig.build.json --outDir dist.new ||
    fail build-failed "culprit's sources do not compile" "mend what tsc reports above, or restore the sources"
  for target in "" --ssr; do
    # shellcheck disable=SC2086
    node_modules/.bin/vite build --config src/web/page/vite.config.ts $target --outDir "$PWD/dist.new/page" ||
      fail build-failed "culprit's page does not build" "mend what vite reports above, or restore the sources"
  done
  [ ! -e dist ] || mv dist dist.old
  mv dist.new dist
  rm -rf dist.old
}

check_node
if installed && built; then exit 0; fi
take_lock
installed || install
built || build
