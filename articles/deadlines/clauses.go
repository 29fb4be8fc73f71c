package deadlines

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles/talks"
	"entente/calendar"
)

// offer is by when a proposal is to be answered, and when it lapses.
func (l *list) offer() {
	v, ok := l.Life.Latest()
	if !ok || !v.Open(l.now) {
		return
	}
	t := talks.Of(l.State, l.now)
	d := Deadline{Clause: "13.5", Owes: agreement.BothParties, Role: agreement.Signatory, Begun: v.Proposed}
	if len(t.Turn) == 1 {
		d.Owes = agreement.Responsible(t.Turn[0])
	}
	if d.ID, d.What = fmt.Sprintf("answer/%d", v.Number), fmt.Sprintf("Version %d is to be answered", v.Number); !t.AnswerBy.IsZero() {
		l.ends(l.until(d, t.AnswerBy))
	}
	if d.ID, d.What = fmt.Sprintf("sign/%d", v.Number), fmt.Sprintf("Version %d is to be signed by both, so long before it takes effect", v.Number); !t.SignBy.IsZero() {
		l.ends(l.until(d, t.SignBy))
	}
	if d.ID, d.What = fmt.Sprintf("offer/%d", v.Number), fmt.Sprintf("Version %d lapses unless both have signed it", v.Number); !v.Expires.IsZero() {
		l.ends(l.until(d, v.Expires))
	}
}

func (l *list) milestones() {
	for _, r := range l.text.Integration.Requirements {
		if r.Due.IsZero() {
			continue
		}
		done := !l.Integration.Milestones[r.ID].Completed.IsZero()
		l.owe(l.by(Deadline{ID: "milestone/" + r.ID, Clause: "2.2", What: "“" + r.Title + "” is to be complete", Owes: r.Owner(), Role: agreement.Technical}, r.Due), done)
	}
}

func (l *list) certificates() {
	for _, h := range l.Compliance.Held(l.text.ScheduleB, l.zone) {
		if h.ValidUntil.IsZero() {
			continue
		}
		d := Deadline{ID: "certificate/" + h.Key(), Clause: "8.2", What: "A new certificate of " + h.Name + " is to be shown", Owes: agreement.Responsible(h.Party), Role: agreement.Security}
		l.owe(l.by(d, h.ValidUntil), false)
		if !h.Closes.IsZero() && !l.now.Before(h.ValidUntil.AddDays(1).In(l.zone)) {
			d.ID, d.What = "grace/"+h.Key(), "Production of "+h.Party.Label()+"’s components closes without a new certificate of "+h.Name
			l.ends(l.until(d, h.Closes))
		}
	}
}

func (l *list) keys() {
	for _, k := range l.Keys() {
		if k.Live(l.now) {
			l.ends(l.until(Deadline{ID: "key/" + k.ID, Clause: "B", What: fmt.Sprintf("%s for %s in %s expires; another is to take its place", k.ID, k.Component, k.Environment),
				Owes: agreement.Responsible(k.Party), Role: agreement.Technical, Begun: k.Issued}, k.Expires))
		}
	}
}

// on is the civil date of an instant, in words.
func (l *list) on(at time.Time) string { return calendar.DateOf(at.In(l.zone)).Words() }

// notices are the clocks of clause 12.2 and the rights of clause C.5.
func (l *list) notices() {
	for _, id := range slices.Sorted(maps.Keys(l.Term.Breaches)) {
		b := l.Term.Breaches[id]
		l.owe(l.until(Deadline{ID: "breach/" + id, Clause: "12.2", What: "The material breach that was notified on " + l.on(b.Notified) + " is to be cured", Owes: agreement.Responsible(b.Accused), Role: agreement.Legal, Begun: b.Notified},
			b.CureBy), !b.Cured.IsZero())
	}
	for _, id := range slices.Sorted(maps.Keys(l.Term.Changes)) {
		if c := l.Term.Changes[id]; c.Closed.IsZero() {
			l.ends(l.until(Deadline{ID: "change/" + id, Clause: "12.2", What: "The parties negotiate about the material change that was notified on " + l.on(c.Notified), Owes: agreement.BothParties, Role: agreement.Legal, Begun: c.Notified}, c.Until))
		}
	}
	for _, right := range l.Performance.Rights(l.now) {
		if !right.Until.IsZero() {
			l.ends(l.until(Deadline{ID: "leave/" + right.Component, Clause: "C", What: fmt.Sprintf("%s may terminate for missed service levels of %s", right.Party.Label(), right.Component),
				Owes: agreement.Responsible(right.Party), Role: agreement.Signatory}, right.Until))
		}
	}
}

