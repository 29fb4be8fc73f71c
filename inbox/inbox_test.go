package inbox_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/audience"
	"entente/articles/term"
	"entente/inbox"

	"github.com/google/go-cmp/cmp"
)

const hour, day = time.Hour, 24 * time.Hour

// Whose matter it is hears of it, by role and party; who acted does not, and nobody else does.
func TestTheRightPersonIsTold(t *testing.T) {
	h := newHouse(t)
	h.tell()
	proposed := "0 ask Version 1 was proposed, to be in force from 24 October 2026"
	for _, person := range []string{"mara-voss", "tobias-reuter", "aoife-kearney", "conor-whelan"} {
		if diff := cmp.Diff([]string{proposed}, h.heard(person)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", person, diff)
		}
	}
	for _, person := range []string{"jonas-lindqvist", "declan-moran", "finn-petersen", "nele-brandt"} {
		if got := h.heard(person); got != nil {
			t.Errorf("%s was told %v", person, got)
		}
	}
	h.sign(agreement.A)
	h.tell()
	if got := h.heard("conor-whelan"); len(got) != 2 || got[0] != "0 ask Party A signed version 1" {
		t.Errorf("the other party heard of the signature: %v", got)
	}
	if got := h.heard("mara-voss"); len(got) != 1 {
		t.Errorf("who signed was told of it: %v", got)
	}
}

