#!/usr/bin/env bash
# Runs every fuzz target of the house for some seconds each.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
grep -rl --include='*_test.go' '^func Fuzz' . | grep -v node_modules | while read -r file; do
  for target in $(grep -o '^func Fuzz[A-Za-z0-9_]*' "$file" | cut -d' ' -f2); do
    echo "== $(dirname "$file") $target"
    go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -fuzzminimizetime 1x "$(dirname "$file")"
  done
done
