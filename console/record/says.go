package record

import (
	"fmt"
	"time"

	"entente/agreement"
	"entente/articles"
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

// says is an entry in a sentence. An entry of an unknown type says its type.
func (r *Reader) says(e ledger.Entry) string {
	switch e.Type {
	case ledger.TypeOpened:
		return "The ledger was opened, and its keys were named"
	case ledger.TypeKeyAdded:
		return partyOf(e.Party) + " named a further signing key"
	case ledger.TypeKeyRevoked:
		return partyOf(e.Party) + " gave up a signing key"
	}
	event, err := articles.ReadEvent(e.Type, e.Body)
	if err != nil || event == nil {
		return e.Type
	}
	for _, say := range []func(any) string{r.saysOfLife, r.saysOfOffer, r.saysOfMilestones, r.saysOfKeys, r.saysOfService, r.saysOfTerm} {
		if text := say(event); text != "" {
			return text
		}
	}
	return e.Type
}

func (r *Reader) saysOfLife(event any) string {
	switch e := event.(type) {
	case agreement.Proposed1:
		return fmt.Sprintf("Version %d was proposed, to be in force from %s", e.Version, r.date(e.Effective))
	case agreement.Proposed:
		said := fmt.Sprintf("Version %d was proposed, to be in force from %s", e.Version, r.date(e.Effective))
		if e.Party != agreement.Host {
			said = fmt.Sprintf("%s proposed version %d, to be in force from %s", e.Party.Label(), e.Version, r.date(e.Effective))
		}
		return said + because(e.Remark)
	case agreement.Signed:
		return fmt.Sprintf("%s signed version %d", e.Party.Label(), e.Version)
	case agreement.EnteredIntoForce:
		return fmt.Sprintf("Version %d entered into force", e.Version)
	}
	return ""
}

func (r *Reader) saysOfOffer(event any) string {
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
		return fmt.Sprintf("%s set %s aside until %s: %s", e.Party.Label(), e.Clause.Cite(), r.date(e.Until.Add(-1)), e.For)
	case general.WaiverEnded:
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
	case agreement.CommentResolved:
		return fmt.Sprintf("%s resolved its comment", e.Party.Label())
	}
	return ""
}

