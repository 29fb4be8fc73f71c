package contract

import (
	"strings"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/form"
	"entente/articles/talks"
	"entente/calendar"
	"entente/console/amending"
	"entente/console/frame"
	"entente/console/record"
)

// A panel is what stands under a clause that is shown alone: what it means here, what is due, what has
// happened, what it said when, and what the parties say of it.
type panel struct {
	Clause   agreement.Clause
	Terms    []term
	Due      []frame.Due
	Evidence []record.Line
	Entries  int // under the clause, in all
	History  []edition
	Talk     []thread
	Settled  int // comments that were settled before those of Talk
	Beside   *amending.Beside
	Notepad  *notepad
	Zone     *time.Location
}

// A term is what the parties have filled in, and what it means.
type term struct{ Path, Value, About string }

// An edition is a version in which the clause said something else than before.
type edition struct {
	Version     int
	From, Until string // in words; Until is empty while it applies
	Applies     bool   // at some time
	First       bool
	Changes     []changes.Change
}

// A thread is a comment on the clause with its replies.
type thread struct {
	Resolved bool
	Remarks  []remark
}

type remark struct{ Name, Party, On, Text string }

// fewEntries is how many entries a panel lists.
const fewEntries = 10

// panel is the panel of a clause of the text that binds.
func (d *Desk) panel(v *frame.Visit, reader *record.Reader, clause agreement.Clause) (*panel, error) {
	p := &panel{Clause: clause, Zone: v.Zone}
	p.Terms = termsOf(*v.View.State.Text(), clause)
	for _, one := range v.Deadlines() {
		if one.Clause == clause {
			p.Due = append(p.Due, one)
		}
	}
	var err error
	if p.Evidence, p.Entries, err = reader.Under(clause, fewEntries); err != nil {
		return nil, err
	}
	for i, c := range talks.About(talks.History(v.View.State), clause) {
		e := edition{Version: c.Version.Number, From: v.Date(c.From), Applies: c.Applies(), First: i == 0}
		if !c.Until.IsZero() {
			e.Until = v.Date(c.Until.Add(-1))
		}
		if !e.First {
			e.Changes = c.Changes
		}
		p.History = append(p.History, e)
	}
	said, more := v.Talk(func(t agreement.Thread) bool { return t.Clause == clause })
	for _, t := range said {
		p.Talk = append(p.Talk, threadOf(v, t))
	}
	p.Settled = more
	return p, nil
}

// termsOf are the terms of a clause. The rows of a table are told by their names: the text has them whole.
func termsOf(a articles.Agreement, clause agreement.Clause) []term {
	var all []term
	for _, c := range changes.Between(articles.Agreement{}, a) {
		if c.Clause != clause {
			continue
		}
		path, row, isRow := strings.Cut(strings.TrimSuffix(c.Path, "]"), "[")
		if !isRow || !strings.HasSuffix(c.Path, "]") {
			value := c.New
			if d, err := calendar.ParseDuration(value); err == nil {
				value = d.Words()
			}
			all = append(all, term{c.Path, value, form.Describe(c.Path)})
			continue
		}
		if n := len(all); n > 0 && all[n-1].Path == path {
			all[n-1].Value += ", " + row
			continue
		}
		all = append(all, term{path, row, form.Describe(path)})
	}
	return all
}

func threadOf(v *frame.Visit, t agreement.Thread) thread {
	one := thread{Resolved: t.Settled()}
	for _, r := range t.Remarks {
		one.Remarks = append(one.Remarks, remark{v.PersonName(r.By), r.Party.Label(), v.Date(r.At), r.Text})
	}
	return one
}

// More reports whether there are entries that the panel does not list.
func (p *panel) More() bool { return p.Entries > len(p.Evidence) }
