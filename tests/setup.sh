#!/usr/bin/env bash
# Installs what the tests need beside Go: Debian packages by apt, npm packages by lock file.
# What cannot be installed is said loudly; with CI=true that is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need qpdf qpdf
need pdftotext poppler-utils
need pdfsig poppler-utils
need mutool mupdf-tools
need openssl openssl
need chromium chromium
need node nodejs
need npm npm
need soffice libreoffice-writer-nogui
need pandoc pandoc
need promtool prometheus
/usr/bin/python3 -c 'import uno' 2>/dev/null || missing+=(python3-uno)

if [ ${#missing[@]} -gt 0 ]; then
  packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  if command -v apt-get >/dev/null 2>&1; then
    echo "installing: $packages"
    export DEBIAN_FRONTEND=noninteractive
    $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null
  fi
fi

failed=()
for tool in qpdf pdftotext pdfsig mutool openssl chromium node npm soffice pandoc promtool; do
  command -v "$tool" >/dev/null 2>&1 || failed+=("$tool")
done
/usr/bin/python3 -c 'import uno' 2>/dev/null || failed+=(python3-uno)
if command -v npm >/dev/null 2>&1; then
  if ! cmp -s tests/npm/package-lock.json tests/npm/node_modules/.installed 2>/dev/null; then
    if (cd tests/npm && npm ci --silent --no-audit --no-fund); then
      cp tests/npm/package-lock.json tests/npm/node_modules/.installed
    else
      failed+=("the npm packages of tests/npm")
    fi
  fi
fi
# The server that the MCP conformance suite runs against, from the Go SDK, and an authority that speaks ACME; the
# checksum database vouches for them.
programs="github.com/modelcontextprotocol/go-sdk/conformance/everything-server@v1.8.0 github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.1"
for program in $programs; do
  grep -qsxF "$program" tests/bin/.installed && continue
  if GOFLAGS=-mod=mod GOBIN="$PWD/tests/bin" go install "$program"; then
    echo "$program" >>tests/bin/.installed
  else
    failed+=("$program")
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  printf '\n*** NOT INSTALLED, so tests that need them do not run: %s\n\n' "${failed[*]}" >&2
  [ "${CI:-}" != true ] || exit 1
fi
