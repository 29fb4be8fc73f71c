package roomtest

import (
	"strings"
	"testing"

	"entente/agreement"
	"entente/document"
)

// recorder counts failures instead of failing.
type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }

func TestHolesAreFound(t *testing.T) {
	for wording, holes := range map[string]int{
		"1.1 Purpose\n[ ] A. One.\n( ) B. Two.\n| a | b\n- item\n": 0,
		"A sentence  with a gap.\n":                                1, "A stop too many..\n": 1, "[x] \n": 1, "( ) \n": 1, "| a |  | c\n": 1, "| a | \n": 1, "a [to be completed] b\n": 1,
		"within zero (0) days\n": 1, "hereby agree\n": 1, "for %s days\n": 1, "%!d(string=x)\n": 1, "A one .\n": 1, "one\n\ntwo\n": 1, "the rest and.\n": 1,
	} {
		r := &recorder{TB: t}
		Says(r, wording)
		if r.failures != holes {
			t.Errorf("%q: %d failures, want %d", wording, r.failures, holes)
		}
	}
	r := &recorder{TB: t}
	if Says(r, "one\n", "one", "two"); r.failures != 1 {
		t.Errorf("a text that is lacking gives %d failures", r.failures)
	}
}

func TestText(t *testing.T) {
	got := Text([]document.Clause{agreement.Clause("1.1").Says(document.Para("One."),
		document.Ticks(document.Tick(true, "A.").With(document.Lettered(document.T("item"))), document.Tick(false, "B.")), document.Choice(document.Tick(true, "C.")),
		document.Grid([]document.Column{{Title: "x"}, {Title: "y"}}, [][]document.Text{document.Row("a", "b")}), document.Labelled(document.Of("L", "v")))})
	if want := "1.1 Purpose\nOne.\n[x] A.\n- item\n[ ] B.\n(x) C.\n| a | b\nL: v\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadMergesAsRulePagesDo(t *testing.T) {
	var file struct {
		Room struct {
			A, B string
			List []int
		} `json:"room"`
	}
	Read(t, "room: {a: \"{{day 1}}\", b: two, list: [1, 2]}\nother: {x: 1}", &file, "room: {b: null, list: [3]}\nelsewhere: {y: 2}")
	if file.Room.A != Day.AddDays(1).String() || file.Room.B != "" || len(file.Room.List) != 1 {
		t.Errorf("%+v", file)
	}
}

func TestFindings(t *testing.T) {
	rules := []agreement.Rule{{Name: "note", Severity: agreement.Note}, {Name: "bad", Severity: agreement.Error}}
	var found agreement.Findings
	found.Add("note", "x", "said")
	r := &recorder{TB: t}
	if Clean(r, rules, found); r.failures != 0 {
		t.Error("a note is not clean")
	}
	found.Add("bad", "x", "said")
	found.Add("bad", "y", "said")
	found.Add("unknown-person", "z", "said")
	if Clean(r, rules, found); r.failures != 3 {
		t.Errorf("%d failures", r.failures)
	}
	if got := strings.Join(Names(found), " ") + "; " + strings.Join(Dangling(found), " "); got != "bad note unknown-person; z" {
		t.Error(got)
	}
	if Clauses(r, []document.Clause{agreement.Clause("1.1").Says(document.Para("One."))}, "1.2"); r.failures != 4 {
		t.Errorf("%d failures", r.failures)
	}
}
