package interview

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/calendar"
)

// A typist sits at the terminal: it reads each question and answers it.
type typist struct {
	screen  bytes.Buffer
	answers map[string][]string // by what the question contains; the last answer is repeated
	asked   int
}

func (r *typist) Write(p []byte) (int, error) { return r.screen.Write(p) }

// Read is one answer: the one for the question that was shown last, or just Enter. The terminal
// shows what is typed.
func (r *typist) Read(p []byte) (int, error) {
	shown := r.screen.String()
	answer := r.answer(shown[strings.LastIndexByte(shown, '\n')+1:])
	if r.asked++; r.asked > 500 {
		return 0, io.ErrUnexpectedEOF
	}
	if answer == "EOF" {
		return 0, io.EOF
	}
	r.screen.WriteString(answer + "\n")
	return copy(p, answer+"\n"), nil
}

// answer takes the next answer to a question: the one whose key says most about it.
func (r *typist) answer(question string) string {
	best := ""
	for about := range r.answers {
		if strings.Contains(question, about) && len(about) > len(best) {
			best = about
		}
	}
	answers := r.answers[best]
	if len(answers) == 0 {
		return ""
	}
	if len(answers) > 1 {
		r.answers[best] = answers[1:]
	}
	return answers[0]
}

// answering are the answers that have no default, and others besides.
func answering(others map[string][]string) *typist {
	r := &typist{answers: map[string][]string{
		"Legal name":            {"Alder Ltd", "Birch GmbH"},
		"Registered address":    {"1 Quay Street, Cork, Ireland", "Hafenstraße 2, 28195 Bremen, Germany"},
		"First contact: name":   {"Róisín O’Dea", "Jörg Ruhland"},
		"First contact: e-mail": {"roisin@alder.example", "joerg@birch.example"},
	}}
	for question, answers := range others {
		r.answers[question] = answers
	}
	return r
}

var interviewDay = calendar.Date{Year: 2028, Month: 2, Day: 29}

func (r *typist) interview() (articles.Agreement, error) {
	return Ask(r, r, interviewDay)
}

// With every default taken, and with every choice made, the file has neither errors nor warnings.
func TestInterviewGivesACleanFile(t *testing.T) {
	for name, r := range map[string]*typist{
		"every default": answering(nil),
		"everything":    answering(map[string][]string{"(yes/no)": {"yes"}, "Another component": {"yes", "yes", "no"}, "Offered by": {"api, sdk, embedded"}}),
		"other protocols": answering(map[string][]string{"Protocol": {"anthropic", "mcp", "http"}, "Another component": {"yes", "yes", "no"},
			"Tools that": {"search, fetch"}, "Offered by": {"api"}}),
		"an indefinite period":   answering(map[string][]string{"Initial term": {"0"}, "Calls carry": {"n"}}),
		"no renewal":             answering(map[string][]string{"Renew by itself": {"no"}, "Currency": {"JPY"}, "Liability cap": {"JPY 20000000"}}),
		"the law of a part":      answering(map[string][]string{"Governing law": {"US-NY"}}),
		"shares of other halves": answering(map[string][]string{"Share of the revenue": {"62.5%", "100%"}}),
		"nothing called":         answering(map[string][]string{"Offered by": {"sdk", "embedded"}}),
	} {
		t.Run(name, func(t *testing.T) {
			a, err := r.interview()
			if err != nil {
				t.Fatalf("%v\n%s", err, r.screen.String())
			}
			f, _ := source.Read("agreement.yaml", draft.Write(a))
			for _, l := range f.Lines(f.Check()) {
				if l.Severity != agreement.Note {
					t.Error(l)
				}
			}
			if a.Parties.B.Name != "Birch GmbH" || a.Governance.People[0].ID != "roisin-o-dea-a" || a.Agreement.Dated != interviewDay {
				t.Errorf("the answers are not in the agreement: %q, %q, %s", a.Parties.B.Name, a.Governance.People[0].ID, a.Agreement.Dated)
			}
		})
	}
}

