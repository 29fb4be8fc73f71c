// Package metrics writes what a node measures as a page for Prometheus and what understands it (the
// text exposition format, version 0.0.4). It knows neither where figures come from nor where the page
// goes; histograms are its own, because they are counted while calls pass.
package metrics

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// ContentType is the media type of a page.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// A Page is one scrape. The zero value is empty.
type Page struct{ b []byte }

// Bytes are the page as it is sent.
func (p *Page) Bytes() []byte { return p.b }

// A Kind is how the figures of a family behave.
type Kind string

// The kinds of families.
const (
	Counter Kind = "counter" // only grows, until the process ends
	Gauge   Kind = "gauge"
	Timings Kind = "histogram" // seconds
)

// Family begins a family: all its samples follow before the next begins.
func (p *Page) Family(name string, k Kind, help string) {
	p.b = append(p.b, "# HELP "+name+" "+strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(help)+"\n# TYPE "+name+" "+string(k)+"\n"...)
}

// Sample is a figure of a family; labels are names and values in turn.
func (p *Page) Sample(name string, value int64, labels ...string) {
	p.line(name, labels, strconv.FormatInt(value, 10))
}

// line writes one sample.
func (p *Page) line(name string, labels []string, value string) {
	p.b = append(p.b, name...)
	for i := 0; i+1 < len(labels); i += 2 {
		p.b = append(p.b, "{,"[min(i, 1)])
		p.b = append(append(p.b, labels[i]...), `="`...)
		p.b = append(append(p.b, escaped.Replace(labels[i+1])...), '"')
	}
	if len(labels) > 0 {
		p.b = append(p.b, '}')
	}
	p.b = append(append(append(p.b, ' '), value...), '\n')
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// bounds are the upper bounds of a histogram's buckets.
var bounds = [...]time.Duration{5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
	500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute}

// A Histogram counts durations by size. Many goroutines may use it at once; the zero value is ready.
type Histogram struct {
	buckets [len(bounds) + 1]atomic.Int64
	sum     atomic.Int64 // nanoseconds
}

// Observe counts one duration.
func (h *Histogram) Observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.buckets[i].Add(1)
	h.sum.Add(int64(d))
}

// Histogram is a histogram of a family.
func (p *Page) Histogram(name string, h *Histogram, labels ...string) {
	total := int64(0)
	for i := range h.buckets {
		total += h.buckets[i].Load()
		le := "+Inf"
		if i < len(bounds) {
			le = seconds(int64(bounds[i]))
		}
		p.line(name+"_bucket", append(labels[:len(labels):len(labels)], "le", le), strconv.FormatInt(total, 10))
	}
	p.line(name+"_sum", labels, seconds(h.sum.Load()))
	p.line(name+"_count", labels, strconv.FormatInt(total, 10))
}

func seconds(nanos int64) string { return strconv.FormatFloat(float64(nanos)/1e9, 'g', -1, 64) }
