package gateway_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/compliance"
	"entente/articles/policy"
	"entente/calendar"
	"entente/egress"
	"entente/meter"
)

// idle streams one event and then says nothing until the gateway leaves.
func idle(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "text/event-stream")
	io.WriteString(w, chunks[0])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// What ends at an instant ends open streams at that instant, also those in which nothing passes.
func TestIdleStreamsEndAtTheirInstant(t *testing.T) {
	for _, c := range []struct {
		name string
		code string
		key  func(h *house) (shown string, until time.Time)
	}{
		{"the key expires", "key-invalid", func(*house) (string, time.Time) { return "summarise", noon.AddDate(0, 0, 60) }},
		{"the access token expires", "key-invalid", func(h *house) (string, time.Time) {
			i := newIssuer(h.t, "https://id.tidewater.example")
			h.register(i, "c-1", "key_client", "summarise", agreement.Production)
			return i.token("c-1", policy.Audience(theAgreement)), noon.Add(5 * time.Minute)
		}},
		{"a required certificate expires, and the time to show a new one is over", "certificate-expired", func(h *house) (string, time.Time) {
			h.text(func(a *articles.Agreement) {
				a.ScheduleB.Certifications = []compliance.Certification{{Name: "ISO", Party: agreement.BothParties, Required: true,
					Grace: calendar.Duration{Days: 1}, ValidUntil: calendar.DateOf(noon).AddDays(-1)}}
			})
			text := h.state.Texts[0]
			return "summarise", h.state.Compliance.Closes(text.ScheduleB, agreement.A, text.Frame().Zone())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.answers(idle)
			key, until := c.key(h)
			resp, err := client.Do(h.request("POST", chat, key, ask(true)))
			must(t, err)
			defer resp.Body.Close()
			read := bufio.NewReader(resp.Body)
			_, err = read.ReadString('\n')
			must(t, err)
			h.pass(until.Sub(noon) - time.Nanosecond)
			ended := make(chan []byte, 1)
			go func() {
				rest, _ := io.ReadAll(read)
				ended <- rest
			}()
			select {
			case rest := <-ended:
				t.Fatalf("the stream ended before its instant: %s", rest)
			case <-time.After(1200 * time.Millisecond):
			}
			h.pass(time.Nanosecond)
			select {
			case rest := <-ended:
				_, last, _ := strings.Cut(string(rest), "event: error\ndata: ")
				var p told
				must(t, json.Unmarshal([]byte(last), &p))
				if p.Code != c.code {
					t.Errorf("the last event is %s", last)
				}
			case <-time.After(time.Second):
				t.Fatal("the stream is still open a second after its instant")
			}
			if rec := h.record(); rec.Outcome != meter.Cut {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// So does an idle WebSocket.
func TestAnIdleWebSocketEndsWithItsKey(t *testing.T) {
	h := newHarbour(t)
	h.answers(talks(echoes))
	s := h.socket("harbour")
	s.says(t, "high water")
	h.pass(60 * 24 * time.Hour)
	s.SetReadDeadline(time.Now().Add(time.Second))
	if f, err := readFrame(s.r); err != nil || f.opcode != 8 {
		t.Errorf("the end is %+v, %v", f, err)
	}
}

// A call may take as long as the operator says, and no longer: then it ends, by nobody's fault. What is
// open for news has no such time.
func TestACallMayTakeSoLong(t *testing.T) {
	const total = 10 * time.Minute
	silent := func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	for name, c := range map[string]struct {
		serve  http.HandlerFunc
		stream bool
		status int
	}{"an answer that has not begun": {silent, false, 504}, "a stream under way": {idle, true, 200}} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.gateway.Total = total
			arrived := make(chan struct{})
			h.answers(func(w http.ResponseWriter, r *http.Request) { close(arrived); c.serve(w, r) })
			go func() {
				<-arrived
				h.pass(total)
				time.Sleep(600 * time.Millisecond)
				h.pass(time.Nanosecond)
			}()
			began := time.Now()
			r := h.call("POST", chat, "summarise", ask(c.stream))
			if took := time.Since(began); r.StatusCode != c.status || !strings.Contains(string(r.body), `"call-too-long"`) || took < 600*time.Millisecond || took > 2*time.Second {
				t.Errorf("%d after %v: %s", r.StatusCode, took, r.body)
			}
			if rec := h.record(); rec.Outcome != meter.Cut || rec.Outcome.Fault() || rec.Status != c.status {
				t.Errorf("record %+v", rec)
			}
		})
	}
	t.Run("what is open for news", func(t *testing.T) {
		h := newHarbour(t)
		h.gateway.Total = total
		h.answers(talks(echoes))
		s := h.socket("harbour")
		s.says(t, "high water")
		h.pass(2 * total)
		time.Sleep(700 * time.Millisecond)
		s.says(t, "low water")
	})
}
