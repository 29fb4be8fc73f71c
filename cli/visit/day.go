package visit

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"entente/calendar"
	"entente/cli/terminal"
)

// EndOf is the end of the day that somebody gives as --until ("2027-01-31"), in the agreement's time zone and in UTC.
func EndOf(ctx context.Context, v *Visitor, id, until string) (time.Time, error) {
	day, err := calendar.ParseDate(until)
	if err != nil {
		return time.Time{}, terminal.Misusef("--until: %v", err)
	}
	zone, err := Zone(ctx, v, id)
	if err != nil {
		return time.Time{}, err
	}
	return day.AddDays(1).In(zone).UTC(), nil
}

// Zone is the time zone in which an agreement counts its days.
func Zone(ctx context.Context, v *Visitor, id string) (*time.Location, error) {
	var a struct {
		TimeZone string `json:"time_zone"`
	}
	if err := v.Call(ctx, http.MethodGet, "/api/v1/agreements/"+id, nil, &a); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("the agreement's time zone: %w", err)
	}
	return zone, nil
}

// Clocks are those on which a command shows times: the agreement's or, where a token does not reach so far, UTC's. What it
// prints names which.
func Clocks(ctx context.Context, v *Visitor, id string) *time.Location {
	zone, err := Zone(ctx, v, id)
	if err != nil {
		return time.UTC
	}
	return zone
}

// By is the day of an instant by which something is to be done, as the agreement counts days.
func By(ctx context.Context, v *Visitor, id string, at time.Time) string {
	zone := Clocks(ctx, v, id)
	return calendar.DateOf(at.In(zone)).Words() + " (" + zone.String() + ")"
}
