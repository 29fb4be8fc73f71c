package quota

import (
	"context"
	"fmt"
	"time"

	"entente/articles/performance"
	"entente/meter"
)

// past asks the meter what was used of a day or a month before this process began.
func (b *Book) past(what Counted, zone *time.Location, now time.Time) (int64, error) {
	if what.Per == performance.PerKey {
		return 0, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	begin, _ := what.Span.bounds(now, zone)
	sums, err := b.Meter.Summary(ctx, meter.Query{
		Agreement: string(what.Agreement), Party: what.Whose, Component: what.Component,
		Environment: string(what.Environment), From: meter.DayOf(begin, zone), Zone: zone,
	})
	if err != nil {
		return 0, fmt.Errorf("adding up what was used: %w", err)
	}
	var used int64
	for _, s := range sums {
		switch what.Unit {
		case performance.Requests:
			used += s.Calls
		case performance.Tokens:
			used += s.Tokens.Total()
		case performance.Bytes:
			used += s.BytesIn + s.BytesOut
		}
	}
	return used, nil
}
