// Benchgateway measures what the gateway costs beside the proxies that people know: nginx, HAProxy
// and Caddy, in one interleaved run with one upstream and one load. Every proxy checks a key and
// applies a rate limit; the gateway does everything that it does in production.
//
// The figure that holds on a noisy machine is the processor time of the proxy per request, as a
// ratio to nginx in the same run; everything else is printed for the reader. It stays on loopback,
// keeps each measurement short, and stops by itself.
//
//	go run ./tests/benchgateway -rounds 4 -scenarios json,sse,latency
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

type options struct {
	rounds    int
	span      time.Duration // of one measurement
	scenarios []string
	peers     []string
	binary    string
	gate      bool
	idle      int
}

func main() {
	var o options
	var scenarios, peers string
	flag.IntVar(&o.rounds, "rounds", 5, "how often everything is measured; the median counts")
	flag.DurationVar(&o.span, "span", 1500*time.Millisecond, "how long one measurement takes")
	flag.StringVar(&scenarios, "scenarios", "json,steady,strict,sse,tls,latency", "what is measured, with commas")
	flag.StringVar(&peers, "peers", "", "the peers to measure, with commas; empty for all that are installed")
	flag.StringVar(&o.binary, "binary", "", "the entente binary; built if not given")
	flag.BoolVar(&o.gate, "gate", false, "fail when a ratio is over its budget")
	flag.IntVar(&o.idle, "idle", 0, "instead, hold so many idle streams and state the memory of each")
	flag.Parse()
	o.scenarios = strings.Split(scenarios, ",")
	if peers != "" {
		o.peers = strings.Split(peers, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchgateway:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "entente-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.binary == "" {
		o.binary = filepath.Join(dir, "entente.program")
		build := exec.CommandContext(ctx, "go", "build", "-o", o.binary, ".")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("building entente: %w", err)
		}
	}
	up, err := startMock()
	if err != nil {
		return err
	}
	bench, err := newBench(ctx, o, dir, up)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bench.close()) }()
	if o.idle > 0 {
		return bench.hold(ctx, o.idle)
	}
	if err := keepToCore(1); err != nil { // the proxies are on core 0
		return err
	}
	if err := bench.check(); err != nil {
		return err
	}
	for round := range o.rounds {
		if err := bench.round(ctx, round); err != nil {
			return err
		}
	}
	return bench.report(os.Stdout)
}

// keepToCore keeps this process, with its load and its upstream, off the proxies' core.
func keepToCore(core int) error {
	if runtime.NumCPU() <= core {
		return errors.New("two processor cores are needed: one for the proxy, one for load and upstream")
	}
	var set unix.CPUSet
	set.Set(core)
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		var id int
		if _, err := fmt.Sscan(t.Name(), &id); err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &set); err != nil {
			return fmt.Errorf("keeping to core %d: %w", core, err)
		}
	}
	return nil
}

// A bench is all that is measured, and what was measured so far.
type bench struct {
	options
	dir     string
	mock    *mock
	peers   []*peer
	missing []string
	samples map[string][]sample // by scenario and peer
}

func (b *bench) wants(scenario string) bool { return slices.Contains(b.scenarios, scenario) }

// round measures everything once, in the opposite order every other time.
func (b *bench) round(ctx context.Context, number int) error {
	for _, s := range scenarios {
		if !b.wants(s.name) {
			continue
		}
		order := slices.Clone(b.peers)
		if number%2 == 1 {
			slices.Reverse(order)
		}
		for _, p := range order {
			if !s.takes(p) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			got, err := s.measure(b, p)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s.name, p.name, err)
			}
			b.samples[s.name+" "+p.name] = append(b.samples[s.name+" "+p.name], got)
		}
	}
	fmt.Fprintf(os.Stderr, "round %d of %d\n", number+1, b.rounds)
	return nil
}

func (b *bench) close() error {
	var errs []error
	for _, p := range b.peers {
		errs = append(errs, p.stop())
	}
	return errors.Join(errs...)
}
