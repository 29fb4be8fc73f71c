package demo

import (
	"net/http"
	"time"

	"entente/demo/prose"
)

// A completion is an answer or a chunk of one, as it is written. What is nil is not written.
type completion struct {
	ID          string   `json:"id"`
	Object      string   `json:"object"`
	Created     int64    `json:"created"`
	Model       string   `json:"model"`
	Tier        string   `json:"service_tier"`
	Fingerprint string   `json:"system_fingerprint"`
	Choices     []choice `json:"choices"`
	Usage       any      `json:"usage,omitempty"`
}

type choice struct {
	Index    int     `json:"index"`
	Message  *spoken `json:"message,omitempty"`
	Delta    *delta  `json:"delta,omitempty"`
	Logprobs any     `json:"logprobs"` // always null
	Finish   *string `json:"finish_reason"`
}

// spoken is the message of an answer.
type spoken struct {
	Role    string  `json:"role"`
	Content string  `json:"content"`
	Refusal *string `json:"refusal"` // always null
	Notes   []any   `json:"annotations"`
}

// A delta is what a chunk adds to the message.
type delta struct {
	Role    string  `json:"role,omitempty"`
	Content *string `json:"content,omitempty"`
}

func (a answer) completion(object string, choices ...choice) completion {
	return completion{ID: a.id, Object: object, Created: a.created, Model: SummariserModel, Tier: "default", Fingerprint: "fp_" + SummariserModel,
		Choices: append([]choice{}, choices...)}
}

func (a answer) whole() completion {
	c := a.completion("chat.completion", choice{Message: &spoken{Role: "assistant", Content: a.text, Notes: []any{}}, Finish: &a.finish})
	c.Usage = a.usage
	return c
}

// chunks are the answer as it is streamed: who speaks, a chunk for each token, how it ended and, if it was
// asked for, one of mere usage; then every other chunk says that its usage is null.
func (a answer) chunks(withUsage bool) []completion {
	none := ""
	deltas := []delta{{Role: "assistant", Content: &none}}
	for p := range prose.Pieces(a.text) {
		deltas = append(deltas, delta{Content: &p})
	}
	var all []completion
	for _, d := range deltas {
		all = append(all, a.completion("chat.completion.chunk", choice{Delta: &d}))
	}
	all = append(all, a.completion("chat.completion.chunk", choice{Delta: &delta{}, Finish: &a.finish}))
	if !withUsage {
		return all
	}
	for i := range all {
		all[i].Usage = (*usage)(nil)
	}
	last := a.completion("chat.completion.chunk")
	last.Usage = a.usage
	return append(all, last)
}

// stream writes the chunks as server-sent events, at the service's pace, until the caller goes.
func (c *chat) stream(w http.ResponseWriter, r *http.Request, a answer, withUsage bool) error {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	tick := time.NewTicker(c.pace)
	defer tick.Stop()
	for _, chunk := range a.chunks(withUsage) {
		if err := event(w, out, encode(chunk)); err != nil {
			return err
		}
		select {
		case <-r.Context().Done():
			return r.Context().Err()
		case <-tick.C:
		}
	}
	return event(w, out, []byte("[DONE]"))
}

// event writes one event and sends it off.
func event(w http.ResponseWriter, out *http.ResponseController, data []byte) error {
	if _, err := w.Write(append(append([]byte("data: "), data...), "\n\n"...)); err != nil {
		return err
	}
	return out.Flush()
}
