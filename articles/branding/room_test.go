package branding

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/document"
)

// file is the part of an agreement file that the room reads.
type file struct {
	Branding  Terms `json:"branding"`
	ScheduleE Brand `json:"schedule_e"`
	ScheduleF Leads `json:"schedule_f"`
}

var frame = agreement.Frame{Front: agreement.Front{Currency: "EUR"}}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Branding.Check(frame, &found)
	f.ScheduleE.Check(frame, &found)
	f.ScheduleF.Check(frame, &found)
	CheckTogether(f.Branding, f.ScheduleE, f.ScheduleF, &found)
	return found
}

func (f file) words() []document.Clause {
	return slices.Concat(f.Branding.Words(frame), f.ScheduleE.Words(frame), f.ScheduleF.Words(frame))
}

// with is the room's part of the example, with a patch.
func with(t testing.TB, patch string) (f file) {
	t.Helper()
	roomtest.Read(t, Example, &f, patch)
	return f
}

func check(t testing.TB, patch string) agreement.Findings { return with(t, patch).findings() }

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

// Whatever is left out, every clause is there, and the wording has no holes.
func TestWordingIsWhole(t *testing.T) {
	for _, f := range []file{with(t, ""), {}} {
		roomtest.Clauses(t, f.words(), "5.1", "5.2", "5.3", "E.1", "E.2", "E.3", "F.1", "F.2", "F.3", "F.4", "F.5")
		roomtest.Says(t, roomtest.Text(f.words()))
	}
}
