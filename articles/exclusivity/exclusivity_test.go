package exclusivity

import (
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/general"
	"entente/articles/scope"
	"entente/articles/term"
	"entente/calendar"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	now   = time.Date(2026, 11, 23, 13, 30, 0, 0, time.UTC)
	today = calendar.DateOf(now)
)

var example = draft.Example(today)

// plainly is the example without any promise of clause 1.3, from today.
func plainly() articles.Agreement {
	a := example
	a.Agreement.Effective, a.Scope.Tier, a.Scope.Preferred = today, scope.NonExclusive, nil
	return a
}

// between is an agreement between Calluna, which is Party A, and a partner.
func between(id agreement.ID, partner string, change func(*articles.Agreement)) Side {
	a := plainly()
	a.Agreement.Number, a.Parties.B.Name, a.Parties.B.ShortName, a.Parties.B.Registration = string(id), partner, "", ""
	if change != nil {
		change(&a)
	}
	return Side{ID: id, Party: agreement.A, State: signed(a)}
}

// signed is the state of an agreement that both have signed and that is in force.
func signed(all ...articles.Agreement) (s articles.State) {
	for i := range all {
		s.Texts = append(s.Texts, &all[i])
		s.Life.Versions = append(s.Life.Versions, agreement.Version{Number: i + 1})
	}
	s.Life.Versions[0].Signatures = []agreement.Signature{{Party: "a", At: now}, {Party: "b", At: now}}
	s.Life.Versions[0].Effective = now
	s.Life.InForce = 1
	return s
}

// exclusive binds Calluna to the partner in search products in two countries, for two years.
func exclusive(change func(*scope.Exclusive)) func(*articles.Agreement) {
	return func(a *articles.Agreement) {
		e := scope.Exclusive{By: "a", Scope: "summaries in search products", Territory: "Germany and Ireland", Countries: []scope.Country{"DE", "IE"}, Duration: calendar.Duration{Years: 2}}
		if change != nil {
			change(&e)
		}
		a.Scope.Tier, a.Scope.Exclusive = scope.ExclusiveTier, &e
	}
}

// unsigned is a side whose agreement is proposed only.
func unsigned(s Side) Side {
	s.State.Life.Versions = []agreement.Version{{Number: 1}}
	s.State.Life.InForce = 0
	return s
}

