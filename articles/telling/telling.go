// Package telling says in a sentence what an entry of the ledger says: for pages, events, calendars and
// letters, so that the same act reads the same everywhere.
package telling

import (
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/calendar"
	"entente/document"
	"entente/ledger"
)

// A Teller tells the entries of one agreement. Text and Zone are needed.
type Teller struct {
	Text    *articles.Agreement       // the terms that bind, for what entries only name
	Waivers map[string]general.Waiver // likewise, by their ids
	Zone    *time.Location            // on whose clocks times are told
}

// Says is an entry in a sentence, without its full stop. An entry of an unknown type says its type.
func (t Teller) Says(e ledger.Entry) string {
	switch e.Type {
	case ledger.TypeOpened:
		return "The ledger was opened, and its keys were named"
	case ledger.TypeKeyAdded:
		return Party(e.Party) + " named a further signing key"
	case ledger.TypeKeyRevoked:
		return Party(e.Party) + " gave up a signing key"
	}
	event, err := articles.ReadEvent(e.Type, e.Body)
	if err != nil || event == nil {
		return e.Type
	}
	for _, say := range []func(any) string{t.saysOfLife, t.saysOfOffer, t.saysOfMilestones, t.saysOfKeys, t.saysOfService, t.saysOfTerm} {
		if text := say(event); text != "" {
			return text
		}
	}
	return e.Type
}

// SaysTo is what an entry says to a person, by their pseudonymous id, where it is about them; else it is empty.
func (t Teller) SaysTo(person string, event any) string {
	if e, ok := event.(agreement.SigningDelegated); ok && e.To == person {
		return fmt.Sprintf("You may sign for a signatory of %s until %s%s", e.Party.Label(), t.lastDay(e.Until), because(e.Reason))
	}
	return ""
}

func (t Teller) saysOfLife(event any) string {
	switch e := event.(type) {
	case agreement.Proposed1:
		return fmt.Sprintf("Version %d was proposed, to be in force from %s", e.Version, t.date(e.Effective))
	case agreement.Proposed:
		said := fmt.Sprintf("Version %d was proposed, to be in force from %s", e.Version, t.date(e.Effective))
		if e.Party != agreement.Host {
			said = fmt.Sprintf("%s proposed version %d, to be in force from %s", e.Party.Label(), e.Version, t.date(e.Effective))
		}
		return said + because(e.Remark)
	case agreement.Signed:
		return fmt.Sprintf("%s signed version %d", e.Party.Label(), e.Version)
	case agreement.SigningDelegated:
		return fmt.Sprintf("A signatory of %s let somebody sign for them until %s%s", e.Party.Label(), t.lastDay(e.Until), because(e.Reason))
	case agreement.DelegationEnded:
		return fmt.Sprintf("%s took a delegation of signing back", e.Party.Label())
	case agreement.EnteredIntoForce:
		return fmt.Sprintf("Version %d entered into force", e.Version)
	}
	return ""
}

