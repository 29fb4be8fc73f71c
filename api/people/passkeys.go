package people

import (
	"context"
	"errors"
	"net/http"
	"time"

	"entente/access/account"
	"entente/api/rest"
	"entente/register"
)

// accounts serves how people come and come back: invitations, and the passkeys that they make in a browser.
func (d *Desk) accounts(to *rest.Desk) {
	at := rest.Place{Path: "/api/v1/invitations", Tag: Tag}
	rest.AddOnce(to, at.Write("", "invite-person", inviters(), "Send a person a one-time link by which they enter the console",
		"It goes to the address that the agreement has for the person, and to nobody else. Each party invites its own people; before anything is signed, and while nobody of the other party has come in, also those who negotiate for it. The link works once, within seven days.").On(rest.Own), d.invite)
	at.Path = "/api/v1/passkeys"
	rest.Add(to, at.Read("", "list-passkeys", "Your passkeys, oldest first", "A passkey is made and used in a browser, in the console. Nothing here is secret.").On(rest.Self), d.passkeys)
	rest.AddOnce(to, rest.Operation{Method: http.MethodPut, Path: at.Path + "/{passkey}", ID: "rename-passkey", Tag: at.Tag, Roles: rest.Everyone,
		Summary: "Give a passkey of yours another name", About: "The name is for you alone, to tell your passkeys apart."}.On(rest.Self), d.renamePasskey)
	rest.AddOnce(to, at.End("/{passkey}", "remove-passkey", rest.Everyone, "Remove a passkey of yours at once", "What was signed with it stays signed.").On(rest.Self), d.removePasskey)
}

type passkeyItem struct {
	ID      string    `json:"id" doc:"Names it in lists: pk_…"`
	Name    string    `json:"name" doc:"What you call it."`
	Key     string    `json:"key" doc:"The public key's name, as signatures in the ledger say it."`
	Synced  bool      `json:"synced" doc:"Whether a service keeps it on several devices."`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero" doc:"When it was last used; absent before."`
}

func (d *Desk) passkeys(ctx context.Context, v rest.Visit, _ *rest.Nothing) (*rest.Whole[passkeyItem], error) {
	kept, err := d.Accounts.Passkeys.PasskeysOf(ctx, v.ID, v.Actor.ID)
	all := make([]passkeyItem, len(kept))
	for i, k := range kept {
		all[i] = passkeyItem{k.ID, k.Name, k.Key.String(), k.Synced, k.Created, k.Used}
	}
	return rest.WholeOf(all), err
}

type passkeyName struct {
	rest.Retry
	Passkey string `path:"passkey" maxLength:"100" doc:"The passkey's id: pk_…"`
	Body    struct {
		Name string `json:"name" minLength:"1" maxLength:"60" example:"The key on my ring" doc:"One line."`
	}
}

type passkeyNamed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (d *Desk) renamePasskey(ctx context.Context, v rest.Visit, in *passkeyName, _ *rest.Promise) (passkeyNamed, error) {
	found, err := d.Accounts.Rename(ctx, v.Caller, in.Passkey, in.Body.Name)
	switch {
	case errors.Is(err, account.ErrName):
		return passkeyNamed{}, rest.Invalid("body.name", err.Error())
	case err == nil && !found:
		return passkeyNamed{}, register.ErrUnknown
	}
	return passkeyNamed{in.Passkey, in.Body.Name}, err
}

type passkeyEnd struct {
	rest.Retry
	Passkey string `path:"passkey" maxLength:"100" doc:"The passkey's id: pk_…"`
}

type passkeyRemoved struct {
	ID string `json:"id"`
}

func (d *Desk) removePasskey(ctx context.Context, v rest.Visit, in *passkeyEnd, _ *rest.Promise) (passkeyRemoved, error) {
	found, err := d.Accounts.Remove(ctx, v.Caller, in.Passkey)
	if err == nil && !found {
		err = register.ErrUnknown
	}
	return passkeyRemoved{in.Passkey}, err
}
