package telling_test

import (
	"encoding/json"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/articles/telling"
	"entente/articles/term"
	"entente/calendar"
	"entente/ledger"
)

// What entries say, in the agreement's own zone; types that nobody knows say their name.
func TestAnEntryInASentence(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: time.November, Day: 23})
	teller := telling.Teller{Text: &text, Zone: text.Frame().Zone()}
	midnight := time.Date(2026, time.December, 5, 23, 0, 0, 0, time.UTC)
	for want, e := range map[string]ledger.Entry{
		"The ledger was opened, and its keys were named": {Type: ledger.TypeOpened},
		"Party A signed version 2":                       entry(t, agreement.Signed{Version: 2, Party: agreement.A}),
		"Notice of breach to Party B, to be cured by 1 January 2027: no payment": entry(t, term.BreachNotified{ID: "brc_1", Accused: agreement.B, What: "no payment",
			CureBy: time.Date(2026, time.December, 31, 23, 30, 0, 0, time.UTC)}),
		"A signatory of Party A let somebody sign for them until 5 December 2026: travel": entry(t, agreement.SigningDelegated{Party: agreement.A, To: "per_1", Reason: "travel", Until: midnight}),
		"sharing.unheard/9": {Type: "sharing.unheard/9"},
	} {
		if got := teller.Says(e); got != want {
			t.Errorf("%s: %q, want %q", e.Type, got, want)
		}
	}
}

// Who is let to sign is told so in a sentence of their own; nobody else is.
func TestWhomAnEntryIsAbout(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: time.November, Day: 23})
	teller := telling.Teller{Text: &text, Zone: text.Frame().Zone()}
	let := agreement.SigningDelegated{Party: agreement.A, By: "per_1", To: "per_2", Reason: "travel", Until: time.Date(2026, time.December, 5, 23, 0, 0, 0, time.UTC)}
	for person, want := range map[string]string{"per_1": "", "per_2": "You may sign for a signatory of Party A until 5 December 2026: travel", "per_3": ""} {
		if got := teller.SaysTo(person, let); got != want {
			t.Errorf("%s is told %q, want %q", person, got, want)
		}
	}
}

// Every type of entry has a sentence of its own: none falls back to its name.
func TestEveryTypeHasASentence(t *testing.T) {
	text := draft.Example(calendar.Date{Year: 2026, Month: time.November, Day: 23})
	teller := telling.Teller{Text: &text, Zone: text.Frame().Zone()}
	for _, name := range articles.Types() {
		if got := teller.Says(ledger.Entry{Type: name, Party: "a", Body: json.RawMessage("{}")}); got == name {
			t.Errorf("%s has no sentence", name)
		}
	}
}

func entry(t *testing.T, event any) ledger.Entry {
	t.Helper()
	name, clause := articles.Name(event)
	body, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Entry{Type: name, Clause: string(clause), Party: "a", Body: body}
}

// Who ends a waiver is told with the clause that is kept again, where the waiver is known.
func TestAnEndedWaiverNamesItsClause(t *testing.T) {
	text := articles.Agreement{}
	teller := telling.Teller{Text: &text, Zone: time.UTC, Waivers: map[string]general.Waiver{"wvr_1": {Clause: "8.2"}}}
	for id, want := range map[string]string{"wvr_1": "Party A ended its waiver of clause 8.2", "wvr_2": "Party A ended a waiver"} {
		body, err := json.Marshal(general.WaiverEnded{ID: id, Party: agreement.A})
		if err != nil {
			t.Fatal(err)
		}
		if got := teller.Says(ledger.Entry{Type: "general.waiver_ended/1", Body: body}); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}
