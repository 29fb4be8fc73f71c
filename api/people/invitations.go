package people

import (
	"context"
	"errors"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/api/rest"
	"entente/register"
)

// inviters are who invites: the representatives of a party its own people, the operator anybody.
func inviters() []string {
	roles := []string{rest.Operator}
	for _, r := range account.Inviters {
		roles = append(roles, string(r))
	}
	return roles
}

type invitationInput struct {
	rest.Retry
	Body struct {
		Agreement string `json:"agreement,omitempty" maxLength:"100" doc:"The agreement's id. Your own, if it is not said; the operator says it."`
		Person    string `json:"person" maxLength:"100" example:"declan-moran" doc:"The person's id in clause 7.1 of the agreement's file, or their pseudonym."`
	}
}

type invitation struct {
	ID        string       `json:"id" doc:"Of the link, in the list of credentials."`
	Agreement agreement.ID `json:"agreement"`
	Person    string       `json:"person" doc:"The person's pseudonym in the ledger."`
	Expires   time.Time    `json:"expires" doc:"When the link opens nothing any more."`
}

func (d *Desk) invite(ctx context.Context, v rest.Visit, in *invitationInput, p *rest.Promise) (out invitation, err error) {
	id := agreement.ID(in.Body.Agreement)
	if !v.Operator {
		if err := v.Here(in.Body.Agreement); err != nil {
			return invitation{}, err
		}
		id = v.ID
	} else if id, err = agreement.ParseID(in.Body.Agreement); err != nil {
		return invitation{}, register.ErrUnknown
	}
	_, err = d.Accounts.Invite(ctx, v.Caller, id, in.Body.Person, func(i account.Invitation) (access.Answer, error) {
		out = invitation{i.Credential.ID, id, i.Credential.Person, i.Credential.Expires}
		return p.Of(out)
	})
	if errors.Is(err, account.ErrNoMail) || errors.Is(err, account.ErrNoPasskeys) {
		return invitation{}, rest.Unavailable("no-letters", err.Error()+"; ask its operator for a link (entente access link PERSON) and hand it to that person alone, or let your company's own sign-in open the agreement (PUT /api/v1/sign-in)")
	}
	return out, err
}
