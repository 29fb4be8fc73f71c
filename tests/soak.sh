#!/usr/bin/env bash
# The fault scripts in full, and then every fuzz target for its share of what is left of the time.
# tests/soak.sh MINUTES; it takes at most some seconds per fuzz target longer than that.
set -euo pipefail
cd "$(dirname "$0")/.."
ends=$((SECONDS + ${1:-30} * 60))
go run ./tests/kill -rounds 100
tests/power.sh 2000
go test ./gateway -count=1 -v -run ManyStalledReaders -stalled-readers 1000
go test ./meter ./gateway/... -count=5 -run 'Kill|PowerCut|Torn|Disk|Hung|Slow|Flood|Jump'
targets=$(grep -rh --include='*_test.go' '^func Fuzz' . | wc -l)
left=$(((ends - SECONDS) / targets))
if [ "$left" -lt 1 ]; then
  echo "no time is left for the $targets fuzz targets" >&2
  exit 1
fi
tests/fuzz.sh "$left"
