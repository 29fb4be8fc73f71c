// Package exclusivity finds where what a company has promised one partner (clause 1.3) meets its agreement
// with another.
//
// It is for the eyes of the company alone, and of those of its people who sit in both agreements: what it
// finds, it finds in texts that they can read, and no partner learns of another. Names and territories are
// compared as they are written; what is exclusive is written for people, so that people decide whether a
// conflict is one.
package exclusivity

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"entente/agreement"
	"entente/articles"
	"entente/articles/scope"
	"entente/calendar"
)

// A Side is a company's side of one of its agreements.
type Side struct {
	ID    agreement.ID
	Party agreement.Party
	State articles.State
}

// A Conflict is a promise in one agreement that another agreement of the same company may break.
type Conflict struct {
	Promise Side // where the company has promised something
	With    Side // the agreement that may break it
	Tier    scope.Tier
	What    string   // what was promised to be exclusive, or to be offered first, as the contract says it
	Days    int      // of a first offer, how long its answer is waited for
	Where   []string // the countries that both agreements have; none where one of them names none
	Named   []string // the components of the other agreement that the promise names as well
	Except  string   // an exception of the promise that names the other agreement or its partner: people see whether it holds
	From    calendar.Date
	Until   calendar.Date // the last day of both; zero if neither has one
	Signed  bool          // both agreements are signed: else it can still be avoided
}

// Find are the conflicts among the sides of one person's companies at an instant, in the order of the sides.
// Sides of different companies are never compared, nor are two agreements with the same partner.
func Find(sides []Side, now time.Time) (all []Conflict) {
	for _, promise := range sides {
		for _, with := range sides {
			if promise.ID == with.ID || !companyOf(promise, promise.Party, now).is(companyOf(with, with.Party, now)) ||
				companyOf(promise, promise.Party.Other(), now).is(companyOf(with, with.Party.Other(), now)) {
				continue
			}
			for _, p := range texts(promise, now) {
				for _, w := range texts(with, now) {
					if c, found := p.meets(w, now); found {
						all = append(all, c)
					}
				}
			}
		}
	}
	return all
}

// A company is who a party is: whoever is registered so or, where a text does not say, named so.
type company struct{ name, registration string }

func companyOf(s Side, p agreement.Party, now time.Time) company {
	zone := s.State.Text().Frame().Zone()
	if t, passed := s.State.General.Successor(p, zone, now); passed {
		return company{plain(t.To.Name), plain(t.To.Registration)}
	}
	terms := s.State.Text().Parties.Of(p)
	return company{plain(terms.Name), plain(terms.Registration)}
}

func (c company) is(other company) bool {
	if c.registration != "" && other.registration != "" {
		return c.registration == other.registration
	}
	return c.name != "" && c.name == other.name
}

// plain is a name without what people write in different ways: capitals, spaces and punctuation.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// A reading is one text of a side: the one that binds, or one that can still be signed.
type reading struct {
	Side
	text   *articles.Agreement
	signed bool
	until  calendar.Date // the first day on which the agreement has ended; zero while no end is set
}

// texts are the readings of a side that count: none once the agreement has ended.
func texts(s Side, now time.Time) (all []reading) {
	v, ok := s.State.Life.Current()
	if !ok {
		return nil
	}
	zone := s.State.Text().Frame().Zone()
	var until calendar.Date
	if e := s.State.Ending(); e != nil {
		if until = calendar.DateOf(e.Ends.In(zone)); !now.Before(e.Ends) {
			return nil
		}
	}
	if v.Signed() || v.Open(now) {
		all = append(all, reading{s, s.State.Text(), v.Signed(), until})
	}
	if latest, _ := s.State.Life.Latest(); latest.Number != v.Number && latest.Open(now) && latest.Number <= len(s.State.Texts) {
		all = append(all, reading{s, s.State.Texts[latest.Number-1], false, until})
	}
	return all
}

// meets reports whether the promise of a reading meets another agreement, and where.
func (p reading) meets(w reading, now time.Time) (Conflict, bool) {
	t := p.text.Scope
	_, old := w.State.Life.LastSigned() // what is signed already needs no first offer
	c := Conflict{Promise: p.Side, With: w.Side, Tier: t.Tier, Signed: p.signed && w.signed, From: later(p.text.Frame().Effective(), w.text.Frame().Effective()), Until: earlier(p.until, w.until)}
	switch {
	case t.Tier == scope.ExclusiveTier && t.Exclusive != nil && t.Exclusive.By.Includes(p.Party):
		e := *t.Exclusive
		c.What, c.Until = e.Scope, earlier(c.Until, e.Ends(p.text.Frame().Effective()))
		if !c.shares(e, w) {
			return c, false
		}
		c.Named, c.Except = named(e, w), exception(e, w)
	case t.Tier == scope.PreferredTier && t.Preferred != nil && t.Preferred.By.Includes(p.Party) && t.Preferred.FirstOfferDays > 0 && !old:
		c.What, c.Days = t.Preferred.FirstOfferFor, t.Preferred.FirstOfferDays
	default:
		return c, false
	}
	if c.Until.IsZero() {
		return c, true
	}
	today := calendar.DateOf(now.In(p.text.Frame().Zone()))
	if !c.From.Before(c.Until) || !today.Before(c.Until) {
		return c, false
	}
	c.Until = c.Until.AddDays(-1)
	return c, true
}

// shares reports whether a promise and another agreement have a territory in common, and notes which. What
// names no countries is everywhere.
func (c *Conflict) shares(e scope.Exclusive, w reading) bool {
	var theirs []scope.Country
	if x := w.text.Scope.Exclusive; w.text.Scope.Tier == scope.ExclusiveTier && x != nil {
		theirs = x.Countries
	}
	if len(e.Countries) == 0 || len(theirs) == 0 {
		return true
	}
	for _, country := range e.Countries {
		if slices.Contains(theirs, country) {
			c.Where = append(c.Where, string(country))
		}
	}
	return len(c.Where) > 0
}

// exception is what a promise says it does not touch, where that names an agreement by its number or its partner
// by the whole name; empty if nothing does. It hides no conflict: the partner chose those names.
func exception(e scope.Exclusive, w reading) string {
	for _, one := range e.Excepted {
		for _, name := range []string{w.text.Agreement.Number, w.text.Parties.Of(w.Party.Other()).Name} {
			if name = plain(name); name != "" && strings.Contains(plain(one), name) {
				return one
			}
		}
	}
	return ""
}

// named are the components of an agreement that a promise has by the same name.
func named(e scope.Exclusive, w reading) (all []string) {
	for _, component := range w.text.Scope.Components {
		if slices.ContainsFunc(e.Components, func(name string) bool { return plain(name) == plain(component.Name) }) {
			all = append(all, component.Name)
		}
	}
	return all
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// earlier is the earlier of two days, of which either may be missing.
func earlier(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
