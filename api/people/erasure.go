package people

import (
	"context"
	"net/http"
	"time"

	"entente/agreement"
	"entente/api/rest"
	"entente/notary"
)

var mayErase = append(rest.May(agreement.Erase{}), rest.Operator)

func (d *Desk) erasures(to *rest.Desk) {
	rest.AddAct(to, rest.Operation{Method: http.MethodPost, Path: "/api/v1/erasures", ID: "erase-person", Tag: Tag, Roles: mayErase, Whose: rest.Own, Status: http.StatusCreated,
		Summary: "Erase what says who a person is",
		About: "A party's signatory or legal contact has its own people erased, the operator anyone. Nothing that is theirs is kept on the node: the value that the ledger's digest is of, tokens, links, sessions, passkeys. " +
			"The ledger still verifies; it gets an entry that names the pseudonym alone. Documents that were put before the parties are kept, and say so in the answer. The last signatory of a party is not erased before the agreement has ended."}, d.erase)
}

type eraseInput struct {
	rest.Retry
	Body struct {
		Agreement string `json:"agreement,omitempty" maxLength:"100" doc:"The agreement's id. Your own, if it is not said."`
		Person    string `json:"person" minLength:"1" maxLength:"100" example:"declan-moran" doc:"The person's id in clause 7.1 of the agreement's file, or their pseudonym in the ledger. Send a retry as you sent it first."`
	}
}

// An erasure is the receipt of one.
type erasure struct {
	Agreement agreement.ID    `json:"agreement"`
	Person    string          `json:"person" doc:"The person's pseudonym in the ledger."`
	Party     agreement.Party `json:"party" enum:"a,b"`
	Entry     int64           `json:"entry" doc:"The position of its entry in the ledger."`
	At        time.Time       `json:"at"`
	Erased    []string        `json:"erased" doc:"What was deleted."`
	Kept      []keptOn        `json:"kept" doc:"What was not, and why."`
}

type keptOn struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// keptOnErasure is what an erasure leaves.
func keptOnErasure() (all []keptOn) {
	for _, k := range notary.KeptOnErasure {
		all = append(all, keptOn(k))
	}
	return all
}

func (d *Desk) erase(ctx context.Context, v rest.Visit, in *eraseInput) (*rest.Written[erasure], error) {
	id := v.ID
	if v.Operator {
		known, err := agreement.ParseID(in.Body.Agreement)
		if err != nil {
			return nil, rest.Invalid("body.agreement", "name an agreement of the node")
		}
		id = known
	} else if err := v.Here(in.Body.Agreement); err != nil {
		return nil, err
	}
	o := v.Order()
	o.Agreement = id
	if earlier, ok, err := d.Notary.Replay(ctx, o); ok || err != nil {
		return rest.Replayed[erasure](earlier.Repeated), err
	}
	_, m, err := d.member(string(id), in.Body.Person)
	if err != nil {
		return nil, err
	}
	c := agreement.Erase{Person: m.ID}
	if !v.Operator {
		c.Party = v.Actor.Party
	}
	receipt := func(r notary.Receipt) erasure {
		return erasure{id, m.ID, m.Party, r.First, r.View.Last, notary.Erased, keptOnErasure()}
	}
	return rest.Act(v, receipt, func(act notary.Order) (notary.Receipt, error) {
		act.Agreement, act.Command = id, c
		return d.Notary.Do(ctx, act)
	})
}
