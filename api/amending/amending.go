// Package amending serves how a signed agreement changes without being broken: what each clause said when,
// and by whose signatures; what a party has set aside for a time; and side letters.
package amending

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/api/rest"
	"entente/articles"
	"entente/articles/general"
	"entente/articles/talks"
	"entente/notary"
	"entente/register"
)

// A Cabinet holds what was added to an agreement. All fields are needed to answer, none to list the
// routes.
type Cabinet struct {
	Notary    *notary.Notary
	Documents articles.Library
	Now       func() time.Time
}

// Tag groups the operations in the document.
const Tag = "amendments"

var (
	mayWaive = rest.May(general.Waive{})
	mayEnd   = rest.May(general.EndWaiver{})
	mayGive  = rest.May(general.GiveLetter{})

	mayAssign  = rest.May(general.Assign{})
	mayConsent = rest.May(general.ConsentTransfer{})
	mayRefuse  = rest.May(general.RefuseTransfer{})
	mayRecall  = rest.May(general.WithdrawTransfer{})
)

// Serve adds the operations to a desk.
func (c *Cabinet) Serve(d *rest.Desk) {
	at := rest.Place{Path: "/api/v1/agreements/{id}", Tag: Tag}
	rest.Add(d, at.Read("/history", "get-history", "What the agreement said when", "The versions that both parties signed, in the order of signing, with what each changed and for how long it applies; with clause, only what concerns that clause."), c.history)
	rest.Add(d, at.Read("/waivers", "list-waivers", "What the parties have set aside", "By when it was given, whether it still holds or not."), c.waivers)
	rest.AddAct(d, at.Write("/waivers", "waive", mayWaive, "Set a clause aside for a time (clause 13.5)",
		"Your party does not insist on what the clause gives it. Where the software keeps the clause for your party, it is not refused until then; where it keeps it for both, both have to set it aside.").On(rest.Own), c.waive)
	rest.AddAct(d, at.End("/waivers/{waiver}", "end-waiver", mayEnd, "End a waiver of your party before its time", "The clause is kept again from now on; what was done until then stays done.").On(rest.Own), c.endWaiver)
	rest.Add(d, at.Read("/letters", "list-letters", "Side letters", "By when they were given."), c.letters)
	rest.AddAct(d, at.Write("/letters", "give-letter", mayGive, "Put a side letter on record", "It binds the party that gives it and changes no clause: an amendment does.").On(rest.Own), c.give)
	rest.Add(d, at.Read("/assignments", "list-assignments", "Who passed the agreement on, and who asks to (clause 13.3)", "What waits for consent, what takes effect on a day to come, what has taken effect, and what was refused or withdrawn."), c.assignments)
	rest.AddAct(d, at.Write("/assignments", "assign", mayAssign, "Pass your party's side of the agreement on (clause 13.3)",
		"Where the other party's consent is needed, it has no effect until that is given. From its day only those of your party act whom it names, until an amendment names others.").On(rest.Own), c.assign)
	rest.AddAct(d, at.End("/assignments/{assignment}", "withdraw-assignment", mayRecall, "Withdraw an assignment of your party before it takes effect", "It never takes effect then. What has taken effect already is not withdrawn but assigned anew.").On(rest.Own), c.withdraw)
	rest.AddAct(d, at.Write("/assignments/{assignment}/consent", "consent-assignment", mayConsent, "Consent to the other party's assignment", "It takes effect on its day, or at once if that has come.").On(rest.Other), c.consent)
	rest.AddAct(d, at.Write("/assignments/{assignment}/refusal", "refuse-assignment", mayRefuse, "Refuse the other party's assignment", "It does not take effect. The reason stands in the ledger.").On(rest.Other), c.refuse)
	rest.Add(d, at.Read("/letters/{letter}", "get-letter", "The text of a side letter", "Byte for byte as it was put on record; its digest is in the ledger.").As(rest.PlainText), c.letter)
}

