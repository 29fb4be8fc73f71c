package rest

import "github.com/danielgtaylor/huma/v2"

// usual is what members and parameters of a name are wherever nothing else is said of them, so that the document says
// of each what it is, and of the same always the same.
var usual = map[string]string{
	"agreement":   "The agreement's id: agr_…",
	"at":          "When it happened.",
	"class":       "The class of the data of a call: customer, aggregated or synthetic.",
	"clause":      "The number of the clause under which it stands.",
	"component":   "The component's id in the agreement.",
	"created":     "When it was made.",
	"digest":      "The SHA-256 of its bytes: sha256:…",
	"environment": "The environment under clause 2.1 that it is in.",
	"expires":     "When it ends by itself.",
	"id":          "Its id, which never changes.",
	"items":       "Those of this page.",
	"kind":        "Of which kind it is.",
	"label":       "What whoever made it calls it.",
	"media_type":  "Of which kind its bytes are, as an Internet media type.",
	"name":        "What it is called.",
	"number":      "The number that stands on the agreement's front page.",
	"party":       "The party that it is of, or that did it.",
	"proposed":    "When it was put before the parties.",
	"purpose":     "What a call is for: service, improvement, analytics, training or competitive.",
	"reason":      "Why, as whoever did it says.",
	"ref":         "The address of what shows it, or its digest.",
	"remark":      "What whoever brought it says of it.",
	"revoked":     "When it was ended; absent while it was not.",
	"stage":       "Where the agreement stands in its life.",
	"state":       "How it stands now.",
	"text":        "What it says.",
	"title":       "What it is called, in a line.",
	"version":     "The number of the version, from 1.",
	"what":        "What it is about, in words.",
	"why":         "Why, in words.",
}

// describe says of the members of a schema, and of those within, what is usual where they say nothing themselves.
func describe(s *huma.Schema) {
	if s == nil {
		return
	}
	for name, member := range s.Properties {
		if member.Ref == "" && member.Description == "" {
			member.Description = usual[name]
		}
		describe(member)
	}
	describe(s.Items)
}
