package gateway_test

import (
	"encoding/binary"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"entente/egress"
)

// Frames of HTTP/2 (RFC 9113, 6).
const (
	h2Data, h2Headers, h2Reset, h2Settings, h2Ping, h2Continuation = 0, 1, 3, 4, 6, 9

	endStream, endHeaders = 1, 4
)

func h2Frame(kind, flags byte, stream uint32, payload []byte) []byte {
	b := make([]byte, 9, 9+len(payload))
	b[0], b[1], b[2], b[3], b[4] = byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload)), kind, flags
	binary.BigEndian.PutUint32(b[5:], stream)
	return append(b, payload...)
}

// h2Fields are fields in the form that needs no table (RFC 7541, 6.2.2); texts are shorter than 127 bytes.
func h2Fields(fields ...string) (b []byte) {
	for i, text := range fields {
		if i%2 == 0 {
			b = append(b, 0)
		}
		b = append(append(b, byte(len(text))), text...)
	}
	return b
}

// However a caller floods a connection of HTTP/2, the connection ends or the flood does nothing: others
// are served meanwhile, no call to the service outlives it, and neither does a goroutine.
func TestFloodsOfHTTP2(t *testing.T) {
	call := func(h *house) []byte {
		return h2Fields(":method", "POST", ":scheme", "http", ":path", chat, ":authority", "x",
			"authorization", "Bearer "+h.keys["summarise"].Text().Reveal(), "content-type", "application/json")
	}
	for name, flood := range map[string]func(h *house, write func(...[]byte) bool){
		"calls that are reset at once": func(h *house, write func(...[]byte) bool) {
			fields, reset := call(h), []byte{0, 0, 0, 8}
			for i := uint32(3); i < 40_000 && write(h2Frame(h2Headers, endHeaders, i, fields), h2Frame(h2Reset, 0, i, reset)); i += 2 {
			}
		},
		"settings": func(h *house, write func(...[]byte) bool) {
			for range 50_000 {
				if !write(h2Frame(h2Settings, 0, 0, nil)) {
					return
				}
			}
		},
		"pings": func(h *house, write func(...[]byte) bool) {
			for range 50_000 {
				if !write(h2Frame(h2Ping, 0, 0, make([]byte, 8))) {
					return
				}
			}
		},
		"headers that go on": func(h *house, write func(...[]byte) bool) {
			write(h2Frame(h2Headers, 0, 3, call(h)))
			more := h2Fields("x-y", strings.Repeat("y", 100))
			for range 50_000 {
				if !write(h2Frame(h2Continuation, 0, 3, more)) {
					return
				}
			}
		},
		"empty continuations": func(h *house, write func(...[]byte) bool) {
			write(h2Frame(h2Headers, 0, 3, call(h)))
			for range 50_000 {
				if !write(h2Frame(h2Continuation, 0, 3, nil)) {
					return
				}
			}
		},
		"huge headers": func(h *house, write func(...[]byte) bool) {
			many := call(h)
			for range 150 {
				many = append(many, h2Fields("x-y", strings.Repeat("y", 100))...)
			}
			for i := uint32(3); i < 2000 && write(h2Frame(h2Headers, endHeaders|endStream, i, many)); i += 2 {
			}
		},
		"calls that never end": func(h *house, write func(...[]byte) bool) {
			for i := uint32(3); i < 2000 && write(h2Frame(h2Headers, endHeaders, i, call(h))); i += 2 {
			}
		},
	} {
		for _, w := range newerTransits {
			t.Run(name+", "+w.name, func(t *testing.T) {
				h := newHouse(t, egress.Policy{})
				h.gateway.BodyTime = 2 * time.Second
				h.status("summarise second")
				var open, reached atomic.Int32
				h.answers(func(w http.ResponseWriter, r *http.Request) {
					reached.Add(1)
					open.Add(1)
					defer open.Add(-1)
					completion(w, r)
				})
				before := runtime.NumGoroutine()
				conn := h.frames(w, 0)
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				conn.begin(h)
				must(t, conn.data(endStream, ask(false)))
				within(t, 5*time.Second, "a call in order reaches the service", func() bool { return reached.Load() == 1 })
				done := make(chan struct{})
				go func() {
					defer close(done)
					flood(h, func(frames ...[]byte) bool {
						for _, f := range frames {
							if _, err := conn.Write(f); err != nil {
								return false
							}
						}
						return true
					})
				}()
				slowest := time.Duration(0)
				for range 20 {
					began := time.Now()
					if got := h.status("summarise second"); got != 200 {
						t.Fatalf("status %d meanwhile", got)
					}
					slowest = max(slowest, time.Since(began))
				}
				<-done
				conn.Close()
				if slowest > time.Second {
					t.Errorf("others waited for %v", slowest)
				}
				within(t, 5*time.Second, "no call to the service is open", func() bool { return open.Load() == 0 })
				within(t, 8*time.Second, "no goroutine stays", func() bool { return runtime.NumGoroutine() <= before+4 })
				var now runtime.MemStats
				if runtime.ReadMemStats(&now); now.HeapInuse > 256<<20 {
					t.Errorf("%d MiB of heap", now.HeapInuse>>20)
				}
			})
		}
	}
}
