package console

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/ledger"
)

// says is an entry in a sentence. An entry of an unknown type says its type.
func (v *visit) says(e ledger.Entry) string {
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
	for _, say := range []func(any) string{v.saysOfLife, v.saysOfMilestones, v.saysOfKeys, v.saysOfTerm} {
		if text := say(event); text != "" {
			return text
		}
	}
	return e.Type
}

func (v *visit) saysOfLife(event any) string {
	switch e := event.(type) {
	case agreement.Proposed:
		return fmt.Sprintf("Version %d was proposed, to be in force from %s", e.Version, v.date(e.Effective))
	case agreement.Signed:
		return fmt.Sprintf("%s signed version %d", e.Party.Label(), e.Version)
	case agreement.EnteredIntoForce:
		return fmt.Sprintf("Version %d entered into force", e.Version)
	}
	return ""
}

func (v *visit) saysOfMilestones(event any) string {
	title := func(id string) string {
		if r, ok := v.view.State.Text().Integration.Requirement(id); ok {
			return "“" + r.Title + "”"
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
	case integration.ProductionOpened:
		return "Production opened"
	case integration.ProductionClosed:
		return fmt.Sprintf("Production closed with the requirement %s", title(e.Milestone))
	}
	return ""
}

func (v *visit) saysOfKeys(event any) string {
	switch e := event.(type) {
	case integration.KeyIssued:
		return fmt.Sprintf("%s issued key %s for %s in %s, for %s with %s data", e.Party.Label(), e.ID, e.Component, e.Environment, e.Purpose, e.Class)
	case integration.KeyRevoked:
		return fmt.Sprintf("%s revoked key %s%s", e.Party.Label(), e.ID, because(e.Reason))
	}
	return ""
}

func (v *visit) saysOfTerm(event any) string {
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
		return fmt.Sprintf("Notice of breach to %s, to be cured by %s: %s", e.Accused.Label(), v.date(e.CureBy), e.What)
	case term.BreachCured:
		return "A breach was recorded as cured"
	case term.TerminationNoticed:
		return fmt.Sprintf("%s gave notice of termination; the last day is %s%s", e.Party.Label(), v.date(e.Ends.Add(-1)), because(e.Reason))
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

// A deed is something that the visitor has just done, as the ledger has it.
type deed struct {
	Position int64
	Clause   agreement.Clause
	Says     string
}

// recent is how long a page says that something has just been done.
const recent = 10 * time.Minute

// deeds are the entries of the act that the page's address names, if it is the visitor's own and
// recent: what is said comes from the ledger and never from the address.
func (c *Console) deeds(r *http.Request, v *visit) ([]deed, error) {
	n, err := strconv.ParseInt(r.URL.Query().Get("entry"), 10, 64)
	if err != nil || n < 0 || n >= v.view.Size {
		return nil, nil
	}
	leaves, err := c.Source(r.Context(), v.ID()).Leaves(n, min(n+5, v.view.Size))
	if err != nil {
		return nil, fmt.Errorf("reading entry %d of %s: %w", n, v.ID(), err)
	}
	var all []deed
	key := ""
	for i, leaf := range leaves {
		s, err := ledger.Open(leaf)
		if err != nil {
			return nil, fmt.Errorf("reading entry %d of %s: %w", n+int64(i), v.ID(), err)
		}
		e := s.Entry
		if i == 0 {
			key = e.Key
			if key == "" || e.Actor != v.caller.Actor.ID || v.now.Sub(e.Time) > recent {
				return nil, nil
			}
		}
		if e.Key != key {
			break
		}
		all = append(all, deed{n + int64(i), agreement.Clause(e.Clause), v.says(e)})
	}
	return all, nil
}
