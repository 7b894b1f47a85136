#!/bin/sh
# Fetches a Trino server with the Hive connector from Maven Central and unpacks it beside other caches.
# Prints its folder. Version 476 is the last one that is published there.
set -eu
version=476
home=${XDG_CACHE_HOME:-$HOME/.cache}/culprit/trino-$version

if [ -e "$home/.whole" ]; then
  echo "$home"
  exit
fi
command -v mvn >/dev/null || { echo "Trino is fetched with Maven, and there is no mvn on the PATH" >&2; exit 3; }
java=$(sh "$(dirname "$0")/find-java.sh") || exit 3

draft=$(dirname "$home")/draft-$$
trap 'rm -rf "$draft"' EXIT
mkdir -p "$draft/plugin"
fetch() { # ARTIFACT FILE
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:copy \
    -Dartifact="io.trino:$1" -DoutputDirectory="$draft" >&2
  [ -s "$draft/$2" ] || { echo "Maven brought no $2" >&2; exit 3; }
}
fetch "trino-server-core:$version:tar.gz" "trino-server-core-$version.tar.gz"
fetch "trino-hive:$version:zip" "trino-hive-$version.zip"
(
  cd "$draft"
  tar xzf "trino-server-core-$version.tar.gz" "trino-server-core-$version/lib"
  mv "trino-server-core-$version/lib" lib
  "$(dirname "$java")/jar" --extract --file "trino-hive-$version.zip"
  mv "trino-hive-$version" plugin/hive
  rm -rf "trino-server-core-$version" ./*.tar.gz ./*.zip
  touch .whole
)
rm -rf "$home"
mv "$draft" "$home"
echo "$home"