type chapter struct {
	Version    int                `json:"version"`
	Manifest   string             `json:"manifest" doc:"The digest that the parties sign."`
	Party      agreement.Party    `json:"proposed_by,omitempty" enum:"a,b,host" doc:"host: whoever brought the file to the node’s operator."`
	Proposed   time.Time          `json:"proposed"`
	Signatures []signedVersion    `json:"signatures" doc:"Who has signed it."`
	From       time.Time          `json:"from" doc:"When it takes effect."`
	Until      time.Time          `json:"until,omitzero" doc:"When another version takes its place; absent while none has been signed."`
	Applies    bool               `json:"applies" doc:"False if another version came first, so that this one never applied."`
	Clauses    []agreement.Clause `json:"clauses" doc:"That say something else than before; none in the first version."`
	Terms      []amendedTerm      `json:"terms" doc:"What it changes in the terms; none in the first version."`
}

type signedVersion struct {
	Party  agreement.Party `json:"party" enum:"a,b"`
	Signer string          `json:"signer" doc:"The person's pseudonym."`
	Name   string          `json:"name,omitempty" doc:"As the version names the signer; absent if the person was erased."`
	For    string          `json:"for,omitempty" doc:"The pseudonym of the signatory who had let the signer sign for them; absent if the signer is one."`
	Whom   string          `json:"for_name,omitempty" doc:"The same as the version names them; absent if they were erased."`
	At     time.Time       `json:"at"`
}

type amendedTerm struct {
	Clause agreement.Clause `json:"clause"`
	Term   string           `json:"term" doc:"As in the file: commerce.payment.net_days"`
	Was    string           `json:"was" doc:"What the term said before."`
	Is     string           `json:"is" doc:"What it says in this version."`
}

// Concerning is the input of a list of what concerns a clause, or any.
type Concerning struct {
	rest.Of
	rest.Page
	Clause string `query:"clause" maxLength:"40" doc:"By number: 6.1, C for a schedule."`
}

type historyInput struct {
	rest.Of
	Clause string `query:"clause" maxLength:"40" doc:"By number: 6.1, C for a schedule, front for the front page."`
}

type historyAnswer struct {
	Body struct {
		Items   []chapter    `json:"items"`
		Waivers []waiver     `json:"waivers" doc:"What was set aside, of the same clause where one was asked for."`
		Letters []letter     `json:"letters" doc:"Side letters, likewise."`
		Passed  []assignment `json:"assignments" doc:"With clause, only where that is 13.3."`
	}
}

func (c *Cabinet) history(_ context.Context, v rest.Visit, in *historyInput) (*historyAnswer, error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	all := talks.History(v.View.State)
	if clause != "" {
		all = talks.About(all, clause)
	}
	var out historyAnswer
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, chapterOf(v.View, one))
	}
	out.Body.Waivers, out.Body.Letters = c.waiversOf(v.View, clause), lettersOf(v.View, clause)
	if clause == "" || clause == "13.3" {
		out.Body.Passed = assignmentsOf(v.View)
	}
	return &out, nil
}

func chapterOf(v *register.View, c talks.Chapter) chapter {
	out := chapter{Version: c.Version.Number, Manifest: c.Version.Manifest, Party: c.Version.Party, Proposed: c.Version.Proposed,
		From: c.From, Until: c.Until, Applies: c.Applies(), Clauses: c.Clauses}
	frame := v.State.Texts[c.Version.Number-1].Frame()
	for _, s := range c.Version.Signatures {
		person, _ := frame.Person(v.People[s.Signer])
		one := signedVersion{Party: s.Party, Signer: s.Signer, Name: person.Name, At: s.At}
		if d, by := v.State.Life.SignedFor(s); by && !person.Has(agreement.Signatory) {
			signatory, _ := frame.Person(v.People[d.By])
			one.For, one.Whom = d.By, signatory.Name
		}
		out.Signatures = append(out.Signatures, one)
	}
	for _, x := range c.Changes {
		out.Terms = append(out.Terms, amendedTerm{x.Clause, x.Path, x.Old, x.New})
	}
	return out
}