// What waited for a signature before somebody was let sign is told to them too, in their letter as on their page, and once.
func TestWhoSignsLaterHearsWhatWaits(t *testing.T) {
	h := newHouse(t)
	h.tell()
	mara, finn := h.actor(agreement.A, agreement.Signatory), h.member("finn-petersen")
	if got := h.heard("finn-petersen"); got != nil {
		t.Fatalf("finance was told %v", got)
	}
	h.pass(2 * day)
	h.do(mara, agreement.DelegateSigning{ID: "dlg_1", Party: agreement.A, By: mara.ID, To: finn.ID, Reason: "travel", Until: start.Add(10 * day)})
	for range 3 {
		h.tell()
	}
	want := []string{
		"0 ask Version 1 was proposed, to be in force from 24 October 2026",
		"0 news You may sign for a signatory of Party A until 3 December 2026: travel",
	}
	if diff := cmp.Diff(want, h.heard("finn-petersen")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	told := 0
	for _, l := range h.letters("finn-petersen") {
		told += strings.Count(l.text, "Version 1 was proposed")
	}
	if told != 1 {
		t.Errorf("the letters tell of the version %d times", told)
	}
	if got := h.heard("nele-brandt"); got != nil {
		t.Errorf("somebody who may not sign was told %v", got)
	}
}

// Who is let to sign for a signatory hears that they are, and of what waits for a signature from then on, until it is
// taken back; of what concerns signatories otherwise they hear nothing.
func TestWhoSignsForASignatoryIsTold(t *testing.T) {
	h := newHouse(t)
	mara, finn := h.actor(agreement.A, agreement.Signatory), h.member("finn-petersen")
	h.do(mara, agreement.DelegateSigning{ID: "dlg_1", Party: agreement.A, By: mara.ID, To: finn.ID, Reason: "travel", Until: start.Add(10 * day)})
	h.tell()
	while := []string{
		"0 ask Version 1 was proposed, to be in force from 24 October 2026",
		"0 news You may sign for a signatory of Party A until 3 December 2026: travel",
	}
	if diff := cmp.Diff(while, h.heard("finn-petersen")); diff != "" {
		t.Errorf("while they may sign (-want +got):\n%s", diff)
	}
	if n := len(h.letters("finn-petersen")); n == 0 {
		t.Error("no letter came")
	}
	for _, person := range []string{"nele-brandt", "declan-moran"} {
		if got := h.heard(person); got != nil {
			t.Errorf("%s was told %v", person, got)
		}
	}
	h.do(mara, agreement.EndDelegation{ID: "dlg_1", Party: agreement.A, By: mara.ID})
	h.tell()
	h.sign(agreement.B)
	h.tell()
	after := slices.Insert(while, 1, "0 news Party A took a delegation of signing back")
	if diff := cmp.Diff(after, h.heard("finn-petersen")); diff != "" {
		t.Errorf("when it was taken back (-want +got):\n%s", diff)
	}
	if got := h.heard("tobias-reuter"); got[0] != "0 ask Party B signed version 1" {
		t.Errorf("counsel heard %v", got)
	}
}

// Once an answer is given, nothing is asked any more.
func TestWhatIsAnsweredIsSettled(t *testing.T) {
	h := newHouse(t)
	h.tell()
	unread := func(person string) int {
		n, err := h.store.Unread(t.Context(), h.id, h.member(person).ID)
		must(t, err)
		return n
	}
	if unread("mara-voss") != 1 || unread("conor-whelan") != 1 {
		t.Fatal("the proposal is not unread")
	}
	h.sign(agreement.A)
	h.tell()
	if n := unread("tobias-reuter"); n != 0 {
		t.Errorf("%d unread after the party signed", n)
	}
	if n := unread("conor-whelan"); n != 2 {
		t.Errorf("the other party has %d unread", n)
	}
}

// What is chosen: at once, with the day, or on the page alone. A notice comes at once, whatever is chosen.
func TestHowOneHears(t *testing.T) {
	h := newHouse(t)
	h.prefer("tobias-reuter", inbox.Preferences{Asks: inbox.Off, Dues: inbox.Off, News: inbox.Off})
	h.prefer("mara-voss", inbox.Preferences{Asks: inbox.Daily, Dues: inbox.Daily, News: inbox.Daily, Hour: 9})
	h.tell()
	if n := len(h.letters("aoife-kearney")); n != 1 {
		t.Errorf("who has chosen nothing was sent %d letters about a proposal", n)
	}
	h.pass(18 * hour) // half past eight in Berlin
	if n := len(h.letters("mara-voss")) + len(h.letters("tobias-reuter")); n != 0 {
		t.Errorf("%d letters before the hour of the day", n)
	}
	h.pass(hour)
	if n := len(h.letters("mara-voss")); n != 1 {
		t.Errorf("%d letters of the day", n)
	}
	h.sign(agreement.A, agreement.B)
	h.do(h.actor(agreement.B, agreement.Legal), term.NotifyBreach{ID: "brc_1", Party: agreement.B, By: h.actor(agreement.B, agreement.Legal).ID, What: "the invoice of October is not paid"})
	h.tell()
	letters := h.letters("tobias-reuter")
	if len(letters) != 1 || !strings.Contains(letters[0].text, "Clause 12.2, Termination for cause.") || !strings.Contains(letters[0].text, "cannot be turned off") {
		t.Fatalf("of the breach counsel was sent %+v", letters)
	}
	if got := letters[0].header.Get("List-Unsubscribe"); got != "<https://node.example/agreements/"+string(h.id)+"/notifications/preferences>" {
		t.Errorf("List-Unsubscribe: %s", got)
	}
}

// A node that was away for a week tells each person once what has gathered, and a clock that jumps back or a node
// that begins again tells nothing twice.
func TestAWeekAwayIsOneLetter(t *testing.T) {
	h := newHouse(t)
	h.sign(agreement.A, agreement.B)
	h.tell()
	h.pass(day)
	before := len(h.letters("jonas-lindqvist"))
	h.pass(12 * day) // several requirements have come nearer, and one is late
	letters := h.letters("jonas-lindqvist")
	if len(letters) != before+1 {
		t.Fatalf("%d letters came after %d", len(letters)-before, before)
	}
	if last := letters[before]; !strings.Contains(last.text, "it is late") || strings.Count(last.text, "By the end of 3 December 2026") != 1 {
		t.Errorf("it says:\n%s", last.text)
	}
	told, sent := len(h.items("jonas-lindqvist")), len(h.letters("jonas-lindqvist"))
	for _, jump := range []time.Duration{-10 * day, 5 * day, 5 * day} {
		h.pass(jump)
	}
	if again, letters := len(h.items("jonas-lindqvist")), len(h.letters("jonas-lindqvist")); again != told || letters != sent {
		t.Errorf("after the jumps %d things are told where %d were, in %d letters instead of %d", again, told, letters, sent)
	}
}

// adding counts the writes of a planner.
type adding struct {
	inbox.PlanStore
	writes int
}

func (a *adding) AddItems(ctx context.Context, id agreement.ID, from, to int64, items []inbox.Item) (int, error) {
	a.writes++
	return a.PlanStore.AddItems(ctx, id, from, to, items)
}

// A look that finds nothing new writes nothing, though warnings are running.
func TestLookingAgainWritesNothing(t *testing.T) {
	h := newHouse(t)
	h.sign(agreement.A, agreement.B)
	h.pass(13 * day)
	store := &adding{PlanStore: h.store}
	h.planner.Store = store
	for _, passed := range []struct {
		what   string
		time   time.Duration
		writes bool
	}{{"nothing has passed", 0, false}, {"the same hour", time.Minute, false}, {"three weeks on", 21 * day, true}, {"and nothing again", 0, false}} {
		store.writes = 0
		h.now = h.now.Add(passed.time)
		must(t, h.planner.Plan(t.Context()))
		if store.writes > 0 != passed.writes {
			t.Errorf("%s: %d writes", passed.what, store.writes)
		}
	}
}

// What is late and unread goes up: to the committee, once. What one of those who keep it has read does not.
func TestWhatNobodyReadsGoesUp(t *testing.T) {
	h := newHouse(t)
	h.sign(agreement.A, agreement.B)
	h.tell()
	h.pass(11 * day) // the tests were to be done by yesterday
	up := func(person string) (n int) {
		for _, i := range h.items(person) {
			if i.Raised() && strings.Contains(i.Cause, "integration-testing") {
				n++
			}
		}
		return n
	}
	if up("mara-voss")+up("aoife-kearney") != 0 {
		t.Fatal("it goes up at once")
	}
	read, err := h.store.ReadItems(t.Context(), h.id, h.member("declan-moran").ID, "", h.now)
	must(t, err)
	if read == 0 {
		t.Fatal("Declan Moran had read everything")
	}
	h.pass(25 * hour)
	if a, b := up("mara-voss"), up("aoife-kearney"); a != 1 || b != 0 {
		t.Errorf("it went up %d times at Party A, where nobody reads, and %d times at Party B", a, b)
	}
	h.pass(day)
	letters := h.letters("mara-voss")
	if last := letters[len(letters)-1]; !strings.Contains(last.text, "Comes to you because nobody to whom it went first has read it") {
		t.Errorf("the letter says:\n%s", last.text)
	}
	h.pass(3 * day)
	if a := up("mara-voss"); a != 1 {
		t.Errorf("it went up %d times", a)
	}
}

// What the parties write reaches no header and becomes no markup.
func TestHostileText(t *testing.T) {
	h := newHouse(t, func(a *articles.Agreement) {
		a.Agreement.Number = "P-1\r\nBcc: eve@evil.example"
		a.Governance.People[0].Name = "<img src=https://evil.example/x>"
	})
	h.sign(agreement.A, agreement.B)
	h.do(h.actor(agreement.B, agreement.Legal), term.NotifyBreach{ID: "brc_1", Party: agreement.B, By: h.actor(agreement.B, agreement.Legal).ID, What: "late\r\nBcc: eve@evil.example\r\n\r\n<script src=//evil.example></script>\u202egnp.exe"})
	h.tell()
	letters := h.letters("mara-voss")
	if len(letters) != 1 {
		t.Fatalf("%d letters; log:\n%s", len(letters), h.log.String())
	}
	l := letters[0]
	if l.header.Get("Bcc") != "" || strings.ContainsAny(l.subject, "\r\n") {
		t.Errorf("the head is %v", l.header)
	}
	for _, bad := range []string{"<img", "<script", "\u202e"} {
		if strings.Contains(l.html, bad) {
			t.Errorf("the letter holds %q:\n%s", bad, l.html)
		}
	}
	for _, far := range []string{"src=\"", "<link", "<style", "@import", "url("} {
		if strings.Contains(l.html, far) {
			t.Errorf("the letter loads something: %q", far)
		}
	}
	if strings.Contains(l.text, "\u202e") || !strings.Contains(l.text, "⟨U+202E⟩") {
		t.Errorf("the plain text hides what reorders it:\n%s", l.text)
	}
}

// A letter says what, by when, under which clause and where, and loads nothing; so does its plain text.
func TestALetterSaysWhatIsNeeded(t *testing.T) {
	h := newHouse(t)
	h.sign(agreement.A, agreement.B)
	h.do(h.actor(agreement.B, agreement.Legal), term.NotifyBreach{ID: "brc_1", Party: agreement.B, By: h.actor(agreement.B, agreement.Legal).ID, What: "no reports"})
	h.tell()
	l := h.letters("tobias-reuter")[0]
	id := ""
	for _, i := range h.items("tobias-reuter") {
		if i.Matter == audience.Notice {
			id = i.ID
		}
	}
	for _, want := range []string{"Notice of breach to Party A, to be cured by", "Cure the breach in time", "Clause 12.2, Termination for cause.", "https://node.example/agreements/" + string(h.id) + "/notifications/" + id} {
		if !strings.Contains(l.html, want) || !strings.Contains(strings.Join(strings.Fields(l.text), " "), want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if !strings.Contains(l.html, `<html lang="en">`) || strings.Count(l.html, "<h1") != 1 {
		t.Errorf("its markup is\n%s", l.html)
	}
}