func (t Teller) saysOfOffer(event any) string {
	switch e := event.(type) {
	case agreement.ClausesAnswered:
		var cited []string
		for _, c := range e.Clauses {
			cited = append(cited, c.Cite())
		}
		if e.Accepted {
			return fmt.Sprintf("%s accepted %s of version %d", e.Party.Label(), document.Join(cited), e.Version)
		}
		return fmt.Sprintf("%s rejected %s of version %d%s", e.Party.Label(), document.Join(cited), e.Version, because(e.Reason))
	case agreement.OfferClosed:
		if e.Withdrawn {
			return fmt.Sprintf("%s withdrew version %d%s", e.Party.Label(), e.Version, because(e.Reason))
		}
		return fmt.Sprintf("%s declined version %d%s", e.Party.Label(), e.Version, because(e.Reason))
	case agreement.Commented:
		return fmt.Sprintf("%s commented on %s: %s", e.Party.Label(), e.Clause.Cite(), e.Text)
	case general.Waived:
		return fmt.Sprintf("%s set %s aside until %s: %s", e.Party.Label(), e.Clause.Cite(), t.lastDay(e.Until), e.For)
	case general.WaiverEnded:
		if w, known := t.Waivers[e.ID]; known {
			return fmt.Sprintf("%s ended its waiver of %s", e.Party.Label(), w.Clause.Cite())
		}
		return fmt.Sprintf("%s ended a waiver", e.Party.Label())
	case general.LetterGiven:
		return fmt.Sprintf("%s gave a side letter: %s", e.Party.Label(), e.Title)
	case general.TransferRequested:
		if e.Consent {
			return fmt.Sprintf("%s asked for the consent to assign the agreement to %s from %s", e.Party.Label(), e.To.Name, e.On.Words())
		}
		return fmt.Sprintf("%s assigned the agreement to %s from %s", e.Party.Label(), e.To.Name, e.On.Words())
	case general.TransferConsented:
		return fmt.Sprintf("%s consented to an assignment", e.Party.Label())
	case general.TransferRefused:
		return fmt.Sprintf("%s refused an assignment: %s", e.Party.Label(), e.Reason)
	case general.TransferWithdrawn:
		return fmt.Sprintf("%s withdrew its assignment", e.Party.Label())
	case agreement.PersonErased:
		return fmt.Sprintf("What said who %s of %s is was erased", e.Person, e.Party.Label())
	case agreement.CommentResolved:
		return fmt.Sprintf("%s resolved its comment", e.Party.Label())
	}
	return ""
}

func (t Teller) saysOfMilestones(event any) string {
	title := func(id string) string {
		if one, ok := t.Text.Integration.Requirement(id); ok {
			return "“" + one.Title + "”"
		}
		return id
	}
	switch e := event.(type) {
	case integration.MilestoneConfirmed:
		return fmt.Sprintf("%s confirmed the requirement %s", e.Party.Label(), title(e.Milestone))
	case integration.MilestoneCompleted:
		return fmt.Sprintf("The requirement %s is complete", title(e.Milestone))
	case integration.MilestoneReopened:
		return fmt.Sprintf("%s reopened the requirement %s: %s", e.Party.Label(), title(e.Milestone), e.Reason)
	case compliance.CertificateRecorded:
		return fmt.Sprintf("%s showed its certificate of %s, valid until %s", e.Party.Label(), e.Name, e.ValidUntil.Words())
	case integration.ProductionOpened:
		return "Production opened"
	case integration.ProductionClosed:
		return fmt.Sprintf("Production closed with the requirement %s", title(e.Milestone))
	}
	return ""
}