// An answer that will not do is asked for again, with the reason.
func TestInterviewAsksAgain(t *testing.T) {
	for _, tt := range []struct{ question, answer, reason string }{
		{"Legal name", "TBD", "still to be filled in"},
		{"Legal name", "Al\u202eder", "cannot be seen"},
		{"Registered address", "", "an answer is needed here"},
		{"Date of the agreement", "29.2.2028", "is not a date"},
		{"Effective date", "2028-01-01", "is before the date of the agreement"},
		{"Time zone", "Berlin", "is not a time zone"},
		{"Currency", "Euro", "EUR"},
		{"First contact: e-mail", "alder", "is not an e-mail address"},
		{"Joint AI research", "maybe", "answer yes or no"},
		{"Provided by party", "c", "is not a choice"},
		{"Short name", "Our API", "cannot be part of a web address"},
		{"Short name", "livez", "every node uses itself"},
		{"Offered by", "api, phone", "is not a choice"},
		{"Protocol", "soap", "write openai, anthropic, mcp or http"},
		{"Operations", "chat.deletions", "is not an operation"},
		{"Address in test", "alder", "is not a web address"},
		{"Roles:", "signatory, boss", "is not a choice"},
		{"Roles:", "signatory", "needs someone with the role committee"},
		{"Initial term", "two", "write a whole number from 0 to 30"},
		{"Days of notice before", "400", "cannot be given within"},
		{"Share of the revenue", "80", "write it with its sign"},
		{"Share of the revenue", "120%", "is not between 0% and 100%"},
		{"Liability cap", "a lot", "is not a currency"},
		{"Liability cap", "USD 5", "write the amount in EUR"},
		{"Notice of a data breach", "two days", "is not a duration"},
		{"Governing law", "Germany", "is not a country"},
		{"Governing law", "US", "US-NY"},
	} {
		t.Run(tt.question+" "+tt.answer, func(t *testing.T) {
			good := answering(nil).answers[tt.question]
			if len(good) == 0 {
				good = []string{""}
			}
			r := answering(map[string][]string{tt.question: append([]string{tt.answer}, good...)})
			if _, err := r.interview(); err != nil {
				t.Fatalf("%v\n%s", err, r.screen.String())
			}
			screen := r.screen.String()
			if at := strings.Index(screen, tt.question); !strings.Contains(screen[at:], tt.reason) {
				t.Errorf("the screen does not say %q:\n%s", tt.reason, screen[at:min(len(screen), at+400)])
			}
		})
	}
}

// Without a purpose there is no agreement, so the purposes are asked for again.
func TestInterviewNeedsAPurpose(t *testing.T) {
	r := answering(map[string][]string{"Integrate": {"no", "yes"}, "joint AI": {"no"}})
	a, err := r.interview()
	if err != nil || !a.Scope.Purpose.Integrate || strings.Count(r.screen.String(), "Purpose (clause 1.1)") != 2 {
		t.Errorf("got %v, %+v", err, a.Scope.Purpose)
	}
}

// When the answers end before the questions do, there is no agreement.
func TestInterviewWithoutAnswers(t *testing.T) {
	for _, last := range []string{"Partnership number", "Legal name", "Another component", "Courts"} {
		if _, err := answering(map[string][]string{last: {"EOF"}}).interview(); !errors.Is(err, ErrUnanswered) {
			t.Errorf("ending at %q: got %v", last, err)
		}
	}
}

// A form that is filled in asks what the terminal asks, and gives the same agreement.
func TestAFormGivesTheSameAgreement(t *testing.T) {
	_, blank, whole := Fill(nil, interviewDay)
	if whole || len(blank) < 30 {
		t.Fatalf("a form that nobody has filled in is whole: %t, with %d questions", whole, len(blank))
	}
	given := map[string]string{}
	heads := 0
	for _, q := range blank {
		given[q.Path] = q.Answer
		if q.Wrong != "" {
			t.Errorf("%s is wrong before it was answered: %s", q.Path, q.Wrong)
		}
		if q.Heads != "" {
			heads++
		}
	}
	if heads < 8 {
		t.Errorf("%d heads", heads)
	}
	asked := answering(nil)
	for path, question := range map[string]string{"parties.%s.name": "Legal name", "parties.%s.address": "Registered address",
		"parties.%s.contact.name": "First contact: name", "parties.%s.contact.email": "First contact: e-mail"} {
		for i, party := range []string{"a", "b"} {
			given[strings.Replace(path, "%s", party, 1)] = asked.answers[question][i]
		}
	}
	got, _, whole := Fill(given, interviewDay)
	if !whole {
		t.Fatal("it is not whole")
	}
	want, err := asked.interview()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(draft.Write(want)), string(draft.Write(got))); diff != "" {
		t.Errorf("the terminal's agreement and the form's differ (-terminal +form):\n%s", diff)
	}
}

