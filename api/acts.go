package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/articles/integration"
	"entente/articles/signing"
	"entente/ledger/canonical"
	"entente/notary"
	"entente/register"
)

// acts are what people do under the agreement, beside its versions and keys.
func (d *desk) acts() {
	at := rest.Place{Path: "/api/v1/agreements/{id}", Tag: "acts"}
	rest.AddAct(d.Desk, at.Write("/signatures", "sign", maySign, "Sign the version last proposed",
		"With statement and signature, a signature that you made with your own key; with the manifest of the version that you have read, the node signs it with your party's key, and the entry says so, where the agreement allows simple electronic signatures. With by_code as well, you sign by a code that was sent to you.").On(rest.Own).Signing(), d.sign)
	rest.AddOnce(d.Desk, at.Write("/signing-codes", "mail-signing-code", maySign, "Have a code sent to you by which you sign",
		"It goes to the e-mail address that the agreement names for you, where the agreement allows simple electronic signatures, and counts once, for ten minutes, with its ticket.").On(rest.Own).Signing(), d.mailToSign)
	rest.Add(d.Desk, at.Read("/milestones", "list-milestones", "The requirements of clause 2.2 and how they stand", "Each with who is responsible, by when it is due, whose confirmations there are, and whether production waits for it."), d.milestones)
	rest.AddAct(d.Desk, at.Write("/milestones/{milestone}/completion", "complete-milestone", mayComplete, "Confirm that a requirement of clause 2.2 is met",
		"The last confirmation completes it, and the last one before production opens production.").On(rest.Own), d.complete)
	rest.AddAct(d.Desk, at.Write("/milestones/{milestone}/reopening", "reopen-milestone", mayReopen, "Say that a requirement of clause 2.2 is no longer met",
		"If it comes before production, production closes."), d.reopen)
	rest.AddAct(d.Desk, at.Write("/suspensions", "suspend", maySuspend, "Suspend a component, or the whole agreement (clause 12.2)", "Calls to it are refused at once, with the clause, until the party that suspended lifts it."), d.suspend)
	rest.AddAct(d.Desk, at.End("/suspensions/{component}", "resume", mayResume, "Lift a suspension (clause 12.2)", "The component all stands for the whole agreement.").On(rest.Own), d.resume)
	rest.AddAct(d.Desk, at.Write("/breaches", "notify-breach", mayNotify, "Give notice of a material breach (clause 12.2)", "It starts the time to cure.").On(rest.Other), d.notify)
	rest.AddAct(d.Desk, at.Write("/breaches/{breach}/cure", "cure-breach", mayCure, "Say that a breach is cured (clause 12.2)", "The party that gave notice says so.").On(rest.Own), d.cure)
	rest.AddAct(d.Desk, at.Write("/changes", "notify-change", mayAnnounce, "Give notice of a material change (clause 12.2)", "It starts the time to negotiate."), d.announce)
	rest.AddAct(d.Desk, at.Write("/changes/{change}/settlement", "settle-change", maySettle, "Say that the parties have agreed about a material change (clause 12.2)", "The party that gave notice says so.").On(rest.Own), d.settle)
	rest.AddAct(d.Desk, at.Write("/termination", "terminate", mayTerminate, "End the agreement (Article 12)", "When it ends follows from its terms."), d.terminate)
}

type signInput struct {
	rest.Of
	rest.Retry
	Body *ownSignature
}

type ownSignature struct {
	Manifest  string          `json:"manifest,omitempty" maxLength:"100" example:"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef" doc:"The manifest of the version that you have read, sha256:…, for the node to sign; the agreement's versions have it. Needed without a signature of your own: if another text was proposed since, that is not signed in its place."`
	Statement json.RawMessage `json:"statement,omitempty" doc:"The statement that you signed, as in a signed package."`
	ByCode    *typed          `json:"by_code,omitempty" doc:"With the manifest: the code that was sent to you, and what you say with it."`
	Signature string          `json:"signature,omitempty" maxLength:"100" doc:"Ed25519 in base64, over entente-signature-v1, a zero byte and the statement in canonical JSON."`
}

type signed struct {
	Version  int               `json:"version"`
	Party    agreement.Party   `json:"party" enum:"a,b"`
	SignedBy []agreement.Party `json:"signed_by" doc:"Everyone who has signed the version so far."`
	Stage    agreement.Stage   `json:"stage" doc:"Where the agreement stands with this signature."`
	Entry    int64             `json:"entry" doc:"The position of its entry in the ledger."`
}

func (d *desk) sign(ctx context.Context, v rest.Visit, in *signInput) (*rest.Written[signed], error) {
	var own ownSignature
	if in.Body != nil {
		own = *in.Body
	}
	if (len(own.Statement) == 0) != (own.Signature == "") {
		return nil, rest.Invalid("body", "give statement and signature, or neither")
	}
	switch {
	case own.Manifest != "" && own.Signature != "":
		return nil, rest.Invalid("body.manifest", "a statement has its manifest within")
	case own.ByCode != nil && own.Signature != "":
		return nil, rest.Invalid("body.by_code", "sign by a code or with your own key, not both")
	case own.Manifest == "" && own.Signature == "":
		return nil, rest.Invalid("body.manifest", "name the manifest of the version that you have read and sign: GET /api/v1/agreements/{id} has it, among versions")
	}
	return rest.Act(v, func(r notary.Receipt) signed {
		latest, _ := r.View.State.Life.Latest()
		out := signed{Version: latest.Number, Party: v.Actor.Party, Stage: r.View.State.Stage(d.Now()), Entry: r.First}
		for _, p := range agreement.Both {
			if latest.SignedBy(p) {
				out.SignedBy = append(out.SignedBy, p)
			}
		}
		return out
	}, func(o notary.Order) (notary.Receipt, error) {
		if own.ByCode != nil {
			return d.signMailed(ctx, v, o, own.Manifest, *own.ByCode)
		}
		if own.Signature == "" {
			return d.Notary.SignHere(ctx, o, own.Manifest)
		}
		canonical, err := canonical.JSON(own.Statement)
		if err != nil {
			return notary.Receipt{}, rest.Invalid("body.statement", rest.JSONFault(err))
		}
		return d.Notary.Sign(ctx, o, signing.SignedStatement{Statement: canonical, Signature: own.Signature})
	})
}