// term is how long the agreement runs and what follows its end.
func (l *list) term() {
	d := Deadline{Owes: agreement.BothParties, Role: agreement.Signatory}
	if e := l.Ending(); e != nil {
		d.ID, d.Clause, d.What = "term/end", "12.1", "The agreement ends"
		l.ends(l.until(d, e.Ends))
		d.ID, d.Clause, d.What = "term/transition", "12.3", "The transition ends"
		if e.TransitionEnd.After(e.Ends) {
			l.ends(l.until(d, e.TransitionEnd))
		}
		d.ID, d.Clause, d.What = "term/customers", "12.4", "The service of existing customers ends"
		if e.CustomersEnd.After(e.Ends) {
			l.ends(l.until(d, e.CustomersEnd))
		}
		last := calendar.DateOf(e.Ends.Add(-1).In(l.zone))
		d.ID, d.Clause, d.What, d.Role = "term/return", "12.3", "What belongs to the other party is to be returned or destroyed", agreement.Security
		if day := l.text.Term.ReturnBy(last); !day.IsZero() && l.text.Term.Effects.ReturnOrDestroy {
			l.ends(l.by(d, day))
		}
		d.ID, d.Clause, d.What, d.Role = "term/confidential", "11.3", "The duties of confidentiality end", agreement.Legal
		if day := l.text.Confidentiality.LastsUntil(last); day.After(last) {
			l.ends(l.by(d, day))
		}
		return
	}
	effective := l.text.Frame().Effective()
	end, fixed := l.text.Term.Ends(effective)
	if !fixed || l.text.Term.Renewal == nil {
		return
	}
	for n := 1; end.Before(calendar.DateOf(l.now.In(l.zone))); n++ {
		next, ok := l.text.Term.EndsAfter(effective, n)
		if !ok || !end.Before(next) {
			return
		}
		end = next
	}
	d.ID, d.Clause, d.What = "term/notice/"+end.String(), "12.1", "The other party is to have received notice, if the agreement is not to renew after "+end.Words()
	l.ends(l.by(d, l.text.Term.NoticeBy(end)))
	d.ID, d.What = "term/renews/"+end.String(), "The term ends, and renews unless notice was given"
	l.ends(l.by(d, end))
}

// amendments are what is set aside for a time, and what waits for an answer.
func (l *list) amendments() {
	for _, id := range slices.Sorted(maps.Keys(l.General.Waivers)) {
		if w := l.General.Waivers[id]; w.Live(l.now) {
			l.ends(l.until(Deadline{ID: "waiver/" + id, Clause: "13.5", What: "The waiver of " + w.Clause.Cite() + " by " + w.Party.Label() + " ends", Owes: agreement.BothParties, Role: agreement.Signatory, Begun: w.Given}, w.Until))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.General.Transfers)) {
		if t := l.General.Transfers[id]; t.Open() {
			l.owe(l.by(Deadline{ID: "transfer/" + id, Clause: "13.3", What: "The assignment to " + t.To.Name + " is to be consented to or refused", Owes: agreement.Responsible(t.Party.Other()), Role: agreement.Signatory, Begun: t.Requested}, t.On.AddDays(-1)), false)
		}
	}
}

// grants are what a party gives until a day.
func (l *list) grants() {
	for _, c := range l.text.Sharing.Training.Consents {
		if !c.Until.IsZero() {
			l.ends(l.by(Deadline{ID: "consent/" + c.Name, Clause: "3.4", What: "The consent “" + c.Name + "” to training ends", Owes: agreement.BothParties, Role: agreement.Legal}, c.Until))
		}
	}
	for _, c := range l.text.Frame().Components {
		spec, ok := l.text.ScheduleA.Specification(c.Name)
		if last, ends := spec.Supported(); ok && ends {
			l.ends(l.by(Deadline{ID: "support/" + c.Name, Clause: "A", What: "The last supported version of " + c.Title + " ends", Owes: agreement.Responsible(c.Provider), Role: agreement.Technical}, last))
		}
	}
}
