package governance

import (
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/document"
)

// file is the part of an agreement file that the room reads.
type file struct {
	Governance Terms `json:"governance"`
	ScheduleG  KPIs  `json:"schedule_g"`
}

func (f file) frame() agreement.Frame {
	return agreement.Frame{People: f.Governance.People, Components: []agreement.Component{
		{Name: "summarise", Provider: agreement.A}, {Name: "embed", Provider: agreement.B},
	}}
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Governance.Check(f.frame(), &found)
	f.ScheduleG.Check(f.frame(), &found)
	CheckTogether(f.Governance, f.ScheduleG, &found)
	return found
}

func (f file) words() []document.Clause {
	return slices.Concat(f.Governance.Words(f.frame()), f.ScheduleG.Words(f.frame()))
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
	for _, f := range []file{with(t, ""), {Governance: Terms{Committee: Committee{Meets: Monthly, Quorum: 1}}}} {
		roomtest.Clauses(t, f.words(), "7.1", "7.2", "7.3", "G.1", "G.2")
		roomtest.Says(t, roomtest.Text(f.words()))
	}
}