type milestone struct {
	ID               string                  `json:"id"`
	Title            string                  `json:"title"`
	Responsible      agreement.Responsible   `json:"responsible" enum:"a,b,both" doc:"Who has to confirm it."`
	Due              string                  `json:"due" format:"date" doc:"The last day on which it is in time."`
	BeforeProduction bool                    `json:"before_production" doc:"Whether production waits for it."`
	Confirmed        map[string]confirmation `json:"confirmed" doc:"By party."`
	Completed        time.Time               `json:"completed,omitzero" doc:"Absent while it is open."`
}

type confirmation struct {
	By       string                 `json:"by" doc:"Who confirmed it, by pseudonym."`
	At       time.Time              `json:"at"`
	Evidence []integration.Evidence `json:"evidence" doc:"What shows that it is met."`
}

type milestonesAnswer struct {
	Body struct {
		Items      []milestone `json:"items"`
		Production bool        `json:"production_open" doc:"Whether clause 2.2 has opened production."`
	}
}

func (d *desk) milestones(_ context.Context, v rest.Visit, _ *rest.Of) (*milestonesAnswer, error) {
	var out milestonesAnswer
	out.Body.Production = v.View.State.Integration.Production
	for _, r := range v.View.State.Text().Integration.Requirements {
		out.Body.Items = append(out.Body.Items, milestoneOf(r, v.View.State.Integration))
	}
	return &out, nil
}

func milestoneOf(r integration.Requirement, s integration.State) milestone {
	at := s.Milestones[r.ID]
	out := milestone{ID: r.ID, Title: r.Title, Responsible: r.Owner(), Due: r.Due.String(), BeforeProduction: r.BeforeProduction,
		Confirmed: map[string]confirmation{}, Completed: at.Completed}
	for p, c := range at.Confirmed {
		out.Confirmed[string(p)] = confirmation(c)
	}
	return out
}

// MilestonePath is the input of an operation on one milestone.
type MilestonePath struct {
	ID        string `path:"id" doc:"The agreement's id."`
	Milestone string `path:"milestone" maxLength:"200" doc:"The requirement's id in clause 2.2."`
}

// requirement refuses a milestone that clause 2.2 does not have.
func (d *desk) requirement(v rest.Visit, id string) error {
	if _, ok := v.View.State.Text().Integration.Requirement(id); !ok {
		return register.ErrUnknown
	}
	return nil
}

// A milestoneState is how a milestone stands after an act.
type milestoneState struct {
	Milestone  milestone `json:"milestone"`
	Production bool      `json:"production_open" doc:"Whether clause 2.2 has opened production."`
	Entry      int64     `json:"entry" doc:"The position of the first entry in the ledger."`
}

func milestoneAfter(id string) func(notary.Receipt) milestoneState {
	return func(r notary.Receipt) milestoneState {
		s := r.View.State
		requirement, _ := s.Text().Integration.Requirement(id)
		return milestoneState{milestoneOf(requirement, s.Integration), s.Integration.Production, r.First}
	}
}

type completeInput struct {
	MilestonePath
	rest.Retry
	Body struct {
		Evidence []proof `json:"evidence" minItems:"1" maxItems:"10" doc:"What shows that it is met."`
	}
}

type proof struct {
	Kind   string `json:"kind" enum:"link,file,report"`
	Ref    string `json:"ref" minLength:"1" maxLength:"500" example:"https://files.example/report.pdf" doc:"The address, or the digest."`
	Remark string `json:"remark,omitempty" maxLength:"300"`
}

func (d *desk) complete(ctx context.Context, v rest.Visit, in *completeInput) (*rest.Written[milestoneState], error) {
	if err := d.requirement(v, in.Milestone); err != nil {
		return nil, err
	}
	c := integration.CompleteMilestone{Milestone: in.Milestone, Party: v.Actor.Party, By: v.Actor.ID}
	for i, e := range in.Body.Evidence {
		if e.Kind == "link" && !strings.HasPrefix(e.Ref, "https://") && !strings.HasPrefix(e.Ref, "http://") {
			return nil, rest.Invalid(fmt.Sprintf("body.evidence[%d].ref", i), "a link begins with https:// or http://")
		}
		c.Evidence = append(c.Evidence, integration.Evidence(e))
	}
	return rest.Command(ctx, d.Notary, v, c, milestoneAfter(in.Milestone))
}

// reasoned is why something is done.
type reasoned struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000" example:"The library fails on the current release." doc:"Why. The other party reads it."`
}

type reopenInput struct {
	MilestonePath
	rest.Retry
	Body reasoned
}

func (d *desk) reopen(ctx context.Context, v rest.Visit, in *reopenInput) (*rest.Written[milestoneState], error) {
	if err := d.requirement(v, in.Milestone); err != nil {
		return nil, err
	}
	c := integration.ReopenMilestone{Milestone: in.Milestone, Party: v.Actor.Party, By: v.Actor.ID, Reason: in.Body.Reason}
	return rest.Command(ctx, d.Notary, v, c, milestoneAfter(in.Milestone))
}
