#!/bin/sh
# Prints a Java of version 24 or newer, which Trino 476 needs.
set -eu
for java in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
  [ -x "$java" ] || continue
  found=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  if [ "${found:-0}" -ge 24 ]; then
    echo "$java"
    exit
  fi
done
echo "Trino 476 needs Java 24 or newer, and none was found" >&2
exit 3