func (t Teller) saysOfKeys(event any) string {
	switch e := event.(type) {
	case integration.KeyIssued1:
		return fmt.Sprintf("%s issued key %s for %s in %s, for %s with %s data", e.Party.Label(), e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.KeyIssued:
		return fmt.Sprintf("%s issued key %s for %s in %s, for %s with %s data", e.Party.Label(), e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.ClientRegistered1:
		return t.saysOfKeys(integration.ClientRegistered{KeyIssued: e.KeyIssued, Client: integration.Client{Issuer: e.Client.Issuer, ID: e.Client.ID}})
	case integration.ClientRegistered:
		return fmt.Sprintf("%s registered the client %s of %s as %s for %s in %s, for %s with %s data", e.Party.Label(), e.Client.ID, e.Client.Issuer, e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.CertificatePinned:
		return fmt.Sprintf("%s registered the client certificate with the public key %s as %s for %s in %s, for %s with %s data", e.Party.Label(), e.Pin, e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.KeyRevoked:
		return fmt.Sprintf("%s revoked key %s%s", e.Party.Label(), e.ID, because(e.Reason))
	}
	return ""
}

func (t Teller) saysOfService(event any) string {
	switch e := event.(type) {
	case commerce.UsageSealed:
		return fmt.Sprintf("The use of %s in %s from %s until %s was stated: %s", e.Component, e.Environment, t.minute(e.From), t.minute(e.To), calls(e.Records))
	case commerce.DaySealed:
		return fmt.Sprintf("The use of %s in %s on %s was stated: %s", e.Component, e.Environment, e.Day, calls(e.Records))
	case performance.MaintenanceAnnounced:
		late := ""
		if !e.InTime {
			late = ", without the notice that clause C.3 requires"
		}
		return fmt.Sprintf("%s announced maintenance of %s in %s from %s until %s%s: %s", e.Party.Label(), e.Component, e.Environment, t.minute(e.From), t.minute(e.Until), late, e.What)
	case technical.AnswerDeviated:
		return fmt.Sprintf("%s in %s: an answer on %s names the %s %s, and Schedule A has %s", e.Component, e.Environment, e.Day, e.Kind.Noun(), e.Answered, e.Agreed)
	case performance.WindowMeasured:
		kept := "all service levels were kept"
		if !e.Kept() {
			kept = "service levels were missed"
		}
		return fmt.Sprintf("%s in %s from %s until %s: %s", e.Component, e.Environment, t.date(e.From), t.date(e.To.Add(-1)), kept)
	case performance.CreditComputed:
		amount := "no fees are owed"
		if !e.Amount.IsZero() {
			amount = e.Amount.String()
		}
		if e.TooSmall {
			amount += ", which is too little to be given"
		}
		return fmt.Sprintf("Service credit of %s for %s until %s: availability was %s; %s of the fees, %s", e.Creditor.Label(), e.Component, t.date(e.To.Add(-1)), e.Availability, e.Credit.Words(), amount)
	case performance.LeaveArisen:
		return fmt.Sprintf("%s may terminate: service levels of %s were missed in %d windows", e.Party.Label(), e.Component, len(e.Missed))
	case performance.MaintenanceWithdrawn:
		return "An announcement of maintenance was withdrawn"
	}
	return ""
}

func (t Teller) saysOfTerm(event any) string {
	what := func(component string) string {
		if component == "" {
			return "the agreement"
		}
		return component
	}
	switch e := event.(type) {
	case term.SuspensionBegan:
		return fmt.Sprintf("%s suspended %s%s", e.Party.Label(), what(e.Component), because(e.Reason))
	case term.SuspensionLifted:
		return fmt.Sprintf("%s lifted the suspension of %s", e.Party.Label(), what(e.Component))
	case term.BreachNotified:
		return fmt.Sprintf("Notice of breach to %s, to be cured by %s: %s", e.Accused.Label(), t.date(e.CureBy), e.What)
	case term.BreachCured:
		return "A breach was recorded as cured"
	case term.ChangeNotified:
		return fmt.Sprintf("%s gave notice of a material change; the parties negotiate until %s: %s", e.Party.Label(), t.date(e.Until), e.What)
	case term.ChangeClosed:
		if e.Agreed {
			return "The parties agreed on a material change"
		}
		return "The parties did not agree on a material change"
	case term.TerminationNoticed:
		return fmt.Sprintf("%s gave notice of termination; the last day is %s%s", e.Party.Label(), t.date(e.Ends.Add(-1)), because(e.Reason))
	case term.CustomersListed:
		return fmt.Sprintf("%d customers that were served before the end were listed, by digest", len(e.Digests))
	case term.StageReached:
		return fmt.Sprintf("The agreement passed into the stage “%s”", e.Stage)
	}
	return ""
}

func calls(n int64) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// date is the civil date of an instant in the agreement's zone, in words.
func (t Teller) date(at time.Time) string { return calendar.DateOf(at.In(t.Zone)).Words() }

// lastDay is the last day on which something counts that ends at an instant.
func (t Teller) lastDay(end time.Time) string { return t.date(end.Add(-1)) }

// minute is an instant in the agreement's zone, to the minute.
func (t Teller) minute(at time.Time) string {
	return t.date(at) + ", " + at.In(t.Zone).Format("15:04")
}

// Party is how people call a party of the ledger: "Party A", "the host".
func Party(p ledger.Party) string {
	if p == ledger.Host {
		return "the host"
	}
	return agreement.Party(p).Label()
}