func (r *Reader) saysOfMilestones(event any) string {
	title := func(id string) string {
		if one, ok := r.View.State.Text().Integration.Requirement(id); ok {
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

func (r *Reader) saysOfKeys(event any) string {
	switch e := event.(type) {
	case integration.KeyIssued:
		return fmt.Sprintf("%s issued key %s for %s in %s, for %s with %s data", e.Party.Label(), e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.ClientRegistered1:
		return r.saysOfKeys(integration.ClientRegistered{KeyIssued: e.KeyIssued, Client: integration.Client{Issuer: e.Client.Issuer, ID: e.Client.ID}})
	case integration.ClientRegistered:
		return fmt.Sprintf("%s registered the client %s of %s as %s for %s in %s, for %s with %s data", e.Party.Label(), e.Client.ID, e.Client.Issuer, e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.CertificatePinned:
		return fmt.Sprintf("%s registered the client certificate with the public key %s as %s for %s in %s, for %s with %s data", e.Party.Label(), e.Pin, e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.KeyRevoked:
		return fmt.Sprintf("%s revoked key %s%s", e.Party.Label(), e.ID, because(e.Reason))
	}
	return ""
}

func (r *Reader) saysOfService(event any) string {
	switch e := event.(type) {
	case performance.MaintenanceAnnounced:
		late := ""
		if !e.InTime {
			late = ", without the notice that clause C.3 requires"
		}
		return fmt.Sprintf("%s announced maintenance of %s in %s from %s until %s%s: %s", e.Party.Label(), e.Component, e.Environment, r.minute(e.From), r.minute(e.Until), late, e.What)
	case technical.AnswerDeviated:
		return fmt.Sprintf("%s in %s: an answer on %s names the %s %s, and Schedule A has %s", e.Component, e.Environment, e.Day, e.Kind.Noun(), e.Answered, e.Agreed)
	case performance.WindowMeasured:
		kept := "all service levels were kept"
		if !e.Kept() {
			kept = "service levels were missed"
		}
		return fmt.Sprintf("%s in %s from %s until %s: %s", e.Component, e.Environment, r.date(e.From), r.date(e.To.Add(-1)), kept)
	case performance.CreditComputed:
		amount := "no fees are owed"
		if !e.Amount.IsZero() {
			amount = e.Amount.String()
		}
		if e.TooSmall {
			amount += ", which is too little to be given"
		}
		return fmt.Sprintf("Service credit of %s for %s until %s: availability was %s; %s of the fees, %s", e.Creditor.Label(), e.Component, r.date(e.To.Add(-1)), e.Availability, e.Credit.Words(), amount)
	case performance.LeaveArisen:
		return fmt.Sprintf("%s may terminate: service levels of %s were missed in %d windows", e.Party.Label(), e.Component, len(e.Missed))
	case performance.MaintenanceWithdrawn:
		return "An announcement of maintenance was withdrawn"
	}
	return ""
}

func (r *Reader) saysOfTerm(event any) string {
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
		return fmt.Sprintf("Notice of breach to %s, to be cured by %s: %s", e.Accused.Label(), r.date(e.CureBy), e.What)
	case term.BreachCured:
		return "A breach was recorded as cured"
	case term.ChangeNotified:
		return fmt.Sprintf("%s gave notice of a material change; the parties negotiate until %s: %s", e.Party.Label(), r.date(e.Until), e.What)
	case term.ChangeClosed:
		if e.Agreed {
			return "The parties agreed on a material change"
		}
		return "The parties did not agree on a material change"
	case term.TerminationNoticed:
		return fmt.Sprintf("%s gave notice of termination; the last day is %s%s", e.Party.Label(), r.date(e.Ends.Add(-1)), because(e.Reason))
	case term.CustomersListed:
		return fmt.Sprintf("%d customers that were served before the end were listed, by digest", len(e.Digests))
	case term.StageReached:
		return fmt.Sprintf("The agreement passed into the stage “%s”", e.Stage)
	}
	return ""
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// date is the civil date of an instant in the agreement's zone, in words.
func (r *Reader) date(t time.Time) string { return calendar.DateOf(t.In(r.Zone)).Words() }

// minute is an instant in the agreement's zone, to the minute.
func (r *Reader) minute(t time.Time) string {
	return r.date(t) + ", " + t.In(r.Zone).Format("15:04")
}

// A Deed is something that someone has just done, as the ledger has it.
type Deed struct {
	Position int64
	Clause   agreement.Clause
	Says     string
}

// recent is how long something has just been done.
const recent = 10 * time.Minute

// mostDeeds is how many entries an act can have.
const mostDeeds = 5

// Deeds are the entries of the act that begins at a position, if it is the actor's own and recent.
func (r *Reader) Deeds(n int64, actor string, now time.Time) ([]Deed, error) {
	leaves, err := r.Source.Leaves(n, min(n+mostDeeds, r.View.Size))
	if err != nil {
		return nil, fmt.Errorf("reading entry %d of %s: %w", n, r.View.State.ID, err)
	}
	var all []Deed
	key := ""
	for i, leaf := range leaves {
		s, err := ledger.Open(leaf)
		if err != nil {
			return nil, fmt.Errorf("reading entry %d of %s: %w", n+int64(i), r.View.State.ID, err)
		}
		e := s.Entry
		if i == 0 {
			key = e.Key
			if key == "" || e.Actor != actor || now.Sub(e.Time) > recent {
				return nil, nil
			}
		}
		if e.Key != key {
			break
		}
		all = append(all, Deed{n + int64(i), agreement.Clause(e.Clause), r.says(e)})
	}
	return all, nil
}