func TestFind(t *testing.T) {
	end := today.AddMonths(24).AddDays(-1)
	found := Conflict{Tier: scope.ExclusiveTier, What: "summaries in search products", From: today, Until: end, Signed: true}
	promise := between("agr_1", "Tidewater", exclusive(nil))
	another := between("agr_2", "Harbour", nil)
	for _, tt := range []struct {
		name   string
		sides  []Side
		change func(*Conflict) // nil: none is found
	}{
		{"a promise to one partner meets another partner", []Side{promise, another}, func(*Conflict) {}},
		{"one agreement alone", []Side{promise}, nil},
		{"nobody has promised anything", []Side{between("agr_1", "Tidewater", nil), another}, nil},
		{"the partner has promised it", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.By = "b" })), another}, nil},
		{"both have", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.By = "both" })), another}, func(*Conflict) {}},
		{"the same partner under another number", []Side{promise, between("agr_2", "TIDE-WATER", nil)}, nil},
		{"another company of the same person", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) { a.Parties.A.Name, a.Parties.A.Registration = "Heather Ltd", "1" })}, nil},
		{"two companies of one name", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) { a.Parties.A.Registration = "HRB 1, Husum" })}, nil},
		{"the company is not said to be registered there", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) { a.Parties.A.Registration = "" })}, func(*Conflict) {}},
		{"its name is written in another way", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) {
			a.Parties.A.Name, a.Parties.A.Registration = "calluna  TEXT gmbh.", ""
		})}, func(*Conflict) {}},
		{"another country is exclusive to the other partner", []Side{promise, between("agr_2", "Harbour", exclusive(func(e *scope.Exclusive) { e.By, e.Countries = "b", []scope.Country{"FR"} }))}, nil},
		{"one country of both", []Side{promise, between("agr_2", "Harbour", exclusive(func(e *scope.Exclusive) { e.By, e.Countries = "b", []scope.Country{"FR", "IE"} }))}, func(c *Conflict) { c.Where = []string{"IE"} }},
		{"a territory without countries is everywhere", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.Countries = nil })), another}, func(*Conflict) {}},
		{"a component of the same name", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.Components = []string{"summarise"} })), another}, func(c *Conflict) { c.Named = []string{"summarise"} }},
		{"an exception that names the partner is shown", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.Excepted = []string{"the contract with Harbour"} })), another}, func(c *Conflict) { c.Except = "the contract with Harbour" }},
		{"the exclusivity is over", []Side{between("agr_1", "Tidewater", exclusive(func(e *scope.Exclusive) { e.Duration = calendar.Duration{} })), another}, nil},
		{"the other begins when it is over", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) { a.Agreement.Effective = end.AddDays(1) })}, nil},
		{"the other begins on its last day", []Side{promise, between("agr_2", "Harbour", func(a *articles.Agreement) { a.Agreement.Effective = end })}, func(c *Conflict) { c.From = end }},
		{"the other is a draft", []Side{promise, unsigned(another)}, func(c *Conflict) { c.Signed = false }},
		{"the promise is a draft", []Side{unsigned(promise), another}, func(c *Conflict) { c.Signed = false }},
		{"the draft was withdrawn", []Side{promise, closed(unsigned(another))}, nil},
		{"the other has ended", []Side{promise, ended(another, now)}, nil},
		{"the promise ends with its agreement", []Side{ended(promise, now.AddDate(0, 1, 0)), another}, func(c *Conflict) { c.Until = calendar.DateOf(now.AddDate(0, 1, -1)) }},
		{"a first offer, before another is signed", []Side{between("agr_1", "Tidewater", preferred), unsigned(another)}, func(c *Conflict) {
			*c = Conflict{Tier: scope.PreferredTier, What: "search projects", Days: 10, From: today}
		}},
		{"a first offer, afterwards", []Side{between("agr_1", "Tidewater", preferred), another}, nil},
		{"the agreement was passed on to another company", []Side{promise, passed(another)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want []Conflict
			if tt.change != nil {
				c := found
				c.Promise, c.With = tt.sides[0], tt.sides[1]
				tt.change(&c)
				c.Promise, c.With = tt.sides[0], tt.sides[1]
				want = []Conflict{c}
			}
			if diff := cmp.Diff(want, Find(tt.sides, now), cmp.Comparer(func(a, b Side) bool { return a.ID == b.ID && a.Party == b.Party })); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func preferred(a *articles.Agreement) {
	a.Scope.Tier = scope.PreferredTier
	a.Scope.Preferred = &scope.Preferred{By: "a", Treatment: "named first", FirstOfferDays: 10, FirstOfferFor: "search projects"}
}

func closed(s Side) Side {
	s.State.Life.Versions[0].Closed = &agreement.Closing{Withdrawn: true}
	return s
}

func ended(s Side, at time.Time) Side {
	s.State.Term.Ending = &term.Ending{Ends: at}
	return s
}

func passed(s Side) Side {
	s.State.General.Transfers = map[string]general.Transfer{"asg_1": {ID: "asg_1", Party: "a", To: general.Assignee{Name: "Heather Ltd"}, On: today.AddDays(-9), Requested: now.AddDate(0, 0, -20)}}
	return s
}

// An amendment that would bind is found before it is signed, beside what binds already.
func TestAnAmendmentIsFoundBeforeItIsSigned(t *testing.T) {
	old, amended := plainly(), plainly()
	exclusive(nil)(&amended)
	promise := Side{ID: "agr_1", Party: agreement.A, State: signed(old, amended)}
	all := Find([]Side{promise, between("agr_2", "Harbour", nil)}, now)
	if len(all) != 1 || all[0].Signed || all[0].Promise.ID != "agr_1" {
		t.Errorf("found %+v", all)
	}
}

// Whatever is agreed, sides of different companies never meet: nobody learns of one company in another's name.
func TestDifferentCompaniesNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sides []Side
		for i, name := range []string{"Ash", "Birch", "Cedar"} {
			s := between(agreement.ID("agr_"+name), rapid.SampledFrom([]string{"Tidewater", "Harbour"}).Draw(t, "partner"), func(a *articles.Agreement) {
				exclusive(func(e *scope.Exclusive) {
					e.By = rapid.SampledFrom([]agreement.Responsible{"a", "b", "both"}).Draw(t, "by")
				})(a)
				a.Parties.A.Name, a.Parties.A.Registration = name, string(rune('1'+i))
			})
			sides = append(sides, s)
		}
		if all := Find(sides, now); len(all) > 0 {
			t.Fatalf("found %+v", all)
		}
	})
}
