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
	"entente/egress"
	"entente/meter"
)

// Revoking a key, suspending and ending cut what is open, each caller learns why, and other keys
// go on.
func TestWhatIsRefusedNowEndsOpenStreams(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(h *house)
		code   string
	}{
		{"the key is revoked", func(h *house) { h.revoke("summarise") }, "key-invalid"},
		{"the agreement is suspended", (*house).suspend, "suspended"},
		{"production closes", func(h *house) { h.change(func(s *articles.State) { s.Integration.Production = false }) }, "production-closed"},
		{"the record turns out to be damaged", func(h *house) {
			h.registry.set(h.registry.p.Withhold("its record was changed"))
			h.gateway.Recheck()
		}, "read-only"},
		{"the key expires", func(h *house) { h.pass(61 * 24 * time.Hour) }, "key-invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			left := make(chan struct{}, 1)
			h.answers(endless(left))
			resp, err := client.Do(h.request("POST", chat, "summarise", ask(true)))
			must(t, err)
			defer resp.Body.Close()
			read := bufio.NewReader(resp.Body)
			_, err = read.ReadString('\n')
			must(t, err)
			began := time.Now()
			c.change(h)
			rest, err := io.ReadAll(read)
			if took := time.Since(began); took > time.Second {
				t.Errorf("it took %v", took)
			}
			if err == nil {
				t.Error("the stream ends as if it were whole")
			}
			<-left
			_, last, _ := strings.Cut(string(rest), "event: error\ndata: ")
			var p told
			must(t, json.Unmarshal([]byte(last), &p))
			if p.Code != c.code || !strings.Contains(p.Error.Message, string(theAgreement)) {
				t.Errorf("the last event is %s", last)
			}
			if rec := h.record(); rec.Outcome != meter.Cut || !rec.Estimated {
				t.Errorf("record %+v", rec)
			}
			if n := h.gateway.DrainRefusals(); len(n) != 1 || n[0].Code != c.code {
				t.Errorf("refusals %+v", n)
			}
		})
	}
}

func TestARevokedKeyEndsACallThatHasNoAnswerYet(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	arrived := make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	})
	go func() {
		<-arrived
		h.revoke("summarise")
	}()
	r := h.call("POST", chat, "summarise", ask(false))
	if p := r.problem(t); r.StatusCode != 401 || p.Code != "key-invalid" {
		t.Errorf("%d %s", r.StatusCode, r.body)
	}
	if rec := h.record(); rec.Outcome != meter.Cut || rec.Status != 401 {
		t.Errorf("record %+v", rec)
	}
}

// An amendment does not cut what the version before let pass.
func TestAnAmendmentLetsOpenCallsFinish(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	arrived, amended := make(chan struct{}), make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-amended
		completion(w, r)
	})
	go func() {
		<-arrived
		h.change(func(s *articles.State) {
			text := *s.Texts[0]
			text.Property.Licences.AToB.API = false
			v := s.Life.Versions[0]
			v.Number, v.Terms = 2, "sha256:t2"
			s.Life = agreement.Life{InForce: 2, Versions: []agreement.Version{s.Life.Versions[0], v}}
			s.Texts = []*articles.Agreement{s.Texts[0], &text}
		})
		close(amended)
	}()
	if got := h.status("summarise"); got != 200 {
		t.Errorf("the call under way: %d", got)
	}
	if got := h.status("summarise"); got != 403 {
		t.Errorf("the next: %d", got)
	}
	if rec := h.records(); len(rec) != 1 || rec[0].Version != 1 {
		t.Errorf("records %+v", rec)
	}
}
