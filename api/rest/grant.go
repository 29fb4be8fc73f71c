package rest

import (
	"fmt"
	"slices"
	"time"

	"entente/access"
	"entente/calendar"
)

// Granted holds what a visitor makes for a program to what they have themselves, to the parts of the API that there
// are, and to how long it may live: given by its scope, the parts as they were asked for, and its life as an ISO 8601
// duration, or nothing for the usual one.
func Granted(v Visit, scope access.Scope, asked, parts []string, life string, now time.Time, usual, longest time.Duration) (time.Duration, error) {
	for i, part := range asked {
		if !slices.Contains(parts, part) {
			return 0, Invalid(fmt.Sprintf("body.parts[%d]", i), "name a part by its tag, as usage or ledger")
		}
	}
	if !scope.Within(v.Scope) {
		return 0, Beyond("a token makes no other that goes further than itself")
	}
	if life == "" {
		return usual, nil
	}
	said, err := calendar.ParseDuration(life)
	lives := said.After(now).Sub(now)
	if err != nil || lives <= 0 || lives > longest {
		return 0, Invalid("body.expires_in", fmt.Sprintf("write an ISO 8601 duration of at most %d days, for example P30D", longest/(24*time.Hour)))
	}
	return lives, nil
}
