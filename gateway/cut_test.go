package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/performance"
	"entente/egress"
	"entente/meter"
	"entente/money"
	"entente/usage"
)

// words streams a chat of many pieces of ten bytes, and says how many it sent before it was ended.
func words(pieces int, sent chan<- int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		n := 0
		for ; n < pieces && r.Context().Err() == nil; n++ {
			fmt.Fprintf(w, `data: {"id":"s1","object":"chat.completion.chunk","created":7,"model":"calluna-extract-1","choices":[{"index":0,"delta":{"content":"ten bytes "}}]}`+"\n\n")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
		sent <- n
	}
}

func hard(unit performance.Unit, l performance.Limit) performance.Limit {
	l.Per, l.Unit, l.Hard, l.Window = performance.PerParty, unit, true, aMonth
	return l
}

// A stream under a hard limit ends where no more can be held, as a service ends it that has reached
// the length of its answer; the upstream is told to stop, and what was delivered is on the record.
func TestAHardLimitCutsAStream(t *testing.T) {
	prompt := int64(len(ask(true)))
	for name, c := range map[string]struct {
		limit performance.Limit
		text  int // delivered
	}{
		"tokens": {hard(performance.Tokens, performance.Limit{Tokens: prompt + 505}), 500},
		"money":  {hard(performance.Money, performance.Limit{Amount: money.Amount{Minor: prompt + 2*305, Currency: "EUR"}}), 300},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.text(func(a *articles.Agreement) {
				a.Commerce.Revenue.Licensing = []commerce.Licence{
					{Component: "summarise", Unit: commerce.InputTokens, Price: cents(t, "EUR 0.01")}, {Component: "summarise", Unit: commerce.OutputTokens, Price: cents(t, "EUR 0.02")}}
			})
			h.limit(c.limit)
			sent := make(chan int, 1)
			h.answers(words(100_000, sent))
			r := h.call("POST", chat, "summarise", ask(true))
			if r.err != nil || r.StatusCode != 200 || !strings.HasSuffix(string(r.body), "data: [DONE]\n\n") || !strings.Contains(string(r.body), `"finish_reason":"length"`) {
				t.Errorf("%d, %v, %s", r.StatusCode, r.err, r.body[max(0, len(r.body)-300):])
			}
			if got := strings.Count(string(r.body), "ten bytes "); got*10 != c.text {
				t.Errorf("%d bytes of text were delivered, want %d", got*10, c.text)
			}
			rec := h.record()
			if rec.Outcome != meter.Cut || rec.Clause != "C" || !rec.Estimated || rec.Most != (usage.Bound{Input: prompt, Output: int64(c.text)}) || rec.Tokens.Output != int64(c.text)/4 || rec.BytesOut != int64(len(r.body)) {
				t.Errorf("%+v", rec)
			}
			select {
			case n := <-sent:
				if n > 10_000 {
					t.Errorf("the upstream went on for %d pieces", n)
				}
			case <-time.After(5 * time.Second):
				t.Error("the upstream was not told to stop")
			}
			if refused := h.gateway.DrainRefusals(); len(refused) != 1 || refused[0].Clause != "C" {
				t.Errorf("%+v", refused)
			}
			if p := h.call("POST", chat, "summarise", ask(true)).problem(t); p.Status != 429 {
				t.Errorf("the next call: %+v", p)
			}
		})
	}
}

func cents(t *testing.T, s string) money.Rate {
	r, err := money.ParseRate(s)
	must(t, err)
	return r
}

// Who states no maximum does not keep others out: the hold grows with the answer, and is on record
// before it passes.
func TestAHoldGrowsWithTheAnswer(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.limit(hard(performance.Tokens, performance.Limit{Tokens: 100_000}))
	sent := make(chan int, 1)
	begun := make(chan struct{})
	h.answers(func(w http.ResponseWriter, r *http.Request) { close(begun); words(1000, sent)(w, r) })
	done := make(chan reply)
	go func() { done <- h.call("POST", chat, "summarise", ask(true)) }()
	<-begun
	h.answers(completion)
	if r := h.call("POST", chat, "summarise", ask(false)); r.StatusCode != 200 {
		t.Errorf("beside a stream: %d %s", r.StatusCode, r.body)
	}
	if r := <-done; r.err != nil || strings.Contains(string(r.body), "length") {
		t.Errorf("%v %s", r.err, r.body[max(0, len(r.body)-200):])
	}
	for _, rec := range h.records() {
		if rec.Stream && (rec.Held.Output < 10_000 || rec.Outcome != meter.OK || rec.Most.Output != 10_000) {
			t.Errorf("%+v", rec)
		}
	}
}

