package gateway

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// openAIModels answers with the models that Schedule A lists, or the one that the path names,
// without asking the upstream: what else it has is not the caller's to see.
func (c *call) openAIModels() {
	list := openAIModelList{Object: "list", Data: []openAIModel{}}
	for _, name := range c.grant.Route.Models {
		model := openAIModel{name, "model", 0, c.grant.Route.Provider.Label()}
		if name == c.ask.Model {
			c.answerJSON(model)
			return
		}
		list.Data = append(list.Data, model)
	}
	c.answerJSON(list)
}

type openAIModelList struct {
	Object string        `json:"object"`
	Data   []openAIModel `json:"data"`
}

type openAIModel struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

// anthropicModels does the same in the other form.
func (c *call) anthropicModels() {
	list := anthropicModelList{Data: []anthropicModel{}}
	for _, name := range c.grant.Route.Models {
		model := anthropicModel{"model", name, name, "1970-01-01T00:00:00Z"}
		if name == c.ask.Model {
			c.answerJSON(model)
			return
		}
		list.Data = append(list.Data, model)
	}
	if n := len(list.Data); n > 0 {
		list.First, list.Last = &list.Data[0].ID, &list.Data[n-1].ID
	}
	c.answerJSON(list)
}

type anthropicModelList struct {
	Data  []anthropicModel `json:"data"`
	More  bool             `json:"has_more"`
	First *string          `json:"first_id"`
	Last  *string          `json:"last_id"`
}

type anthropicModel struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"display_name"`
	Created string `json:"created_at"`
}

// answerJSON answers without the upstream.
func (c *call) answerJSON(v any) {
	body, _ := json.Marshal(v) // lists of texts always encode
	c.out.Set("Content-Type", "application/json")
	c.out.Set("Content-Length", strconv.Itoa(len(body)))
	c.out.Set("Cache-Control", "private, no-store")
	c.extendWrite()
	c.begun, c.status = true, http.StatusOK
	c.writeHeader(c.status)
	n, _ := c.w.Write(body)
	c.sent = int64(n)
}
