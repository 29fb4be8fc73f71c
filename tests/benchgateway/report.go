package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// report prints the medians, each as a ratio to nginx, and fails when it gates and a budget is not met.
func (b *bench) report(w io.Writer) error {
	b.machine(w)
	var over []string
	for _, s := range scenarios {
		if !b.wants(s.name) {
			continue
		}
		fmt.Fprintf(w, "\n%s: %s; must be at most %.2f × nginx\n\n", s.name, s.words, s.must)
		if s.name == "latency" {
			fmt.Fprintf(w, "| | added p50 | ratio | added p99 | ratio |\n|---|---|---|---|---|\n")
		} else {
			fmt.Fprintf(w, "| | CPU each | ratio (least to most) | a second |\n|---|---|---|---|\n")
		}
		for _, p := range b.peers {
			if ratio, ok := b.row(w, s, p); ok && strings.HasPrefix(p.name, "entente") && ratio > s.must {
				over = append(over, fmt.Sprintf("%s %.2f", s.name, ratio))
			}
		}
	}
	for _, name := range b.missing {
		fmt.Fprintf(w, "\n%s is not installed and was not measured.\n", name)
	}
	if b.gate && len(over) > 0 {
		return fmt.Errorf("over budget: %s", strings.Join(over, ", "))
	}
	return nil
}

func (b *bench) row(w io.Writer, s scenario, p *peer) (ratio float64, ok bool) {
	got, base := b.samples[s.name+" "+p.name], b.samples[s.name+" nginx"]
	if len(got) == 0 {
		return 0, false
	}
	if s.name == "latency" {
		p50, p99 := medianOf(got, func(s sample) float64 { return micros(s.p50) }), medianOf(got, func(s sample) float64 { return micros(s.p99) })
		n50, n99 := medianOf(base, func(s sample) float64 { return micros(s.p50) }), medianOf(base, func(s sample) float64 { return micros(s.p99) })
		fmt.Fprintf(w, "| %s | %.0f µs | %.2f | %.0f µs | %.2f |\n", p.name, p50, p50/n50, p99, p99/n99)
		return p50 / n50, len(base) > 0
	}
	each := func(s sample) float64 { return micros(s.each) }
	ratios := make([]float64, min(len(got), len(base)))
	for i := range ratios {
		ratios[i] = each(got[i]) / each(base[i])
	}
	slices.Sort(ratios)
	spread := "–"
	if len(ratios) > 0 {
		ratio = ratios[len(ratios)/2]
		spread = fmt.Sprintf("%.2f (%.2f to %.2f)", ratio, ratios[0], ratios[len(ratios)-1])
	}
	fmt.Fprintf(w, "| %s | %.1f µs | %s | %.0f |\n", p.name, medianOf(got, each), spread, medianOf(got, func(s sample) float64 { return s.perSec }))
	return ratio, len(ratios) > 0
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func medianOf(all []sample, of func(sample) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func (b *bench) machine(w io.Writer) {
	fmt.Fprintf(w, "%d cores, %s, Linux %s, %s\n", runtime.NumCPU(), processorName(), kernel(), runtime.Version())
	for _, p := range b.peers {
		fmt.Fprintf(w, "%s: %s\n", p.name, p.version)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				fmt.Fprintln(w, "tree:", s.Value)
			}
		}
	}
}

func processorName() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	_, after, _ := strings.Cut(string(b), "model name")
	line, _, _ := strings.Cut(after, "\n")
	return strings.Trim(line, "\t :")
}

func kernel() string {
	b, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(b))
}
