package articles

import (
	"fmt"
	"slices"
	"time"

	"entente/agreement"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/general"
	"entente/articles/integration"
	"entente/articles/performance"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/calendar"
)

// An Actor is who asks for something under the agreement: a person of a party by pseudonym, or the
// node that hosts the ledger, for the clock.
type Actor struct {
	Party agreement.Party
	ID    string // "per_…", "host"
	Roles []agreement.Role
}

// The host's own actor.
var Clock = Actor{Party: agreement.Host, ID: "host"}

// Decide says what follows from a command: events, or a refusal that names its clause. It does not
// change the state, asks no clock and reads nothing: what it needs is in its arguments.
func Decide(s State, who Actor, command any, now time.Time) ([]any, error) {
	if err := authorise(s, who, command); err != nil {
		return nil, err
	}
	if err := s.succeeded(who, command, now); err != nil {
		return nil, err
	}
	t := s.Text()
	switch c := command.(type) {
	case agreement.Propose:
		return s.decidePropose(c, now)
	case agreement.AnswerClauses:
		return one(s.Life.DecideAnswer(c, now))
	case agreement.Decline:
		return one(s.Life.DecideDecline(c, now))
	case agreement.Withdraw:
		return one(s.Life.DecideWithdraw(c, now))
	case agreement.Comment:
		return one(s.Life.DecideComment(c))
	case agreement.ResolveComment:
		return one(s.Life.DecideResolve(c))
	case agreement.Sign:
		return s.decideSign(c, who, now)
	case agreement.DelegateSigning:
		return one(s.Life.DecideDelegate(c, s.Members, now))
	case agreement.EndDelegation:
		return one(s.Life.DecideEndDelegation(c, now))
	case agreement.EnterIntoForce:
		return one(s.Life.DecideEnter(c, now))
	case agreement.Erase: // the law gives this right at every stage
		return one(agreement.DecideErase(s.Members, c, s.Stage(now) == agreement.Ended))
	case term.StageReached:
		return []any{c}, nil
	case commerce.SealUsage: // also of what was used before the end
		return s.Commerce.DecideSeal(c, now, t.Frame().Zone())
	case commerce.SealDay:
		return s.Commerce.DecideDay(c, now, t.Frame().Zone())
	case performance.CloseWindow: // likewise
		return s.Performance.DecideClose(s.TextAt(c.To.Add(-1)).ScheduleC, c, now, t.Frame().Zone())
	case technical.NoteBreach: // likewise
		return s.Technical.DecideNote(c)
	case term.ListCustomers:
		return s.Term.DecideCustomers(c)
	}
	if err := s.running(command, now); err != nil {
		return nil, err
	}
	switch c := command.(type) {
	case integration.CompleteMilestone:
		return s.Integration.DecideComplete(t.Integration, c)
	case integration.ReopenMilestone:
		return s.Integration.DecideReopen(t.Integration, c)
	case integration.IssueKey:
		return s.Integration.DecideIssue(t.Integration, s.keyFacts(c, now), c, now)
	case integration.RevokeKey:
		return s.Integration.DecideRevoke(c)
	case compliance.RecordCertificate:
		return s.Compliance.DecideCertificate(t.ScheduleB, c, calendar.DateOf(now.In(t.Frame().Zone())))
	case performance.AnnounceMaintenance:
		return s.Performance.DecideAnnounce(t.ScheduleC, t.Frame(), c, now)
	case performance.WithdrawMaintenance:
		return s.Performance.DecideWithdraw(c, now)
	case general.Waive:
		return s.General.DecideWaive(t.Frame(), c, now)
	case general.EndWaiver:
		return s.General.DecideEnd(c, now)
	case general.GiveLetter:
		return s.General.DecideLetter(c)
	case general.Assign:
		return s.General.DecideAssign(t.General, c, s.Members, t.Frame(), now)
	case general.WithdrawTransfer:
		return s.General.DecideWithdrawal(c, now, t.Frame().Zone())
	case general.ConsentTransfer:
		return s.General.DecideConsent(c)
	case general.RefuseTransfer:
		return s.General.DecideRefuse(c)
	case term.Suspend:
		if _, ok := t.Frame().Component(c.Component); c.Component != "" && !ok {
			return nil, agreement.Refuse("suspend", "1.2", "%q is not a component of clause 1.2", c.Component)
		}
		return s.Term.DecideSuspend(c)
	case term.Resume:
		return s.Term.DecideResume(c)
	case term.NotifyBreach:
		return s.Term.DecideBreach(t.Term, c, now, t.Frame().Zone())
	case term.CureBreach:
		return s.Term.DecideCure(c)
	case term.NotifyChange:
		return s.Term.DecideChange(t.Term, c, now, t.Frame().Zone())
	case term.SettleChange:
		return s.Term.DecideSettle(c)
	case term.Terminate:
		if c.Ground == term.ServiceLevels && !s.Performance.MayLeave(c.Party, now) {
			return nil, agreement.Refuse("terminate", "C", "clause C.5 gives %s no right to leave now", c.Party.Label())
		}
		return s.Term.DecideTerminate(t.Term, c, t.Frame().Effective(), now, t.Frame().Zone())
	}
	panic(fmt.Sprintf("articles: %T is not a command", command))
}

