.PHONY: demo picture test check vet race interop bench bench-gateway fuzz soak kill power setup

demo:          ## the whole product with a filled example
	go run . demo

test: setup    ## every test, with what it needs installed from Debian's packages and the npm lock file
	go vet ./...
	go test -vet=off -timeout 20m ./...

check: test race ## everything that a change must pass
	test -z "$$(gofmt -l .)"

race:          ## the packages where goroutines meet, under the race detector
	GORACE=atexit_sleep_ms=0 go test -race -vet=off ./access/keyset ./meter ./quota ./egress ./wire ./gateway/... ./notary ./register ./sqlite/... ./statement ./api ./cli/doors ./cli/node

interop:       ## the official Go clients, a module of their own, through the gateway
	go build -C tests/interop -o ../bin/interop .
	go test ./gateway -tags interop -count=1 -v -run GoClients -interop ../tests/bin/interop

bench:         ## benchmarks, peers in the same run
	go test -run '^$$' -bench . -benchmem ./articles/... ./ledger/... ./meter ./register ./notary ./sqlite ./gateway ./document ./document/redline ./document/html ./document/docx ./document/pdf ./articles/proposal ./cli/node

bench-gateway: ## processor time per call beside nginx, HAProxy and Caddy (apt-get install nginx-light haproxy wrk nghttp2-client)
	go run ./tests/benchgateway

fuzz:          ## each fuzz target for some seconds: make fuzz SECONDS=30
	tests/fuzz.sh $(or $(SECONDS),10)

picture:       ## the README's picture of the living contract, anew
	tests/screenshot.sh

soak:          ## the fault scripts in full, then every fuzz target, in so many minutes: make soak MINUTES=30
	tests/soak.sh $(or $(MINUTES),30)

kill:          ## kill -9 under load, twenty times; prints the counts
	go run ./tests/kill -rounds $(or $(ROUNDS),20)

power:         ## power cuts, simulated: make power ROUNDS=2000
	tests/power.sh $(or $(ROUNDS),500)

setup:
	tests/setup.sh
