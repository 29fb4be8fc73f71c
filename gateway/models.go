package gateway

import (
	"encoding/json"
	"net/http"
	"strconv"

	"entente/articles/technical"
)

// listModels answers with the models that Schedule A lists, without asking the upstream: what else
// it has is not the caller's to see.
func (c *call) listModels() {
	route := c.grant.Route
	var list any = openAIModels(route.Models, route.Provider.Label())
	if route.Protocol == technical.Anthropic {
		list = anthropicModels(route.Models)
	}
	body, _ := json.Marshal(list) // lists of texts always encode
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "private, no-store")
	c.extendWrite()
	c.begun, c.status = true, http.StatusOK
	n, _ := c.w.Write(body)
	c.sent = int64(n)
}

type openAIModel struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

func openAIModels(names []string, owner string) any {
	data := make([]openAIModel, len(names))
	for i, name := range names {
		data[i] = openAIModel{name, "model", 0, owner}
	}
	return struct {
		Object string        `json:"object"`
		Data   []openAIModel `json:"data"`
	}{"list", data}
}

type anthropicModel struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"display_name"`
	Created string `json:"created_at"`
}

func anthropicModels(names []string) any {
	list := struct {
		Data  []anthropicModel `json:"data"`
		More  bool             `json:"has_more"`
		First *string          `json:"first_id"`
		Last  *string          `json:"last_id"`
	}{Data: make([]anthropicModel, len(names))}
	for i, name := range names {
		list.Data[i] = anthropicModel{"model", name, name, "1970-01-01T00:00:00Z"}
	}
	if len(names) > 0 {
		list.First, list.Last = &names[0], &names[len(names)-1]
	}
	return list
}
