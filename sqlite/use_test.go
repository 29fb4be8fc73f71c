package sqlite_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/meter"
	"entente/meter/metertest"
)

// The last use of a key is known to the hour, whatever the order in which its records come.
func TestLastUse(t *testing.T) {
	s := open(t)
	at := time.Date(2026, 11, 23, 14, 59, 0, 0, time.UTC)
	var records []meter.Record
	for i, r := range []struct {
		agreement, key string
		opened         time.Time
	}{
		{"agr_1", "key_1", at}, {"agr_1", "key_1", at.Add(-5 * time.Hour)}, {"agr_1", "key_2", at.Add(time.Hour)}, {"agr_2", "key_3", at},
	} {
		one := metertest.NewRecord(i, meter.Closed)
		one.Agreement, one.Key, one.Opened, one.Closed = r.agreement, r.key, r.opened, r.opened
		records = append(records, one)
	}
	for _, batch := range [][]meter.Record{records[:1], records[1:], records} {
		if err := s.Save(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.LastUse(t.Context(), "agr_1")
	if err != nil {
		t.Fatal(err)
	}
	hour := at.Truncate(time.Hour)
	if d := cmp.Diff(map[string]time.Time{"key_1": hour, "key_2": hour.Add(time.Hour)}, got); d != "" {
		t.Error(d)
	}
}

// Customers are those of production, before an instant, each once.
func TestCustomers(t *testing.T) {
	s := open(t)
	at := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	var records []meter.Record
	for i, r := range []struct {
		agreement, customer, environment string
		opened                           time.Time
		outcome                          meter.Outcome
	}{
		{"agr_1", "c-2", "production", at.Add(-time.Hour), meter.OK},
		{"agr_1", "c-1", "production", at.Add(-time.Microsecond), meter.CallerGone},
		{"agr_1", "c-1", "production", at.Add(-time.Hour), meter.OK},
		{"agr_1", "c-late", "production", at, meter.OK},
		{"agr_1", "c-test", "test", at.Add(-time.Hour), meter.OK},
		{"agr_1", "c-refused", "production", at.Add(-time.Hour), meter.NotStarted},
		{"agr_1", "", "production", at.Add(-time.Hour), meter.OK},
		{"agr_2", "c-other", "production", at.Add(-time.Hour), meter.OK},
	} {
		one := metertest.NewRecord(i, meter.Closed)
		one.Agreement, one.Customer, one.Environment, one.Opened, one.Closed, one.Outcome = r.agreement, r.customer, r.environment, r.opened, r.opened, r.outcome
		records = append(records, one)
	}
	if err := s.Save(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	got, err := s.Customers(t.Context(), "agr_1", at)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"c-1", "c-2"}, got); d != "" {
		t.Error(d)
	}
}