// An answer that will not do is said beside its question, and the questions after it are asked all the same.
func TestAFormSaysWhatIsWrong(t *testing.T) {
	given := map[string]string{"agreement.currency": "Euro", "parties.a.name": "", "scope.purpose.integrate": "no", "scope.purpose.joint_solutions": "no",
		"scope.components[0].methods": "phone", "scope.components[1].another": "yes", "term.initial": "0"}
	_, asked, whole := Fill(given, interviewDay)
	if whole {
		t.Error("it is whole")
	}
	wrong, answers := map[string]string{}, map[string]string{}
	for _, q := range asked {
		if _, twice := answers[q.Path]; twice {
			t.Errorf("%s is asked twice", q.Path)
		}
		wrong[q.Path], answers[q.Path] = q.Wrong, q.Answer
	}
	for path, why := range map[string]string{"agreement.currency": "EUR", "parties.a.name": "an answer is needed here", "scope.purpose.integrate": "at least one of these",
		"scope.components[0].methods": "is not a choice", "general.law.country": "", "term.indefinite_notice": ""} {
		if !strings.Contains(wrong[path], why) || (why == "") != (wrong[path] == "") {
			t.Errorf("%s: %q, want %q", path, wrong[path], why)
		}
	}
	if answers["agreement.currency"] != "Euro" {
		t.Errorf("what was typed is shown as %q", answers["agreement.currency"])
	}
	for path, there := range map[string]bool{"scope.components[2].title": true, "term.renewal": false, "term.indefinite_notice": true} {
		if _, asked := answers[path]; asked != there {
			t.Errorf("%s is asked: %t", path, asked)
		}
	}
}

// What heads questions and what is to be known of an answer are apart, and what has few answers offers them.
func TestAFormSaysWhatBelongsToWhat(t *testing.T) {
	_, asked, _ := Fill(nil, interviewDay)
	of := map[string]Asked{}
	for _, q := range asked {
		of[q.Path] = q
		if strings.HasSuffix(q.Heads, ".") || strings.TrimSpace(q.Heads) != q.Heads {
			t.Errorf("%q is no heading", q.Heads)
		}
	}
	if known := of["sharing.protection.dpa"].Known; !strings.Contains(known, "P-2028-001-DPA, which you have to conclude as well") {
		t.Errorf("of the data processing agreement is known: %q", known)
	}
	for path, offered := range map[string]string{"scope.components[0].provider": "a b", "schedule_a.components[0].protocol": "openai anthropic mcp http", "term.renewal": "yes no", "parties.a.name": ""} {
		if got := strings.Join(of[path].Of, " "); got != offered {
			t.Errorf("%s offers %q, want %q", path, got, offered)
		}
	}
}

// Whatever somebody types, every question is asked once and the interview ends.
func TestAFormAlwaysEnds(t *testing.T) {
	_, blank, _ := Fill(nil, interviewDay)
	for _, typed := range []string{"yes", "no", "0", "b", "\u202e", strings.Repeat("x", 3000), "http", "sdk, api, embedded", "US"} {
		given := map[string]string{}
		for _, q := range blank {
			given[q.Path] = typed
		}
		_, asked, _ := Fill(given, interviewDay)
		seen := map[string]bool{}
		for _, q := range asked {
			if seen[q.Path] {
				t.Errorf("%.10q: %s is asked twice", typed, q.Path)
			}
			seen[q.Path] = true
		}
	}
}

// An agreement that integrates nothing is asked for no component, and checks without one.
func TestNothingIsIntegrated(t *testing.T) {
	a, err := answering(map[string][]string{"Integrate": {"no"}, "Offer joint": {"no"}, "Co-marketing": {"yes"}}).interview()
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Scope.Components) != 0 || len(a.Sharing.Data) != 0 {
		t.Errorf("components %v, data %v", a.Scope.Components, a.Sharing.Data)
	}
	f, _ := source.Read("new.yaml", draft.Write(a))
	for _, l := range f.Lines(f.Check()) {
		if l.Severity != agreement.Note {
			t.Error(l)
		}
	}
}
