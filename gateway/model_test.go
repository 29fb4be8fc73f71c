package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"entente/articles"
	"entente/articles/technical"
	"entente/egress"
	"entente/meter"
)

// Where Schedule A pins a model, what answers is compared with it, in streams too; that it was another
// is on record. An answer that names none says nothing.
func TestThePinnedModelAnswers(t *testing.T) {
	for _, c := range []struct {
		pinned, answers string
		stream          bool
		want            meter.Deviations
	}{
		{"calluna-extract-1-2026-05", "calluna-extract-1-2026-05", false, 0},
		{"calluna-extract-1-2026-05", "calluna-extract-1-2026-09", false, meter.OtherModel},
		{"calluna-extract-1-2026-05", "calluna-extract-1-2026-09", true, meter.OtherModel},
		{"calluna-extract-1-2026-05", "calluna-extract-1-2026-05", true, 0},
		{"calluna-extract-1-2026-05", "", false, 0},
		{"", "calluna-extract-1-2026-09", false, 0},
	} {
		t.Run(fmt.Sprintf("%q for %q, stream %v", c.answers, c.pinned, c.stream), func(t *testing.T) {
			h := newHouse(t, egress.Policy{})
			h.text(func(a *articles.Agreement) {
				a.ScheduleA.Components = append([]technical.Specification(nil), a.ScheduleA.Components...)
				a.ScheduleA.Components[0].Models = []technical.Model{{Name: "calluna-extract-1", Version: c.pinned}}
			})
			h.answers(func(w http.ResponseWriter, r *http.Request) {
				usage := `"usage":{"prompt_tokens":11,"completion_tokens":6,"total_tokens":17}`
				if !c.stream {
					w.Header().Set("Content-Type", "application/json")
					fmt.Fprintf(w, `{"id":"1","object":"chat.completion","model":%q,"choices":[],%s}`, c.answers, usage)
					return
				}
				w.Header().Set("Content-Type", "text/event-stream")
				io.WriteString(w, fmt.Sprintf(`data: {"id":"1","object":"chat.completion.chunk","model":%q,"choices":[],%s}`, c.answers, usage)+"\n\ndata: [DONE]\n\n")
			})
			r := h.call("POST", chat, "summarise", ask(c.stream))
			if r.StatusCode != 200 {
				t.Fatalf("%d %s", r.StatusCode, r.body)
			}
			told := "" // in a stream the header goes out before the first event
			if c.want != 0 && !c.stream {
				told = `model_mismatch; clause="A"`
			}
			if got := r.Header.Get("Entente-Deviation"); got != told {
				t.Errorf("told %q, want %q", got, told)
			}
			if got := h.record().Deviations; got != c.want {
				t.Errorf("deviations %v, want %v", got.Names(), c.want.Names())
			}
		})
	}
}