type waiver struct {
	ID        string           `json:"id"`
	Clause    agreement.Clause `json:"clause"`
	Component string           `json:"component,omitempty" doc:"Absent: all components."`
	Party     agreement.Party  `json:"party" enum:"a,b" doc:"Who does not insist on the clause."`
	By        string           `json:"by" doc:"The person's pseudonym."`
	For       string           `json:"for" doc:"What is set aside, in words."`
	Given     time.Time        `json:"given" doc:"When it was given."`
	Until     time.Time        `json:"until" doc:"It ends by itself then."`
	Ended     time.Time        `json:"ended,omitzero" doc:"Before its time; absent if it was not."`
	Holds     bool             `json:"holds" doc:"Whether it does now."`
	Software  bool             `json:"software_keeps_clause" doc:"Whether the software keeps the clause, and so respects the waiver; else it stands on the record."`
	Effect    []string         `json:"set_aside_for" doc:"The components for which the software now refuses nothing under the clause."`
	Waits     agreement.Party  `json:"waits_for,omitempty" enum:"a,b" doc:"Who has to set the clause aside, too, before it is for all that the waiver names."`
}

func (c *Cabinet) waiverOf(v *register.View, w general.Waiver) waiver {
	_, kept := general.Waivable(w.Clause)
	e := v.State.General.Effect(w, v.State.Text().Frame(), c.Now())
	return waiver{w.ID, w.Clause, w.Component, w.Party, w.By, w.For, w.Given, w.Until, w.Ended, w.Live(c.Now()), kept, e.For, e.Waits}
}

// waiversOf are the waivers of a clause, or of all.
func (c *Cabinet) waiversOf(v *register.View, clause agreement.Clause) (all []waiver) {
	for _, w := range v.State.General.Waivers {
		if clause == "" || w.Clause == clause {
			all = append(all, c.waiverOf(v, w))
		}
	}
	slices.SortFunc(all, func(a, b waiver) int { return cmp.Or(a.Given.Compare(b.Given), cmp.Compare(a.ID, b.ID)) })
	return all
}

type waiversInput struct {
	Concerning
	Holds bool `query:"holds" doc:"Only those that hold now."`
}

func (c *Cabinet) waivers(_ context.Context, v rest.Visit, in *waiversInput) (*rest.List[waiver], error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	return rest.Cut(c.waiversOf(v.View, clause), in.Page, func(w waiver) string { return w.ID }, func(w waiver) bool { return !in.Holds || w.Holds })
}

type waiveInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Clause    string    `json:"clause" maxLength:"40" example:"6.1" doc:"By number: 6.1, C for a schedule."`
		Component string    `json:"component,omitempty" maxLength:"100" doc:"The component to which it is limited; all, if it is not said."`
		For       string    `json:"for" minLength:"1" maxLength:"1000" example:"The migration of the old portal." doc:"For what. The other party reads it."`
		Until     time.Time `json:"until" doc:"At most a year from now."`
	}
}

func (c *Cabinet) waive(ctx context.Context, v rest.Visit, in *waiveInput) (*rest.Written[waiver], error) {
	clause, err := agreement.ParseClause(in.Body.Clause)
	if err != nil {
		return nil, rest.Invalid("body.clause", err.Error())
	}
	id, err := access.NewID(c.Notary.Rand, "wvr_")
	if err != nil {
		return nil, err
	}
	command := general.Waive{ID: id, Clause: clause, Component: in.Body.Component, Party: v.Actor.Party, By: v.Actor.ID, For: in.Body.For, Until: in.Body.Until.UTC().Truncate(time.Second)}
	return rest.Command(ctx, c.Notary, v, command, c.after(id))
}

func (c *Cabinet) after(id string) func(notary.Receipt) waiver {
	return func(r notary.Receipt) waiver { return c.waiverOf(r.View, r.View.State.General.Waivers[id]) }
}

type endInput struct {
	rest.Of
	rest.Retry
	Waiver string `path:"waiver" maxLength:"100" doc:"The waiver's id: wvr_…"`
}

