package gateway_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"entente/articles/policy"
	"entente/egress"
	"entente/gateway"
)

// BenchmarkDecide is one decision: a key's digest looked up in the policy aside, everything that
// the agreement says about a call.
func BenchmarkDecide(b *testing.B) {
	h := newHouse(b, egress.Policy{})
	k := h.keys["summarise"]
	p, g := h.registry.Grant(k.Digest())
	call := policy.Call{Component: "summarise", Operation: "chat.completions", Model: "calluna-extract-1", At: noon.UnixNano()}
	b.ReportAllocs()
	for b.Loop() {
		if v := p.Decide(g, call); !v.OK {
			b.Fatal(v)
		}
	}
}

// BenchmarkReadAsk is the strict pass over a request of 8 KiB.
func BenchmarkReadAsk(b *testing.B) {
	body := []byte(`{"model":"calluna-extract-1","stream":true,"messages":[{"role":"user","content":"` + string(bytes.Repeat([]byte("tide table "), 740)) + `"}]}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, _, _, err := gateway.ReadAsk(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCall sends the same calls to the same upstream directly, through a plain
// httputil.ReverseProxy and through the gateway, in turn, all in this process. The processor time
// of the direct calls (client and upstream) is taken off the other two; what remains is the
// proxy's own, and only the ratio of the two means anything on another machine.
func BenchmarkCall(b *testing.B) {
	h := newHouse(b, egress.Policy{})
	h.gateway.Now, h.gateway.Log = time.Now, slog.New(slog.NewTextHandler(io.Discard, nil))
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		completion(w, r)
	}))
	defer up.Close()
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		completion(w, r)
	})
	to, err := url.Parse(up.URL)
	must(b, err)
	plain := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, Transport: egress.Policy{Allow: []string{to.Host}}.Transport()}
	proxy := httptest.NewServer(plain)
	defer proxy.Close()

	ways := []*way{{name: "direct", url: up.URL + chat}, {name: "reverseproxy", url: proxy.URL + chat}, {name: "gateway", url: h.url + chat}}
	for _, w := range ways {
		w.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
		w.run(b, h) // connections are made before anything is measured
		w.cpu, w.calls = 0, 0
	}
	for b.Loop() {
		for _, w := range ways {
			w.run(b, h)
		}
	}
	base := ways[0].each()
	for _, w := range ways[1:] {
		b.ReportMetric(float64((w.each()-base).Nanoseconds())/1000, w.name+"-cpu-µs/call")
	}
	b.ReportMetric(float64(ways[2].each()-base)/float64(ways[1].each()-base), "gateway/reverseproxy")
}

const workers, callsEach = 16, 20

type way struct {
	name, url string
	client    *http.Client
	cpu       time.Duration
	calls     int
}

func (w *way) each() time.Duration { return w.cpu / time.Duration(max(w.calls, 1)) }

func (w *way) run(b *testing.B, h *house) {
	before := processorTime(b)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range callsEach {
				req := h.request("POST", "", "summarise", ask(false))
				req.URL, _ = url.Parse(w.url)
				req.Host = ""
				resp, err := w.client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				if n, _ := io.Copy(io.Discard, resp.Body); resp.StatusCode != 200 || n != int64(len(completionBody)) {
					b.Errorf("%s: status %d, %d bytes", w.name, resp.StatusCode, n)
				}
				resp.Body.Close()
			}
		})
	}
	all.Wait()
	w.cpu += processorTime(b) - before
	w.calls += workers * callsEach
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
