package usage

import "bytes"

// Served is how a call was served, as its answer names it; empty where it does not say.
type Served struct{ Tier, Region string }

// Agreed are the service tiers and regions that somebody asks for: of an answer that may name others,
// its names are read only where some are agreed.
type Agreed struct{ Tiers, Regions []string }

// mostName is how long a name may be, in bytes; a longer one is cut.
const mostName = 200

// name is a text of an answer, without a copy where it is one of those agreed.
func name(agreed []string, value []byte) string {
	if len(value) < 2 || value[0] != '"' || bytes.IndexByte(value, '\\') >= 0 {
		return ""
	}
	value = value[1 : len(value)-1]
	for _, a := range agreed {
		if string(value) == a {
			return a
		}
	}
	return string(value[:min(len(value), mostName)])
}

// within reads what an Anthropic usage object says.
func (a Agreed) within(s *Served, object []byte) {
	if len(a.Tiers) == 0 && len(a.Regions) == 0 {
		return
	}
	members(object, func(key, value []byte) bool {
		switch {
		case len(a.Tiers) > 0 && string(key) == "service_tier":
			s.Tier = name(a.Tiers, value)
		case len(a.Regions) > 0 && string(key) == "inference_geo":
			s.Region = name(a.Regions, value)
		}
		return true
	})
}

// beside takes what an OpenAI-compatible answer says beside its usage; null says nothing.
func (a Agreed) beside(s *Served, value []byte) {
	if tier := name(a.Tiers, value); tier != "" {
		s.Tier = tier
	}
}

// served is how the answer says that the call was served, whose usage object is given.
func (b *BodyTap) served(object []byte) (s Served) {
	switch {
	case b.Dialect == AnthropicMessages:
		b.Agreed.within(&s, object)
	case len(b.Agreed.Tiers) > 0:
		tier := lastMember(b.kept, "service_tier")
		if tier == nil && !b.cut {
			tier = member(b.kept, "service_tier")
		}
		b.Agreed.beside(&s, tier)
	}
	return s
}

// tier takes the service tier of an object of a stream, if it has one.
func (t *Tap) tier(object []byte) {
	if len(t.Agreed.Tiers) > 0 && bytes.Contains(object, tierKey) {
		t.Agreed.beside(&t.served, member(object, "service_tier"))
	}
}

var tierKey = []byte(`"service_tier"`)
