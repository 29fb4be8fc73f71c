#!/usr/bin/env bash
# Power cuts, simulated: unflushed writes of the database are dropped, cut short or torn by sectors.
# tests/power.sh [ROUNDS]; prints the seed, with which a failure repeats its cuts.
set -euo pipefail
cd "$(dirname "$0")/.."
go test ./sqlite -count=1 -run PowerCuts -v -timeout 30m -power-rounds "${1:-500}"
