package technical

import (
	"fmt"
	"slices"
	"strings"

	"entente/agreement"
	"entente/document"
)

// Serving is in which service tiers and regions the calls of a component may be served, as answers
// name them.
type Serving struct {
	// The service tiers, for example default or standard. Left out, any. An answer of another tier is a breach of this schedule.
	Tiers []string `json:"tiers,omitempty"`
	// The header in which answers name their service tier. Left out, it is where the protocol has it: service_tier (openai), usage.service_tier (anthropic).
	TierHeader string `json:"tier_header,omitempty"`
	// The regions, for example eu or us. Left out, any. An answer from another region is a breach of this schedule.
	Regions []string `json:"regions,omitempty"`
	// The header in which answers name their region. Left out, it is where the protocol has it: usage.inference_geo (anthropic).
	RegionHeader string `json:"region_header,omitempty"`
}

// IsZero reports whether nothing is agreed.
func (s Serving) IsZero() bool {
	return len(s.Tiers) == 0 && len(s.Regions) == 0 && s.TierHeader == "" && s.RegionHeader == ""
}

// A served is one of the two things that are agreed.
type served struct {
	key, noun string
	names     []string
	header    string
	spoken    bool // the protocol's own answers name it
}

func (s Specification) served() []served {
	return []served{
		{"tiers", "service tier", s.Serving.Tiers, s.Serving.TierHeader, s.Protocol == OpenAI || s.Protocol == Anthropic},
		{"regions", "region", s.Serving.Regions, s.Serving.RegionHeader, s.Protocol == Anthropic},
	}
}

func (s Specification) checkServing(at string, found *agreement.Findings) {
	for _, x := range s.served() {
		header := at + "." + strings.TrimSuffix(x.key, "s") + "_header"
		switch {
		case x.header != "" && !headerName.MatchString(x.header):
			found.Add("serving-header", header, "%q is not the name of a header", x.header).Mend("write for example X-Region")
		case x.header != "" && len(x.names) == 0:
			found.Add("serving-header", header, "answers name their %s, but any is allowed", x.noun).Mend("add %s, or delete this line", x.key)
		case x.header == "" && len(x.names) > 0 && !x.spoken:
			found.Add("serving-untold", at+"."+x.key, "answers of %s do not name their %s, so nothing shows a breach", s.Component, x.noun).Mend("add %s_header, the header in which answers name it", strings.TrimSuffix(x.key, "s"))
		}
		for i, name := range x.names {
			if slices.Contains(x.names[:i], name) {
				found.Add("listed-twice", fmt.Sprintf("%s.%s[%d]", at, x.key, i), "%q is listed twice", name).Mend("delete one of the two")
			}
		}
	}
}

// serving is where calls may be served, for the components that say so.
func (t Terms) serving() []document.Block {
	var rows [][]document.Text
	for _, s := range t.Components {
		if !s.Serving.IsZero() {
			rows = append(rows, document.Row(s.Component, anyOf(s.Serving.Tiers, s.Serving.TierHeader), anyOf(s.Serving.Regions, s.Serving.RegionHeader)))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return []document.Block{document.Para("The providing Party shall serve calls in the following service tiers and regions only. An answer that names another service tier or region is evidence of a breach."),
		document.Grid([]document.Column{{Title: "Component", Width: 2}, {Title: "Service tiers", Width: 4}, {Title: "Regions", Width: 4}}, rows)}
}

func anyOf(names []string, header string) document.Text {
	text := document.Stated(strings.Join(names, ", "), "any")
	if header == "" {
		return text
	}
	return document.T("%s, as answers say in the header %s", text, header)
}
