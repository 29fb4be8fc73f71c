package property

import (
	"errors"
	"slices"
	"testing"

	"entente/agreement"
	"entente/articles/roomtest"
	"entente/calendar"
	"entente/document"
)

// file is the part of an agreement file that the room and its frame read.
type file struct {
	Agreement agreement.Front `json:"agreement"`
	Property  Terms           `json:"property"`
	ScheduleD Allocation      `json:"schedule_d"`
}

func (f file) frame() agreement.Frame {
	frame := roomtest.Frame()
	frame.Front.Attachments = f.Agreement.Attachments
	return frame
}

func (f file) words() []document.Clause {
	return append(f.Property.Words(f.frame()), f.ScheduleD.Words(f.frame())...)
}

func (f file) findings() agreement.Findings {
	var found agreement.Findings
	f.Property.Check(f.frame(), &found)
	f.ScheduleD.Check(f.frame(), &found)
	return found
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

func TestReferences(t *testing.T) {
	for _, c := range []struct{ name, patch, path string }{
		{"a background item of a component that does not exist", "property: {background: [{name: x, party: a, title: X, kind: software, component: nowhere}]}", "property.background[0].component"},
		{"a development of a component that does not exist", "schedule_d: {developments: [{name: x, basis: agreed, owner: a, components: [embed, nowhere]}]}", "schedule_d.developments[0].components[1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := with(t, c.patch).findings()
			if !slices.ContainsFunc(found, func(f agreement.Finding) bool { return f.Rule == "unknown-component" && f.Path == c.path }) {
				t.Errorf("no unknown-component at %s in %+v", c.path, found)
			}
		})
	}
}

func TestOmittedImprovementsNeedAReason(t *testing.T) {
	got := roomtest.Names(with(t, "property: {improvements: {omit: true}}").findings())
	if want := []string{"allocation-hours", "improvements-omitted", "improvements-reason"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestLicensed(t *testing.T) {
	terms := Terms{Licences: Licences{AToB: Grant{API: true}, BToA: Grant{Trademarks: true, Territory: "Ireland"}}}
	for _, c := range []struct {
		name string
		from agreement.Party
		want Grant
	}{
		{"Party A to Party B", agreement.A, Grant{API: true}},
		{"Party B to Party A", agreement.B, Grant{Trademarks: true, Territory: "Ireland"}},
		{"the host is no party", agreement.Host, Grant{}},
		{"nobody", "", Grant{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := terms.Licensed(c.from); got != c.want {
				t.Errorf("Licensed = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestGrantEnds(t *testing.T) {
	for _, c := range []struct {
		name, term, effective, want string
	}{
		{"no term", "", "2026-11-01", ""},
		{"three years", "P3Y", "2026-11-01", "2029-11-01"},
		{"from a leap day", "P1Y", "2028-02-29", "2029-02-28"},
		{"a month from the 31st", "P1M", "2027-01-31", "2027-02-28"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var g Grant
			var from calendar.Date
			if err := errors.Join(g.Term.UnmarshalText([]byte(c.term)), from.UnmarshalText([]byte(c.effective))); err != nil {
				t.Fatal(err)
			}
			got, ends := g.Ends(from)
			if got.String() != c.want || ends != (c.want != "") {
				t.Errorf("Ends = %s, %v, want %q", got, ends, c.want)
			}
		})
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, patch, says string }{
		{"a background item", "", "Party A | Calluna extractive summarisation engine (extraction-engine) | software | repository calluna/extract, tag v4.2.0, in the Component summarise | 17 May 2023"},
		{"a background item without an identifier", "property: {background: [{name: x, party: b, title: X, kind: know_how, date: 2020-02-29}]}", "Party B | X (x) | know-how | none | 29 February 2020"},
		{"no background items", "property: {background: null}", "None is listed."},
		{"option C", "", "(x) C. By contribution."},
		{"option A unticked", "", "( ) A. The creator owns."},
		{"option A as it stands", "property: {integration_ip: creator}", "The licence lasts while this Agreement is in force. It covers use in the Integrated Solution only. It does not include a right to sublicense."},
		{"option A at its widest", "property: {integration_ip: creator, creator_licence: {perpetual: true, any_purpose: true, sublicense: true}}", "The licence is perpetual and survives the end of this Agreement. It covers use for any purpose of the other Party’s business. It includes the right to sublicense to customers of the other Party."},
		{"option B", "property: {integration_ip: joint, joint_use: {free_use: true}}", "(x) B. Joint ownership. The Parties own Integration IP jointly, in equal shares.\n[x] Each Party may use jointly owned Integration IP"},
		{"option B, transfer unticked", "property: {integration_ip: joint, joint_use: {free_use: true}}", "[ ] Neither Party shall transfer its share without the other Party’s written consent."},
		{"licences worldwide", "", "Party A to Party B. Party A grants Party B the licences chosen below, worldwide, while this Agreement is in force:"},
		{"licences in a territory", "", "Party B to Party A. Party B grants Party A the licences chosen below, for the European Economic Area, Switzerland and the United Kingdom, while this Agreement is in force:"},
		{"licences for a term", "property: {licences: {a_to_b: {term: P3Y}}}", "worldwide, for three (3) years from the Effective Date, but no longer than this Agreement is in force:"},
		{"a licence ticked", "", "[x] API and SDK. Party B may use Party A’s APIs and SDKs as this Agreement provides."},
		{"a licence unticked", "", "[ ] Sublicence. Party A may sublicense to customers what they need to use the Integrated Solution."},
		{"improvements", "", "An improvement of Background IP belongs to the Party that owns the Background IP, whoever makes it."},
		{"improvements left out", "property: {improvements: {omit: true, reason: the parties pool their improvements}}", "The Parties have left this clause out on purpose. Improvements of Background IP are treated like Integration IP under clause 4.2.\nTheir reason: the parties pool their improvements"},
		{"improvements left out belong to Integration IP", "property: {improvements: {omit: true}}", "It does not include Background IP. The Parties"},
		{"agreed shares", "", "Connector between the reader kit and the search panel (connector) | Party A 62.5 %, Party B 37.5 % | agreed | reader-kit and search-panel"},
		{"an agreed owner", "", "(evaluation-set) | Party B alone | agreed | none in particular"},
		{"shares by commits", "", "(search-and-summarise) | shares as counted | commits to https://git.tidewater.example/joint/search-and-summarise | summarise and embed"},
		{"shares by hours", "", "(integration-guide) | shares as counted | hours worked | none in particular"},
		{"an empty schedule", "schedule_d: null", "The shares of a joint development are together exactly one hundred per cent (100 %).\nNone is listed."},
	} {
		t.Run(c.name, func(t *testing.T) {
			roomtest.Says(t, roomtest.Text(with(t, c.patch).words()), c.says)
		})
	}
}

// Whatever is chosen, every clause is there, and the wording has no holes.
func TestWordingIsWhole(t *testing.T) {
	patches := []string{"", "property: {background: null}", "schedule_d: null", "property: {integration_ip: joint}", "property: {integration_ip: creator}", "property: {improvements: {omit: true}}"}
	for _, r := range Rules {
		patches = append(patches, r.Accepted)
	}
	for _, p := range patches {
		words := with(t, p).words()
		roomtest.Clauses(t, words, "4.1", "4.2", "4.3", "4.4", "D.1", "D.2")
		roomtest.Says(t, roomtest.Text(words))
	}
}
