package governance

import (
	"testing"
	"time"

	"entente/articles/roomtest"
)

func TestWordsSayWhatIsChosen(t *testing.T) {
	const indicators = `schedule_g: {indicators: [{name: calls, expression: calls.total, target: ">= 25", cadence: yearly, owner: mara-voss}]}`
	for _, tt := range []struct{ name, patch, want string }{
		{"members of the committee", "{}", "Party A | Mara Voss | Managing Director | mara.voss@calluna.example, +49 431 5550 110 | signatory and steering committee member"},
		{"several roles", "{}", "commercial lead and marketing lead"},
		{"no telephone", "{}", "finn.petersen@calluna.example | finance contact"},
		{"frequency and quorum", "governance: {committee: {meets: every_two_months, quorum: 2}}", "The Parties shall hold a meeting of the committee every two (2) months. The Parties chair the meetings in turn, Party A first. The committee may meet and decide by remote means. It decides only if at least two (2) members of each Party take part."},
		{"one party chairs", "governance: {committee: {chair: b}}", "Party B chairs the meetings."},
		{"no chair", "governance: {committee: {chair: null}}", "The committee chooses who chairs a meeting."},
		{"notice of a meeting", "{}", "at least five (5) Business Days before the meeting."},
		{"who signs", "{}", "A signatory may let another of these people of the same Party sign in the signatory’s place, by an entry in the Record that says until when."},
		{"urgent meetings", "governance: {committee: {urgent_days: 1}}", "the Parties shall hold a meeting within one (1) Business Day of the request."},
		{"responsibilities", "{}", "- the direction and the shared roadmap of the Integrated Solution"},
		{"unanimous", "{}", "Strategic matters | the steering committee | unanimous: all who take part vote for it"},
		{"mutual", "{}", "Technical matters | the technical leads | mutual: at least one for each Party votes for it"},
		{"each its own", "{}", "Pricing | the commercial leads | each Party decides for itself | thirty (30) days"},
		{"another matter", "{}", "Requests for shared engineering time above forty hours | the steering committee"},
		{"contacts decide", "governance: {decisions: [{matter: strategic, decided_by: legal, rule: mutual, expiry: P5D}]}", "Strategic matters | the legal contacts |"},
		{"signatories decide", "governance: {decisions: [{matter: strategic, decided_by: signatory, rule: mutual, expiry: P5D}]}", "Strategic matters | the signatories |"},
		{"planning in a month", "{}", "[x] Annual planning. Once a year, in November, the Parties"},
		{"planning in any month", "governance: {reviews: {planning_month: null}}", "[x] Annual planning. Once a year, the Parties"},
		{"no reviews", "governance: {reviews: null}", "[ ] Quarterly reviews. The Parties shall review"},
		{"an indicator", "{}", "lead acceptance | all | leads.accepted / (leads.accepted + leads.rejected) | at least 60 % | each quarter | Róisín Daly"},
		{"an indicator of a component", "{}", "availability of summarising | summarise | availability | at least 99.9 % | each month | Jonas Lindqvist"},
		{"its facts are explained", indicators, "calls.total | calls that were received, refused ones included | number"},
		{"a yearly indicator", indicators, "calls | all | calls.total | at least 25 | each year | Mara Voss"},
		{"no indicators", "schedule_g: null", "The Parties have agreed no key performance indicators."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			roomtest.Says(t, roomtest.Text(with(t, tt.patch).words()), tt.want)
		})
	}
}

func TestDecisionOfAMatter(t *testing.T) {
	terms := with(t, "{}").Governance
	if d, ok := terms.Decision(Marketing); !ok || d.DecidedBy != "marketing" || d.Rule != Mutual {
		t.Errorf("marketing is decided as %+v, %v", d, ok)
	}
	if _, ok := (Terms{}).Decision(Strategic); ok {
		t.Error("no row decides on strategic matters")
	}
}

func TestFrequenciesAndCadencesHaveALength(t *testing.T) {
	for _, f := range Frequency("").Values() {
		if Frequency(f).Every().IsZero() || Frequency(f).words() == "" {
			t.Errorf("%s has no length or words", f)
		}
	}
	for _, c := range Cadence("").Values() {
		if Cadence(c).Every().Shortest() < 28*24*time.Hour || Cadence(c).words() == "" {
			t.Errorf("%s has no length or words", c)
		}
	}
}
