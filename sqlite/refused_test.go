package sqlite_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/meter"
	"entente/sqlite"
	"entente/statement"
)

func TestRefusedCallsAreKeptForAWhile(t *testing.T) {
	s, err := sqlite.Open(t.TempDir() + "/entente.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := meter.Refused{ID: "req_1", ClientRequestID: "mine", At: at, Agreement: "agr_1", Version: 2, Policy: "sha256:00", Key: "key_1", Component: "c", Environment: "test",
		Purpose: "service", DataClass: "customer", Customer: "acme", Operation: "o", Model: "m", Clause: "A", Code: "model-not-listed", Why: "it is not", Limit: "l", Status: 403}
	later := r
	later.ID, later.At = "req_2", at.Add(time.Hour)
	for range 2 { // a batch whose fate was not known comes again
		if err := s.SaveRefused(t.Context(), []meter.Refused{r, later}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Refused(t.Context(), "agr_1", "req_1")
	if diff := cmp.Diff(r, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := s.SweepAnswers(t.Context(), at.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for request, of := range map[string]agreement.ID{"req_1": "agr_1", "req_2": "agr_2"} {
		if _, err := s.Refused(t.Context(), of, request); !errors.Is(err, statement.ErrNoRecord) {
			t.Errorf("%s of %s: %v", request, of, err)
		}
	}
	if _, err := s.Refused(t.Context(), "agr_1", "req_2"); err != nil {
		t.Errorf("what came later was deleted: %v", err)
	}
}