// decideSign adds that an amendment is signed in time, and that the version enters into force when the last
// signature comes after its effective date.
func (s State) decideSign(c agreement.Sign, who Actor, now time.Time) ([]any, error) {
	if _, delegated := s.Life.SignsFor(who.ID, s.Members, now); !slices.Contains(who.Roles, agreement.Signatory) && !delegated {
		return nil, agreement.Refuse("sign", "7.1", "the delegation by which you could sign counts no more")
	}
	signed, err := s.Life.DecideSign(c, now)
	if err != nil {
		return nil, err
	}
	latest, _ := s.Life.Latest()
	if c.Custody == agreement.HeldByNode {
		if err := s.Simple(); err != nil {
			return nil, err
		}
	}
	if err := s.inTime("sign the amendment", latest.Effective, now); err != nil {
		return nil, err
	}
	events := []any{signed}
	after := s.Life.Evolve(signed, now)
	if n := after.Ripe(now); n > after.InForce {
		events = append(events, agreement.EnteredIntoForce{Version: n, Manifest: c.Manifest})
	}
	return events, nil
}

// Simple refuses simple electronic signatures of the version last proposed, unless it and the version that both
// parties signed before it allow them: a mailbox, or the node's own keys, cannot bind whom nobody let them bind.
func (s State) Simple() error {
	latest, _ := s.Life.Latest()
	signed, _ := s.Life.LastSigned()
	for _, number := range []int{latest.Number, signed.Number} {
		if number > 0 && !s.Texts[number-1].General.Signatures.Simple {
			return agreement.Refuse("sign", agreement.SignatureBlock, "version %d allows no simple electronic signatures: sign with a passkey, or with a key that you or your party hold", number)
		}
	}
	return nil
}

func one[T any](event T, err error) ([]any, error) {
	if err != nil {
		return nil, err
	}
	return []any{event}, nil
}

// running refuses what can only be done under an agreement that both have signed and that has not
// ended. Milestones and keys may be prepared before the effective date.
func (s State) running(command any, now time.Time) error {
	act := "do this"
	if a, ok := acts[fmt.Sprintf("%T", command)]; ok {
		act = a.verb
	}
	switch stage := s.Stage(now); stage {
	case agreement.Draft, agreement.Negotiation:
		return agreement.Refuse(act, agreement.SignatureBlock, "the agreement is %s: both parties must have signed it", stage)
	case agreement.Ended:
		return agreement.Refuse(act, "12.3", "the agreement has ended")
	}
	return nil
}

// keyFacts gathers what Articles 1, 3 and 4 say about a key.
func (s State) keyFacts(c integration.IssueKey, now time.Time) integration.Facts {
	t := s.Text()
	component, _ := t.Frame().Component(c.Component)
	ok, clause, why := t.Permits(t.SharingAt(now), c.Purpose, c.Class, component.Provider)
	facts := integration.Facts{
		Component: component,
		Licensed:  t.Licenses(component.Provider, now) || now.Before(s.General.SetAside("4.3", c.Component, component.Provider, now)),
		Permitted: ok, Clause: clause, Why: why,
		Accepted: t.ScheduleB.Accepts(c.Component, c.Method()), Rotation: t.ScheduleB.KeyRotation, AtOnce: t.ScheduleB.KeysAtOnce,
	}
	switch s.Stage(now) {
	case agreement.Transition:
		facts.Ended, facts.Winding = s.Ending().Ends, "12.3"
	case agreement.CustomersOnly:
		facts.Ended, facts.Winding = s.Ending().Ends, "12.4"
	}
	return facts
}

// An act is what the agreement lets a role do.
type act struct {
	verb   string
	clause agreement.Clause
	roles  []agreement.Role // any of them; none: the host's clock only
}

