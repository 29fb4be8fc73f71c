package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/draft"
	"entente/meter"
	"entente/receipt"
	"entente/register"
	"entente/replay"
	"entente/statement"
	"entente/usage"
)

// A shelf has the calls that a test says.
type shelf struct {
	replay.Reader
	h *house
}

func (h *house) calls() shelf {
	s := shelf{h: h}
	s.Reader = replay.Reader{Register: h.register, Records: s, Refused: s.refused, Flush: func(context.Context) error { return nil }}
	return s
}

func (s shelf) Record(_ context.Context, id agreement.ID, call meter.ID) (meter.Record, commerce.Window, error) {
	for _, r := range s.h.seen.made {
		if r.ID == call && r.Agreement == string(id) {
			return r, commerce.Window{}, nil
		}
	}
	return meter.Record{}, commerce.Window{}, statement.ErrNoRecord
}

func (s shelf) refused(_ context.Context, id agreement.ID, request string) (meter.Refused, error) {
	for _, r := range s.h.seen.refused {
		if r.ID == request && r.Agreement == string(id) {
			return r, nil
		}
	}
	return meter.Refused{}, statement.ErrNoRecord
}

// Receipt finds that no statement covers a call yet.
func (s shelf) Receipt(context.Context, agreement.ID, meter.ID) (receipt.Receipt, error) {
	return receipt.Receipt{}, receipt.ErrUnsealed
}

// Both parties see how a call was decided, by the version and the policy that decided then, and what came of it;
// nobody sees a call of another agreement.
func TestACallIsExplained(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	other := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Technical)
	if res, body := b.post(home+"/keys", keyOf(1, "summarise", "test", "service")); res.StatusCode != 200 {
		t.Fatalf("issuing a key: %d: %s", res.StatusCode, text(t, body))
	}
	policy := h.view(id).Policy()
	key := theKey(h, id)
	h.pass(time.Second)
	made := meter.Record{ID: meter.ID{15: 1}, Agreement: string(id), Version: 1, Policy: policy.Digest, Key: key, Party: "b", Component: "summarise", Environment: "test", Purpose: "service", DataClass: "customer",
		Operation: "chat.completions", Model: "calluna-extract-1", Held: meter.Held{Input: 40, Output: 4096}, Opened: h.Now(), Closed: h.Now().Add(120 * time.Millisecond), State: meter.Closed, Outcome: meter.OK, Status: 200,
		Usage: usage.Usage{TokensKnown: true}, FirstByte: 35 * time.Millisecond, BytesIn: 120, BytesOut: 1}
	refused := meter.Refused{ID: "req_abc", At: h.Now(), Agreement: string(id), Version: 1, Policy: policy.Digest, Key: key, Component: "summarise", Environment: "test", Purpose: "service", DataClass: "customer",
		Operation: "chat.completions", Model: "another-model", Code: "model-not-listed", Clause: "A", Why: "Schedule A does not list the model", Status: 403}
	h.seen = seen{made: []meter.Record{made}, refused: []meter.Refused{refused}}

	for _, who := range []*browser{b, h.as(id, agreement.A, agreement.Finance)} {
		res, page := who.get(home + "/calls/" + made.ID.String())
		accessible(t, "a metered call", page)
		says := text(t, page)
		for _, want := range []string{"The agreement permitted it.", "version 1 of the agreement", "decides again by the very policy that decided", policy.Digest, "Input tokens40", "Output tokens4096", "First byte35.0 ms", "In all120.0 ms",
			"120 bytes", "1 byte", "Keymine", "waits for the statement of its hour", "clause 3.2", "until 21 Feb 2027, 14:30:00 CET", "How tokens are knownthe service stated them", "term: without a known end"} {
			if res.StatusCode != 200 || !strings.Contains(says, want) {
				t.Errorf("%d: the page of a metered call does not say %q: %s", res.StatusCode, want, says)
			}
		}
		res, page = who.get(home + "/calls/req_abc")
		accessible(t, "a refused call", page)
		says = text(t, page)
		for _, want := range []string{"The agreement refused it: Schedule A does not list the model (Schedule A).", "refused with 403, model-not-listed", "Modelanother-model", " No "} {
			if res.StatusCode != 200 || !strings.Contains(says, want) {
				t.Errorf("%d: the page of a refused call does not say %q: %s", res.StatusCode, want, says)
			}
		}
		if strings.Contains(says, "What proves it") {
			t.Error("a refused call has a proof")
		}
	}
	if _, page := b.get(home + "/components/summarise"); !strings.Contains(page, `href="`+home+"/calls/"+made.ID.String()+`"`) || !strings.Contains(page, `href="`+home+`/calls/req_abc"`) {
		t.Error("the log of the component does not lead to its calls")
	}
	stranger := h.as(other, agreement.B, agreement.Technical)
	for _, path := range []string{home + "/calls/req_abc", home + "/calls/" + made.ID.String(), "/agreements/" + string(other) + "/calls/req_abc", "/agreements/" + string(other) + "/calls/" + made.ID.String() + "/receipt",
		"/agreements/" + string(other) + "/calls/use_nothing", "/agreements/" + string(other) + "/calls/x"} {
		if res, body := stranger.get(path); res.StatusCode != 404 || strings.Contains(body, "another-model") {
			t.Errorf("a stranger at %s: %d", path, res.StatusCode)
		}
	}
	if res, _ := b.get(home + "/calls/" + made.ID.String() + "/receipt"); res.StatusCode != 404 {
		t.Errorf("what is not proved yet is given: %d", res.StatusCode)
	}
}

// view is the agreement as it stands.
func (h *house) view(id agreement.ID) *register.View {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	return v
}
