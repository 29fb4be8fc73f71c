package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/egress"
	"entente/meter"
)

// moves makes an address the place where summarise is served.
func (h *house) moves(address string) {
	policy := h.upstreams.Policy
	policy.Allow = append(policy.Allow, address)
	h.upstreams.Policy, h.gateway.Transport = policy, policy.Caller()
	must(h.t, h.upstreams.Set(context.Background(), egress.Upstream{Agreement: string(theAgreement), Component: "summarise", Environment: string(agreement.Production),
		Address: "http://" + address + "/v1", Header: "Authorization"}, access.NewSecret(secret)))
}

// crowded is an address that takes no more connections and does not say so.
func crowded(t *testing.T) string {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	must(t, err)
	t.Cleanup(func() { syscall.Close(fd) })
	must(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	must(t, syscall.Listen(fd, 0))
	name, err := syscall.Getsockname(fd)
	must(t, err)
	address := fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
	for {
		conn, err := net.DialTimeout("tcp", address, 100*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { conn.Close() })
	}
}

func TestUpstreamsThatCannotBeConnected(t *testing.T) {
	for _, c := range []struct {
		name, address string
		status        int
		outcome       meter.Outcome
	}{
		{"nobody listens", freeAddress(t), 502, meter.UpstreamError},
		{"nobody accepts", crowded(t), 504, meter.UpstreamTimeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, quick)
			h.moves(c.address)
			began := time.Now()
			r := h.call("POST", chat, "summarise", ask(true))
			r.problem(t)
			if took := time.Since(began); r.StatusCode != c.status || took > 2*time.Second || strings.Contains(string(r.body), "127.0.0.1") {
				t.Errorf("after %v: %d %s", took, r.StatusCode, r.body)
			}
			if rec := h.record(); rec.Outcome != c.outcome {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// What an upstream says before its answer, and after it, is between it and the gateway.
func TestInterimAnswersAndTrailersStayHere(t *testing.T) {
	h := newHouse(t, quick)
	h.answers(raw("HTTP/1.1 103 Early Hints\r\nLink: </inside>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"+answer("Trailer: X-Inside\r\nTransfer-Encoding: chunked\r\n")+
		fmt.Sprintf("%x\r\n%s\r\n0\r\nX-Inside: /srv\r\nContent-Length: 3\r\n\r\n", len(completionBody), completionBody), nil))
	r := h.call("POST", chat, "summarise", ask(false))
	if r.StatusCode != 200 || string(r.body) != completionBody || r.err != nil || len(r.Trailer) > 0 || r.Header.Get("Link") != "" || r.Header.Get("X-Inside") != "" {
		t.Errorf("%d %q %v, header %v, trailer %v", r.StatusCode, r.body, r.err, r.Header, r.Trailer)
	}
	if rec := h.record(); rec.Outcome != meter.OK || rec.Tokens.Output != 5 {
		t.Errorf("record %+v", rec)
	}
}

// An answer without end takes no memory, and ends with its caller.
func TestAnEndlessAnswerIsNotKept(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	const most = 256 << 20
	left := make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"choices":[{"message":{"content":"`)
		text := []byte(strings.Repeat("High water. ", 5000))
		for {
			if _, err := w.Write(text); err != nil {
				return
			}
		}
	})
	resp, err := client.Do(h.request("POST", chat, "summarise", ask(false)))
	must(t, err)
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	for read := int64(0); read < most; {
		n, err := io.CopyN(io.Discard, resp.Body, 16<<20)
		must(t, err)
		read += n
		if runtime.ReadMemStats(&now); now.HeapInuse > before.HeapInuse+(48<<20) {
			t.Fatalf("%d MiB of heap after %d MiB of answer, %d before", now.HeapInuse>>20, read>>20, before.HeapInuse>>20)
		}
	}
	resp.Body.Close()
	<-left
	if rec := h.record(); rec.Outcome != meter.CallerGone || rec.BytesOut < most {
		t.Errorf("record %+v", rec)
	}
}

// While two hundred calls hang at one party's service, the other party's calls are quick. When the
// callers leave, no call to the service stays open for longer than a second, and every file is given back.
func TestHungCallsHarmNobodyElse(t *testing.T) {
	const hung = 200
	h := newHouse(t, egress.Policy{})
	var open atomic.Int32
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "tidewater-embed-1") {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, embeddingsBody)
			return
		}
		open.Add(1)
		defer open.Add(-1)
		<-r.Context().Done()
	})
	embed := func() { h.call("POST", "/embed/v1/embeddings", "embed", `{"model":"tidewater-embed-1","input":"x"}`) }
	embed()
	files := openFiles(t)
	ctx, leave := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range hung {
		all.Go(func() {
			resp, err := client.Do(h.request("POST", chat, "summarise", ask(i%2 == 0)).WithContext(ctx))
			if err == nil {
				resp.Body.Close()
			}
		})
	}
	within(t, 10*time.Second, "the calls hang", func() bool { return open.Load() == hung })
	slowest := time.Duration(0)
	for range 200 {
		began := time.Now()
		embed()
		slowest = max(slowest, time.Since(began))
	}
	t.Logf("the slowest of the other party's 200 calls took %v", slowest)
	if slowest > time.Second {
		t.Errorf("a call of the other party took %v", slowest)
	}
	leave()
	within(t, time.Second, "no call to the service is open", func() bool { return open.Load() == 0 })
	all.Wait()
	within(t, 5*time.Second, "the files are given back", func() bool { return openFiles(t) <= files+2 })
	gone := 0
	for _, rec := range h.records() {
		if rec.Component == "summarise" && rec.Outcome == meter.CallerGone {
			gone++
		}
	}
	if gone != hung {
		t.Errorf("%d of %d calls are on record as left by their callers", gone, hung)
	}
}

func openFiles(t *testing.T) int {
	all, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(all)
}

// within fails the test if something is not so in time.
func within(t *testing.T, span time.Duration, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(span); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", span, what)
		}
	}
}
