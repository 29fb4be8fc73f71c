#!/usr/bin/env bash
# The fault scripts in full, and then every fuzz target for its share of what is left of the time.
# tests/soak.sh MINUTES; each part says what it counted and how long it took, and ends at its bound.
# It takes at most some seconds per fuzz target longer than MINUTES.
set -euo pipefail
cd "$(dirname "$0")/.."
ends=$((SECONDS + ${1:-30} * 60))

# part NAME BOUND COMMAND...: runs a command for at most BOUND seconds.
part() {
  local name=$1 bound=$2 began=$SECONDS
  shift 2
  echo "== $name"
  if ! timeout --kill-after=10 "$bound" "$@"; then
    echo "*** $name failed, or took longer than $bound s" >&2
    exit 1
  fi
  echo "== $name took $((SECONDS - began)) s"
}

# run PACKAGES RUN FLAGS...: tests that print what they counted.
run() {
  set -o pipefail
  local packages=$1 pattern=$2
  shift 2
  go test $packages -vet=off -count=1 -v -timeout 15m -run "$pattern" "$@" | grep -v -e '^=== ' -e '^ *--- PASS: .*/'
}
export -f run

part 'kill -9 of a node, 100 times' 600 go run ./tests/kill -rounds 100
part 'kill -9 of the meter and of the database' 300 bash -c "run './meter ./sqlite' 'Kill|NothingAcknowledgedIsLost'"
part 'power cuts of the database' 900 tests/power.sh 400
part 'power cuts of strict usage' 300 bash -c "run ./meter 'StrictSurvives|CopiesOf' -power-rounds 100"
part 'a thousand callers who do not read, and a thousand who drip' 600 bash -c "run ./gateway 'ManyStalledReaders|StalledStreams|SlowCallers' -stalled-readers 1000"
again=$(grep '| again |$' docs/reliability.md | grep -o '`Test[A-Za-z0-9]*`' | tr -d '`' | sort -u | paste -sd '|')
part 'faults of services, callers, disk, clock and database' 900 bash -c "run './gateway ./gateway/front ./egress ./meter ./quota ./sqlite ./notary ./cli/node' '^($again)\$'"

targets=$(grep -rh --include='*_test.go' '^func Fuzz' . | wc -l)
left=$(((ends - SECONDS) / targets))
if [ "$left" -lt 1 ]; then
  echo "no time is left for the $targets fuzz targets" >&2
  exit 1
fi
part "$targets fuzz targets, $left s each" $((targets * (left + 30))) tests/fuzz.sh "$left"
