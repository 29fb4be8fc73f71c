package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/api/rest"
	"entente/submission"
)

type proposal struct {
	File        string            `json:"file" minLength:"1" doc:"The agreement file (YAML), at most 1 MiB."`
	Name        string            `json:"name,omitempty" maxLength:"200" doc:"What the file is called."`
	Package     json.RawMessage   `json:"package,omitempty" doc:"The signed package that stands beside the file, with the signatures given so far."`
	Attachments map[string][]byte `json:"attachments,omitempty" maxProperties:"20" doc:"The attachments of the front page by name, in base64."`
	Answers     int               `json:"answers,omitempty" minimum:"1" doc:"The version that you have read and that this one answers; if another was proposed since, this one is refused."`
	Expires     time.Time         `json:"expires,omitzero" doc:"When the proposal lapses unless both have signed."`
	Remark      string            `json:"remark,omitempty" maxLength:"1000" doc:"What you say of it. The other party reads it."`
	First       agreement.Party   `json:"first,omitempty" enum:"a,b" doc:"Who signs before the other; absent: in any order."`
}

func (p proposal) submission() submission.Submission {
	return submission.Submission{File: []byte(p.File), Package: p.Package, Attachments: p.Attachments,
		Answers: p.Answers, Expires: p.Expires.UTC().Truncate(time.Second), Remark: p.Remark, First: p.First}
}

type openInput struct {
	rest.Retry
	Body proposal
}

type versionInput struct {
	rest.Of
	rest.Retry
	Body proposal
}

type proposed struct {
	ID       agreement.ID      `json:"id"`
	Version  int               `json:"version"`
	Manifest string            `json:"manifest" doc:"The digest that the parties sign."`
	Already  bool              `json:"already" doc:"Whether the node had this very text: then nothing was opened or proposed, and new signatures were added."`
	SignedBy []agreement.Party `json:"signed_by" doc:"Who has signed it, with the signatures that were brought."`
	Notes    []string          `json:"notes,omitempty" doc:"What may not be meant, though nothing refuses it: another partnership number than before, or an amendment that moves the effective date."`
}

// A received is the answer to a submission: 201 for what is new, 200 for what the node had.
type received struct {
	Status   int
	Replayed string `header:"Idempotent-Replayed" doc:"true, if this is the answer of an earlier request with the same Idempotency-Key."`
	Body     rest.Kept[proposed]
}

func (d *desk) openAgreement(ctx context.Context, v rest.Visit, in *openInput) (*received, error) {
	if v.Operator {
		return receive(ctx, v, nil, in.Body, d.Clerk.Open)
	}
	person, _ := access.Person(v.View, v.View.State.Members[v.Actor.ID])
	author := &submission.Author{Address: person.Email, Knows: func(id agreement.ID) bool { return d.Accounts.Knows(v.Caller, id) },
		May: func(ctx context.Context) error { return d.Accounts.MayOpen(ctx, v.Caller) }}
	return receive(ctx, v, author, in.Body, d.Clerk.Open)
}

func (d *desk) proposeVersion(ctx context.Context, v rest.Visit, in *versionInput) (*received, error) {
	return receive(ctx, v, nil, in.Body, d.Clerk.Propose)
}

func receive(ctx context.Context, v rest.Visit, author *submission.Author, body proposal, put func(context.Context, submission.Order, submission.Submission) (submission.Outcome, []byte, error)) (*received, error) {
	write := func(o submission.Outcome) ([]byte, error) {
		return rest.Encode(proposed{o.Agreement, o.Version, o.Manifest, o.Already, o.SignedBy, o.Notes})
	}
	out, replayed, err := put(ctx, submission.Order{Order: v.Order(), Caller: v.Caller, Author: author, Answer: write}, body.submission())
	switch {
	case err != nil:
		return nil, submitted(err)
	case replayed != nil:
		return &received{http.StatusCreated, "true", rest.KeptOf[proposed](replayed)}, nil
	}
	answer := &received{Status: http.StatusCreated}
	if out.Already {
		answer.Status = http.StatusOK
	}
	text, err := write(out)
	answer.Body = rest.KeptOf[proposed](text)
	return answer, err
}

// submitted says of a submission that was refused which part of the request is to be mended.
func submitted(err error) error {
	var wrong *submission.Fault
	var unsoundFile *submission.Unsound
	var taken *submission.Taken
	switch {
	case errors.As(err, &wrong):
		return rest.Invalid("body."+wrong.Part, wrong.Why)
	case errors.As(err, &unsoundFile):
		return rest.Unsound(unsoundFile.File, unsoundFile.Found)
	case errors.Is(err, account.ErrOpened):
		return rest.NewProblem(http.StatusTooManyRequests, "opened-often", "Too many agreements were opened", err.Error())
	case errors.As(err, &taken):
		p := rest.NewProblem(http.StatusConflict, "number-taken", "The partnership number is another agreement's", taken.Error())
		p.Errors = []rest.Fault{{Location: "body.file", Message: "agreement.number is taken"}}
		return p
	}
	return err
}
