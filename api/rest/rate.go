package rest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"entente/access"
	"entente/access/pace"
)

// pass counts a request of a caller who is known, and says in the answer what is left (RateLimit header fields for
// HTTP, draft 11).
func (d *Desk) pass(c access.Caller, h http.Header) error {
	asker := string(c.Agreement) + "/" + string(c.Actor.Party)
	switch {
	case c.Operator:
		asker = Operator
	case c.Founds():
		asker = c.Actor.ID
	case c.Actor.ID == "":
		return nil
	}
	left, full, wait := d.pace.Take(asker, time.Now())
	rate := d.pace.Kept()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"api";q=%d;w=%d`, rate.Burst, pace.Seconds(time.Duration(rate.Burst)*time.Minute/time.Duration(rate.PerMinute))))
	h.Set("RateLimit", fmt.Sprintf(`"api";r=%d;t=%d`, left, pace.Seconds(full)))
	if wait == 0 {
		return nil
	}
	p := NewProblem(http.StatusTooManyRequests, "too-often", "Your party's programs ask too often", fmt.Sprintf("wait %d s; they may ask %d times a minute, and %d times at once", pace.Seconds(wait), rate.PerMinute, rate.Burst))
	p.header = http.Header{"Retry-After": {strconv.Itoa(pace.Seconds(wait))}}
	return p
}