// acts is the whole table of authority (clause 7.1): who may do what.
var acts = map[string]act{
	"agreement.Propose":             {"propose a version", "13.5", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"agreement.Sign":                {"sign", agreement.SignatureBlock, []agreement.Role{agreement.Signatory}},
	"agreement.DelegateSigning":     {"delegate signing", agreement.SignatureBlock, []agreement.Role{agreement.Signatory}},
	"agreement.EndDelegation":       {"take the delegation back", agreement.SignatureBlock, []agreement.Role{agreement.Signatory}},
	"agreement.AnswerClauses":       {"answer clauses", "13.5", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"agreement.Decline":             {"decline the version", "13.5", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"agreement.Withdraw":            {"withdraw the version", "13.5", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"agreement.Comment":             {"comment", "13.5", agreement.Roles},
	"agreement.ResolveComment":      {"resolve the comment", "13.5", agreement.Roles},
	"agreement.Erase":               {"erase the person", "7.1", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"agreement.EnterIntoForce":      {"bring the version into force", "12.1", nil},
	"integration.CompleteMilestone": {"complete the milestone", "2.2", []agreement.Role{agreement.Technical}},
	"integration.ReopenMilestone":   {"reopen the milestone", "2.2", []agreement.Role{agreement.Technical}},
	"integration.IssueKey":          {"issue a key", "2.1", []agreement.Role{agreement.Technical}},
	"integration.RevokeKey":         {"revoke the key", "2.1", []agreement.Role{agreement.Technical, agreement.Security}},
	"commerce.SealUsage":            {"state the use", "6.1", nil},
	"commerce.SealDay":              {"state the use", "6.1", nil},
	"compliance.RecordCertificate":  {"record the certificate", "8.2", []agreement.Role{agreement.Security}},
	"general.Waive":                 {"set the clause aside", "13.5", []agreement.Role{agreement.Signatory}},
	"general.EndWaiver":             {"end the waiver", "13.5", []agreement.Role{agreement.Signatory}},
	"general.Assign":                {"assign the agreement", "13.3", []agreement.Role{agreement.Signatory}},
	"general.WithdrawTransfer":      {"withdraw the assignment", "13.3", []agreement.Role{agreement.Signatory}},
	"general.ConsentTransfer":       {"consent to the assignment", "13.3", []agreement.Role{agreement.Signatory}},
	"general.RefuseTransfer":        {"refuse the assignment", "13.3", []agreement.Role{agreement.Signatory}},
	"general.GiveLetter":            {"give the letter", "13.4", []agreement.Role{agreement.Signatory}},
	"term.Suspend":                  {"suspend", "12.2", []agreement.Role{agreement.Signatory, agreement.Security}},
	"term.Resume":                   {"resume", "12.2", []agreement.Role{agreement.Signatory, agreement.Security}},
	"term.NotifyBreach":             {"give notice of breach", "12.2", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"term.CureBreach":               {"record the cure", "12.2", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"term.NotifyChange":             {"give notice of a material change", "12.2", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"term.SettleChange":             {"settle the change", "12.2", []agreement.Role{agreement.Signatory, agreement.Legal}},
	"term.Terminate":                {"terminate", "12.1", []agreement.Role{agreement.Signatory}},
	"term.StageReached":             {"record the stage", "12.3", nil},
	"term.ListCustomers":            {"list customers", "12.4", nil},

	"technical.NoteBreach":            {"note the breach", "A", nil},
	"performance.AnnounceMaintenance": {"announce maintenance", "C", []agreement.Role{agreement.Technical}},
	"performance.CloseWindow":         {"compute the service levels", "C", nil},
	"performance.WithdrawMaintenance": {"withdraw the announcement", "C", []agreement.Role{agreement.Technical}},
}

// authorise refuses an act that the actor's roles do not give. The host may propose on behalf of
// whoever brings the file: a proposal binds no one. It may erase people, because the law can oblige it to.
func authorise(s State, who Actor, command any) error {
	a := acts[fmt.Sprintf("%T", command)]
	if who.Party == agreement.Host {
		switch command.(type) {
		case agreement.Propose, agreement.Erase:
			return nil
		}
		if a.roles == nil {
			return nil
		}
		return agreement.Refuse(a.verb, "7.1", "the node's operator has no role in the agreement")
	}
	if _, signs := command.(agreement.Sign); signs && s.Life.Delegated(who.ID) {
		return nil
	}
	if !slices.ContainsFunc(a.roles, func(r agreement.Role) bool { return slices.Contains(who.Roles, r) }) {
		return agreement.Refuse(a.verb, "7.1", "only the %s of %s may", roleNames(a.roles), who.Party.Label())
	}
	return nil
}

// May reports whether an actor's roles give an act, for pages that show only what can be done.
func May(s State, who Actor, command any) bool { return authorise(s, who, command) == nil }

func roleNames(roles []agreement.Role) string {
	text := ""
	for i, r := range roles {
		if i > 0 {
			text += " or "
		}
		text += r.Label()
	}
	if text == "" {
		return "clock"
	}
	return text
}
