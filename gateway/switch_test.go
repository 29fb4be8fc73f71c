package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/technical"
	"entente/egress"
	"entente/meter"
)

// amend brings the next version into force.
func (h *house) amend(edit func(t *articles.Agreement)) {
	h.change(func(s *articles.State) {
		text := *s.Texts[len(s.Texts)-1]
		edit(&text)
		n := len(s.Texts) + 1
		v := s.Life.Versions[0]
		v.Number, v.Terms = n, fmt.Sprintf("sha256:t%d", n)
		s.Life = agreement.Life{InForce: n, Versions: append(slices.Clone(s.Life.Versions), v)}
		s.Texts = append(slices.Clone(s.Texts), &text)
	})
}

// Under load the agreement is amended again and again. Each version switches at one instant: no call is
// refused or lost in a switch, what only the new version permits passes from then on and not before, and
// each record has a version that was in force while its call began.
func TestAmendmentsUnderLoad(t *testing.T) {
	const amendments, callers = 12, 12
	h := newHouse(t, egress.Policy{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		time.Sleep(2 * time.Millisecond)
		if strings.Contains(string(body), `"stream":true`) {
			streams(chunks...)(w, r)
			return
		}
		completion(w, r)
	})
	var inForce atomic.Int64
	inForce.Store(1)
	type made struct{ from, to int64 } // versions in force before and after the call
	var mu sync.Mutex
	calls, wrong := map[string]made{}, 0
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				from := inForce.Load()
				r := h.call("POST", chat, "summarise", ask(i%2 == 0))
				to := inForce.Load() + 1 // a switch that is under way
				mu.Lock()
				if r.StatusCode != 200 || r.err != nil {
					wrong++
					t.Logf("a call ends with %d %s %v", r.StatusCode, r.body, r.err)
				}
				calls[r.Header.Get("Entente-Usage-Id")] = made{from, to}
				mu.Unlock()
			}
		})
	}
	for n := range amendments {
		time.Sleep(20 * time.Millisecond)
		model := fmt.Sprintf("calluna-new-%d", n)
		body := strings.Replace(ask(false), "calluna-extract-1", model, 1)
		if r := h.call("POST", chat, "summarise second", body); r.StatusCode != 403 {
			t.Errorf("before the amendment that lists %s: %d", model, r.StatusCode)
		}
		h.amend(func(a *articles.Agreement) {
			a.ScheduleA.Components = slices.Clone(a.ScheduleA.Components)
			for i, s := range a.ScheduleA.Components {
				if s.Component == "summarise" {
					a.ScheduleA.Components[i].Models = append(slices.Clone(s.Models), technical.Model{Name: model})
				}
			}
		})
		inForce.Add(1)
		if r := h.call("POST", chat, "summarise second", body); r.StatusCode != 200 {
			t.Errorf("after the amendment that lists %s: %d %s", model, r.StatusCode, r.body)
		}
	}
	close(stop)
	all.Wait()
	versions := map[int]int{}
	for _, rec := range h.records() {
		versions[rec.Version]++
		c, known := calls[rec.ID.String()]
		if !known {
			continue
		}
		delete(calls, rec.ID.String())
		if v := int64(rec.Version); v < c.from || v > c.to || rec.Outcome != meter.OK {
			t.Errorf("a call made from version %d to %d is on record under version %d as %s", c.from, c.to, rec.Version, rec.Outcome)
		}
	}
	t.Logf("%d amendments; calls on record by version: %v; wrong %d, lost %d", amendments, versions, wrong, len(calls))
	if wrong > 0 || len(calls) > 0 || len(versions) != amendments+1 {
		t.Errorf("%d calls went wrong, %d are not on record, %d versions have calls", wrong, len(calls), len(versions))
	}
}

// Under load a key is revoked, an agreement suspended or ended: no call that begins a second later passes,
// open streams of all kinds are cut within five, and what is not concerned goes on.
func TestRevocationUnderLoad(t *testing.T) {
	const streaming = 60
	for _, c := range []struct {
		name      string
		change    func(h *house)
		goesOn    bool // the second key does
		mostCalls time.Duration
	}{
		{"a key", func(h *house) { h.revoke("summarise"); h.revoke("tides") }, true, time.Second},
		{"a suspension", (*house).suspend, false, time.Second},
		{"production", func(h *house) { h.change(func(s *articles.State) { s.Integration.Production = false }) }, false, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			var open atomic.Int32
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method == "POST" && !strings.Contains(string(body), `"stream":true`) {
					completion(w, r)
					return
				}
				open.Add(1)
				defer open.Add(-1)
				w.Header().Set("Content-Type", "text/event-stream")
				for r.Context().Err() == nil {
					text := chunks[1]
					if r.Method == "GET" {
						text = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n\n"
					}
					io.WriteString(w, text)
					w.(http.Flusher).Flush()
					time.Sleep(20 * time.Millisecond)
				}
			})
			var changed atomic.Int64 // Unix nanoseconds
			var ended, kept sync.WaitGroup
			var slowest atomic.Int64
			var others atomic.Int32 // streams of the second key that were cut
			stream := func(r *http.Request, mine bool, done *sync.WaitGroup) {
				resp, err := client.Do(r)
				if err != nil || resp.StatusCode != 200 {
					t.Errorf("a stream does not begin: %v", err)
					done.Done()
					return
				}
				read := bufio.NewReader(resp.Body)
				read.ReadString('\n')
				go func() {
					defer done.Done()
					defer resp.Body.Close()
					io.Copy(io.Discard, read)
					took := time.Now().UnixNano() - changed.Load()
					if mine && took > slowest.Load() {
						slowest.Store(took)
					} else if !mine {
						others.Add(1)
					}
				}()
			}
			var begin sync.WaitGroup
			for i := range streaming {
				ended.Add(1)
				kept.Add(1)
				begin.Go(func() {
					r := h.request("POST", chat, "summarise", ask(true))
					if i%3 == 0 {
						r = h.request("GET", tides, "tides", "", legacy)
					}
					stream(r, true, &ended)
					stream(h.request("POST", chat, "summarise second", ask(true)), false, &kept)
				})
			}
			begin.Wait()
			stop := make(chan struct{})
			var load sync.WaitGroup
			var passedLate, refused atomic.Int32
			for range 8 {
				load.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
						}
						late := changed.Load() > 0 && time.Now().UnixNano()-changed.Load() > int64(c.mostCalls)
						switch got := h.status("summarise"); {
						case got == 200 && late:
							passedLate.Add(1)
						case got == 401 || got == 403:
							refused.Add(1)
						}
					}
				})
			}
			time.Sleep(100 * time.Millisecond)
			changed.Store(time.Now().UnixNano())
			c.change(h)
			ended.Wait()
			time.Sleep(1500*time.Millisecond - min(time.Since(time.Unix(0, changed.Load())), 1500*time.Millisecond))
			close(stop)
			load.Wait()
			t.Logf("the last of %d streams ended after %v; %d calls refused", streaming, time.Duration(slowest.Load()), refused.Load())
			if passedLate.Load() > 0 || refused.Load() == 0 || time.Duration(slowest.Load()) > 5*time.Second {
				t.Errorf("%d calls passed a second later, %d were refused", passedLate.Load(), refused.Load())
			}
			if c.goesOn && (others.Load() > 0 || h.status("summarise second") != 200) {
				t.Errorf("%d streams of the other key were cut", others.Load())
			}
			client.CloseIdleConnections()
			if c.goesOn {
				h.suspend()
			}
			kept.Wait()
			within(t, 2*time.Second, "no stream is open at the service", func() bool { return open.Load() == 0 })
		})
	}
}