// An answer in one piece is not delivered where it cannot be held.
func TestAPlainAnswerThatDoesNotFitIsNotDelivered(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	prompt := int64(len(ask(false)))
	h.limit(hard(performance.Tokens, performance.Limit{Tokens: prompt + 50}))
	p := h.call("POST", chat, "summarise", ask(false)).problem(t)
	if p.Status != 429 || p.Clause != "C" {
		t.Errorf("%+v", p)
	}
	if rec := h.record(); rec.Outcome != meter.Cut || rec.Clause != "C" || rec.Tokens.Total() != 0 || rec.Status != 429 {
		t.Errorf("%+v", rec)
	}
	h.text(onlyLimit(performance.Limit{Component: "summarise", Environment: "production", Per: performance.PerParty, Unit: performance.Tokens, Tokens: prompt + 2000, Window: aMonth, Hard: true}))
	if got := h.status("summarise"); got != 200 {
		t.Errorf("where it fits: %d", got)
	}
}

// What a service states beyond what can be, or beyond a hard limit, is disputed and not counted.
func TestHostileCountsAreDisputed(t *testing.T) {
	answer := func(input, output int64) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]any{"model": "calluna-extract-1", "choices": []any{}, "usage": map[string]any{"prompt_tokens": input, "completion_tokens": output}})
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		quota  int64 // hard; 0 means no limit
		input  int64
		output int64
	}{
		"2^40 of both":                             {answer(1<<40, 1<<40), 0, 1 << 21, 5},
		"a hidden prompt where there is room":      {answer(4000, 5), 10_000, 4000, 5},
		"a hidden prompt beyond what is left":      {answer(40_000, 5), 10_000, int64(len(askFor(5, false))), 5},
		"an answer beyond its maximum, and a half": {answer(12, 10_000), 10_000, 12, 5},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			if c.quota > 0 {
				h.limit(hard(performance.Tokens, performance.Limit{Tokens: c.quota}))
			}
			h.answers(c.answer)
			if r := h.call("POST", chat, "summarise", askFor(5, false)); r.StatusCode != 200 {
				t.Fatalf("%d %s", r.StatusCode, r.body)
			}
			rec := h.record()
			if rec.Tokens.Input() != c.input || rec.Tokens.Output != c.output || rec.Disputed != (name != "a hidden prompt where there is room") || rec.UsageDigest == "" {
				t.Errorf("%+v", rec)
			}
		})
	}
}

// A budget counts what clause 6.1 makes of the use, before a call and after it.
func TestABudgetRefusesWhatItCannotPay(t *testing.T) {
	h := newHouse(t, egress.Policy{})
	h.text(func(a *articles.Agreement) {
		a.Commerce.Revenue.Licensing = []commerce.Licence{{Component: "summarise", Unit: commerce.OutputTokens, Price: cents(t, "EUR 1.00")}}
	})
	h.limit(performance.Limit{Per: performance.PerKey, Unit: performance.Money, Amount: money.Amount{Minor: 1300, Currency: "EUR"}, Window: aDay})
	for i, want := range []int{200, 200, 429} { // EUR 8.00 may be used, EUR 5.00 are
		r := h.call("POST", chat, "summarise", askFor(8, false))
		if r.StatusCode != want {
			t.Fatalf("call %d: %d %s", i, r.StatusCode, r.body)
		}
		if got := r.Header.Get("RateLimit-Policy"); got != `"key-money-day";q=1300;qu="entente-minor-eur";w=86400` {
			t.Error(got)
		}
		if got, want := r.Header.Get("RateLimit"), fmt.Sprintf(`"key-money-day";r=%d`, []int{500, 0, 300}[i]); !strings.HasPrefix(got, want) {
			t.Errorf("call %d: %s, want %s", i, got, want)
		}
		if i == 2 {
			if p := r.problem(t); !strings.Contains(p.Detail, "EUR 13.00 of fees in one day") || !strings.Contains(p.Detail, "EUR 8.00 of fees, and EUR 3.00 of fees can still be held") {
				t.Error(p.Detail)
			}
		}
	}
	if r := h.call("POST", chat, "summarise", askFor(3, false)); r.StatusCode != 200 {
		t.Errorf("what fits: %d", r.StatusCode)
	}
}
