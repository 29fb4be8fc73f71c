package node

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"entente/metrics"
	"entente/quota"
)

// Metrics is the handler of /metrics. It is for the operator: it names agreements and says how much
// passes, so it has a listener of its own.
func (n *Node) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		var p metrics.Page
		n.gateway.Measures.Write(&p)
		n.measure(&p)
		w.Header().Set("Content-Type", metrics.ContentType)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(p.Bytes()) // whoever has left reads nothing
	})
	return mux
}

// measure puts how the node is on a page.
func (n *Node) measure(p *metrics.Page) {
	gauge := func(name, help string, value int64, labels ...string) {
		p.Family(name, metrics.Gauge, help)
		p.Sample(name, value, labels...)
	}
	s := n.meter.Status()
	gauge("entente_open_calls", "Calls whose usage record is open.", int64(s.OpenCalls))
	gauge("entente_upstream_calls", "Calls that are at an upstream now.", int64(n.gateway.Open()))
	gauge("entente_journal_behind_frames", "Frames of the usage journal that the store does not have yet.", int64(s.Behind))
	gauge("entente_journal_behind_seconds", "Seconds since the store last had all of the usage journal that is on disk.", int64(s.Waiting.Seconds()))
	gauge("entente_journal_bytes", "Bytes that the files of the usage journal take.", s.Bytes)
	gauge("entente_metering_refused", "1 while calls are refused because they cannot be metered.", yes(s.Err != nil))
	gauge("entente_database_bytes", "Bytes of the database file.", size(filepath.Join(n.dir, "entente.db")))
	gauge("entente_database_wal_bytes", "Bytes of the database's write-ahead log.", size(filepath.Join(n.dir, "entente.db-wal")))
	p.Family("entente_ledger_entries", metrics.Gauge, "Entries of a ledger.")
	broken := int64(0)
	for _, v := range n.Register.Views() {
		p.Sample("entente_ledger_entries", v.Size, "agreement", string(v.State.ID))
		broken += yes(v.Broken != nil)
	}
	n.measureLimits(p)
	gauge("entente_read_only_agreements", "Agreements that are read-only, and whose calls are refused.", broken)
	gauge("entente_goroutines", "Goroutines of the process.", int64(runtime.NumGoroutine()))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	gauge("entente_heap_bytes", "Bytes of the heap that are in use.", int64(m.HeapAlloc))
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	gauge("entente_build_info", "1; the labels say which release runs.", 1, "version", version, "go", runtime.Version())
}

// measureLimits puts on a page how far the limits of Schedule C are used.
func (n *Node) measureLimits(p *metrics.Page) {
	type limit struct {
		quota.Figure
		labels []string
	}
	var limits []limit
	for _, v := range n.Register.Views() {
		for _, f := range n.gateway.Quotas.Figures(v.Policy(), n.Notary.Now()) {
			limits = append(limits, limit{f, []string{"agreement", string(v.State.ID), "component", f.Component, "environment", string(f.Environment), "limit", f.Limit, "unit", f.Unit}})
		}
	}
	each := func(name, help string, value func(limit) int64) {
		p.Family(name, metrics.Gauge, help)
		for _, l := range limits {
			p.Sample(name, value(l), l.labels...)
		}
	}
	each("entente_limit_used", "Use that counts under a limit; of limits by key or customer, that of the one with least left.", func(l limit) int64 { return l.Used })
	each("entente_limit_held", "What is held of the same limit for open calls, beside what is used.", func(l limit) int64 { return l.Held })
	each("entente_limit_max", "What the limit allows.", func(l limit) int64 { return l.Most })
}

func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// size is that of a file; 0 if there is none.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
