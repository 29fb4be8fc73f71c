package rest

import (
	"fmt"
	"slices"
	"time"

	"entente/access"
	"entente/calendar"
)

// A Limit is how what a visitor makes for a program is held to less than what they may themselves: members of the
// request's body.
type Limit struct {
	Access  string   `json:"access,omitempty" enum:"read,act" doc:"read: it changes nothing. As far as you may act, if it is not said."`
	Parts   []string `json:"parts,omitempty" maxItems:"20" doc:"The parts of the API that it is for, by the tags of this document: usage, ledger. All, if it is not said."`
	Expires string   `json:"expires_in,omitempty" maxLength:"40" example:"P30D" doc:"Its life as an ISO 8601 duration: of at most 366 days for a service account, of at most 90 for all else; 90 days, if it is not said."`
}

// Scope is what the limit leaves.
func (l Limit) Scope() access.Scope { return access.NewScope(l.Access == "read", l.Parts) }

// Within holds the limit to what the visitor has themselves, to the parts of the API that there are, and to the
// longest life. It says how long the thing lives from now.
func (l Limit) Within(v Visit, parts []string, now time.Time, longest time.Duration) (time.Duration, error) {
	for i, part := range l.Parts {
		if !slices.Contains(parts, part) {
			return 0, Invalid(fmt.Sprintf("body.parts[%d]", i), "name a part by its tag, as usage or ledger")
		}
	}
	if !l.Scope().Within(v.Scope) {
		return 0, Beyond("a token makes no other that goes further than itself")
	}
	if l.Expires == "" {
		return access.TokenLife, nil
	}
	said, err := calendar.ParseDuration(l.Expires)
	lives := said.After(now).Sub(now)
	if err != nil || lives <= 0 || lives > longest {
		return 0, Invalid("body.expires_in", fmt.Sprintf("write an ISO 8601 duration of at most %d days, for example P30D", longest/(24*time.Hour)))
	}
	return lives, nil
}

// A Reach is how far a credential goes: members of an answer.
type Reach struct {
	Access string   `json:"access" enum:"read,act" doc:"read: it changes nothing."`
	Parts  []string `json:"parts" doc:"The parts of the API that it is for; all, if there are none."`
}

// ReachOf is the reach of a scope.
func ReachOf(s access.Scope) Reach {
	if s.ReadOnly() {
		return Reach{"read", s.Parts()}
	}
	return Reach{"act", s.Parts()}
}