func (c *Cabinet) endWaiver(ctx context.Context, v rest.Visit, in *endInput) (*rest.Written[waiver], error) {
	if _, known := v.View.State.General.Waivers[in.Waiver]; !known {
		return nil, register.ErrUnknown
	}
	return rest.Command(ctx, c.Notary, v, general.EndWaiver{ID: in.Waiver, Party: v.Actor.Party, By: v.Actor.ID}, c.after(in.Waiver))
}

type letter struct {
	ID      string             `json:"id"`
	Party   agreement.Party    `json:"party" enum:"a,b"`
	By      string             `json:"by" doc:"The person's pseudonym."`
	Given   time.Time          `json:"given" doc:"When it was put on record."`
	Clauses []agreement.Clause `json:"clauses" doc:"The clauses that it is about."`
	Title   string             `json:"title"`
	Digest  string             `json:"digest" doc:"Of its text, as the ledger has it."`
}

func letterOf(l general.Letter) letter {
	out := letter{ID: l.ID, Party: l.Party, By: l.By, Given: l.Given, Clauses: l.Clauses, Title: l.Title}
	for _, d := range l.Documents {
		out.Digest = d.Digest
	}
	return out
}

// lettersOf are the letters about a clause, or about any.
func lettersOf(v *register.View, clause agreement.Clause) (all []letter) {
	for _, l := range v.State.General.Letters {
		if clause == "" || slices.Contains(l.Clauses, clause) {
			all = append(all, letterOf(l))
		}
	}
	slices.SortFunc(all, func(a, b letter) int { return cmp.Or(a.Given.Compare(b.Given), cmp.Compare(a.ID, b.ID)) })
	return all
}

func (c *Cabinet) letters(_ context.Context, v rest.Visit, in *Concerning) (*rest.List[letter], error) {
	clause, err := rest.AskedClause(in.Clause)
	if err != nil {
		return nil, err
	}
	return rest.Cut(lettersOf(v.View, clause), in.Page, func(l letter) string { return l.ID }, func(letter) bool { return true })
}

type giveInput struct {
	rest.Of
	rest.Retry
	Body struct {
		Title   string   `json:"title" minLength:"1" maxLength:"200" example:"Pilot with one customer"`
		Clauses []string `json:"clauses" minItems:"1" maxItems:"60" example:"[\"6.1\"]" doc:"To which it belongs, by number."`
		Text    string   `json:"text" minLength:"1" maxLength:"100000" example:"We invoice the pilot at half the price." doc:"Plain text or Markdown."`
	}
}

func (c *Cabinet) give(ctx context.Context, v rest.Visit, in *giveInput) (*rest.Written[letter], error) {
	command := general.GiveLetter{Party: v.Actor.Party, By: v.Actor.ID, Title: in.Body.Title}
	for _, name := range in.Body.Clauses {
		clause, err := agreement.ParseClause(name)
		if err != nil {
			return nil, rest.Invalid("body.clauses", err.Error())
		}
		if !slices.Contains(command.Clauses, clause) {
			command.Clauses = append(command.Clauses, clause)
		}
	}
	var err error
	if command.ID, err = access.NewID(c.Notary.Rand, "ltr_"); err != nil {
		return nil, err
	}
	digest, err := c.Notary.Documents.Keep(ctx, []byte(in.Body.Text))
	if err != nil {
		return nil, fmt.Errorf("keeping the letter: %w", err)
	}
	command.Documents = general.Written(command.ID, digest.String())
	return rest.Command(ctx, c.Notary, v, command, func(r notary.Receipt) letter { return letterOf(r.View.State.General.Letters[command.ID]) })
}

type letterInput struct {
	rest.Of
	Letter string `path:"letter" maxLength:"100" doc:"The letter's id: ltr_…"`
}

func (c *Cabinet) letter(_ context.Context, v rest.Visit, in *letterInput) (*rest.File, error) {
	l, known := v.View.State.General.Letters[in.Letter]
	if !known || len(l.Documents) == 0 {
		return nil, register.ErrUnknown
	}
	b, err := c.Documents.Document(l.Documents[0].Digest)
	return &rest.File{Type: rest.PlainText, Caching: "private, max-age=31536000, immutable", Body: b}, err
}
