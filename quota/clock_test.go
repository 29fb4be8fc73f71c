package quota

import (
	"testing"
	"time"
)

// A clock that was set back by a year and a day keeps nobody out for longer than the limit's own time.
func TestAClockSetBack(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for span, wait := range map[Span]time.Duration{second: time.Second, minute: time.Minute, hour: time.Hour, day: 12 * time.Hour, month: 8*24*time.Hour - 12*time.Hour} {
		c := count{span: span, zone: time.UTC}
		c.at(now)
		c.at(now.AddDate(1, 0, 0))
		c.add(now.AddDate(1, 0, 0), sum{calls: 3})
		c.at(now)
		if c.used.calls != 3 {
			t.Errorf("%s: what was used is forgotten", spanNames[span])
		}
		if got := c.room(now, func(used sum) bool { return used.calls == 0 }); got != wait {
			t.Errorf("%s: the wait is %v, want %v", spanNames[span], got, wait)
		}
		c.at(now.Add(wait))
		if c.used.calls != 0 {
			t.Errorf("%s: %d calls still count after the wait", spanNames[span], c.used.calls)
		}
	}
}
