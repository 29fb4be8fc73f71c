// Package keys is what people do in the console with the keys of clause 2.1: they see those of both
// parties, issue one for their own, whose secret is shown once, and revoke one.
package keys

import (
	"embed"
	"fmt"
	"slices"
	"time"

	"entente/access/keyset"
	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/margins"
	"entente/articles/policy"
	"entente/console/frame"
	"entente/notary"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// Parts are the templates of a Ring ("ring"), for the pages that show one.
//
//go:embed parts/*.html
var Parts embed.FS

// A Desk issues and revokes. All fields are needed.
type Desk struct {
	Register *register.Register
	Notary   *notary.Notary
	Issuers  *keyset.Book // says where issuers of access tokens may publish their keys
}

// A Ring is the keys of an agreement, or of one of its components, as a visitor sees them.
type Ring struct {
	Live, Past []Key // Past open nothing any more; the last ones of them
	Gone       int   // how many open nothing any more
	Issue      *IssueForm
	Home       string // the path of the agreement
	Fold       bool   // many live keys are folded away: a text is to stay in sight
}

// few is how many keys are listed before they are folded away.
const few = 3

// Folds reports whether the live keys are folded away.
func (r *Ring) Folds() bool { return r.Fold && len(r.Live) > few }

// LiveSays says how many keys are folded away.
func (r *Ring) LiveSays() string { return fmt.Sprintf("The %d live keys", len(r.Live)) }

// mostPast is how many keys are listed that open nothing any more. The ledger has all of them.
const mostPast = 20

// PastSays says how many keys open nothing any more.
func (r *Ring) PastSays() string {
	return frame.Counted(r.Gone, "key", "keys") + " revoked or expired"
}

// Unlisted is how many keys open nothing any more and are not listed.
func (r *Ring) Unlisted() int { return r.Gone - len(r.Past) }

// A Key is a key of clause 2.1 as people see it.
type Key struct {
	integration.Key
	Status   margins.Status
	State    string // "Live until 3 March 2027"
	Own      bool   // of the visitor's party
	Revoke   *frame.Form
	IssuedBy string
	Used     string // the day of its last call; empty if there is none
}

// Of is the keys of a component, or of all if it is empty, the newest first. The forms lead to below a
// path of the agreement: "" or "/components/summarise".
func Of(v *frame.Visit, below, component string, used map[string]time.Time, s *frame.Sent) *Ring {
	r := &Ring{Issue: newIssueForm(v, below, component, s), Home: v.Home()}
	for i, k := range slices.Backward(v.View.State.Keys()) {
		if component != "" && k.Component != component {
			continue
		}
		live := k.Live(v.Now)
		if !live {
			if r.Gone++; r.Gone > mostPast {
				continue
			}
		}
		one := Key{Key: k, Own: k.Party == v.Party(), IssuedBy: v.PersonName(k.By)}
		if at := used[k.ID]; !at.IsZero() {
			one.Used = v.Date(at)
		}
		one.Status, one.State = standing(v, k)
		if live && v.Would(integration.RevokeKey{ID: k.ID, Party: v.Party(), Reason: "."}) {
			one.Revoke = v.Form(fmt.Sprintf("key-%d-revoke", i+1), below+"/keys/revocation", "id", k.ID, s)
		}
		if live {
			r.Live = append(r.Live, one)
		} else {
			r.Past = append(r.Past, one)
		}
	}
	return r
}

func standing(v *frame.Visit, k integration.Key) (margins.Status, string) {
	switch {
	case !k.Revoked.IsZero():
		return margins.Off, "Revoked on " + v.Date(k.Revoked)
	case !k.Live(v.Now):
		return margins.Off, "Expired on " + v.Date(k.Expires)
	}
	return margins.Good, "Live until " + v.Date(k.Expires)
}

// An IssueForm offers what a key can be for. What the agreement does not permit is refused with its
// clause rather than hidden: the refusal says why.
type IssueForm struct {
	frame.Form
	Components   []agreement.Component
	Environments []string
	Purposes     []string
	Classes      []string
	Audience     string // for whom access tokens of an OAuth client have to be meant
}

func newIssueForm(v *frame.Visit, below, component string, s *frame.Sent) *IssueForm {
	stage := v.View.State.Stage(v.Now)
	if v.View.Broken != nil || !articles.May(v.View.State, v.Caller.Actor, integration.IssueKey{}) ||
		slices.Contains([]agreement.Stage{agreement.Draft, agreement.Negotiation, agreement.Ended}, stage) {
		return nil
	}
	f := &IssueForm{Environments: agreement.Test.Values(), Purposes: agreement.Service.Values(), Classes: agreement.CustomerData.Values(), Audience: policy.Audience(v.ID())}
	for _, c := range v.View.State.Text().Scope.Components {
		if c.Provider != v.Party() && c.By(agreement.API) && (component == "" || c.Name == component) {
			f.Components = append(f.Components, c)
		}
	}
	if len(f.Components) == 0 {
		return nil
	}
	f.Form = *v.Form("key-issue", below+"/keys", "", "", s)
	return f
}
