package console

import (
	"net/http"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/document"
	"entente/register"
)

// A visit is one request of a person of an agreement: who asks, and the agreement as it stands.
type visit struct {
	caller access.Caller
	view   *register.View
	now    time.Time
	zone   *time.Location
}

// admit says who asks for a page of an agreement. An agreement that is not there and one that is not
// the asker's are the same.
func (c *Console) admit(r *http.Request) (*visit, error) {
	caller, err := c.session(r)
	if err != nil {
		return nil, err
	}
	id, err := agreement.ParseID(r.PathValue("id"))
	if err != nil || !caller.In(id) {
		return nil, errAbsent
	}
	return c.visit(caller)
}

func (c *Console) visit(caller access.Caller) (*visit, error) {
	view, err := c.Register.View(caller.Agreement)
	if err != nil {
		return nil, err
	}
	return &visit{caller, view, c.Now(), view.State.Text().Frame().Zone()}, nil
}

// ID is the agreement's.
func (v *visit) ID() agreement.ID { return v.view.State.ID }

// Home is the path of the living contract.
func (v *visit) Home() string { return "/agreements/" + string(v.ID()) }

// Number is what the parties call the agreement.
func (v *visit) Number() string { return v.view.State.Text().Agreement.Number }

// Name is who visits.
func (v *visit) Name() string { return v.name(v.caller.Actor.ID) }

// Party is for whom.
func (v *visit) Party() agreement.Party { return v.caller.Actor.Party }

// PartyName is what running text calls the visitor's party.
func (v *visit) PartyName() string { return v.partyName(v.Party()) }

// Entries is how long the ledger is.
func (v *visit) Entries() string { return counted(int(v.view.Size), "entry", "entries") }

// Roles are the visitor's, as a sentence says them: "technical lead".
func (v *visit) Roles() string {
	var names []string
	for _, r := range v.caller.Actor.Roles {
		names = append(names, r.Label())
	}
	return document.Join(names)
}

// name is a person's name, in the text that binds or in the latest that knows them; the pseudonym of
// a person who was erased.
func (v *visit) name(pseudonym string) string {
	if p, ok := v.view.Person(pseudonym); ok && p.Name != "" {
		return p.Name
	}
	for _, text := range slices.Backward(v.view.State.Texts) {
		if p, ok := text.Frame().Person(v.view.People[pseudonym]); ok && p.Name != "" {
			return p.Name
		}
	}
	return pseudonym
}

// partyName is what running text calls a party.
func (v *visit) partyName(p agreement.Party) string {
	if p == agreement.Host {
		return "the host"
	}
	terms := v.view.State.Text().Parties.Of(p)
	if terms.ShortName != "" {
		return terms.ShortName
	}
	return terms.Name
}

// would reports whether the visitor's roles give an act and the agreement would now allow it.
func (v *visit) would(command any) bool {
	if v.view.Broken != nil || !articles.May(v.view.State, v.caller.Actor, command) {
		return false
	}
	_, err := articles.Decide(v.view.State, v.caller.Actor, command, v.now)
	return err == nil
}

// A session's cookie has the name that browsers bind to this very host where they came by TLS, and
// another where there is no TLS, which is on loopback only.
func cookieName(r *http.Request) string {
	if secure(r) {
		return "__Host-entente"
	}
	return "entente_session"
}

func (c *Console) session(r *http.Request) (access.Caller, error) {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return access.Caller{}, access.ErrNoEntry
	}
	caller, err := c.Door.Enter(r.Context(), cookie.Value, access.Session)
	if err == nil && caller.Operator { // an operator has no role in any agreement, and no console
		return access.Caller{}, access.ErrNoEntry
	}
	return caller, err
}

func setCookie(w http.ResponseWriter, r *http.Request, value string, age time.Duration) {
	seconds := int(age / time.Second)
	if value == "" {
		seconds = -1
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: value, Path: "/", MaxAge: seconds,
		Secure: secure(r), HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
