package keys

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"entente/access"
	"entente/access/keyset"
	"entente/access/token"
	"entente/agreement"
	"entente/articles/integration"
	"entente/console/frame"
	"entente/notary"
)

// Revoke ends a key at once.
func (d *Desk) Revoke(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	reason, err := frame.Filled(f, "reason", "The reason", 2000)
	if err != nil {
		return frame.Done{}, err
	}
	o.Command = integration.RevokeKey{ID: f.Get("id"), Party: v.Party(), By: o.Actor.ID, Reason: reason}
	return frame.Outcome(d.Notary.Do(ctx, o))
}

// blocks reads blocks of addresses, separated by commas or spaces.
func blocks(f url.Values, name string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(f.Get(name), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		p, err := access.ParseNetwork(word)
		if err != nil || len(all) == access.MostNetworks {
			return nil, frame.Incomplete(fmt.Sprintf("Write at most %d networks, each as 203.0.113.0/24 or 2001:db8::/32, with no bits behind the prefix.", access.MostNetworks))
		}
		all = append(all, p)
	}
	return all, nil
}

// pinned reads the certificate, if one is to open the component in place of a key. What cannot be pinned is not shown
// again: it may be a private key.
func pinned(f url.Values) (access.Pin, error) {
	text := strings.TrimSpace(f.Get("certificate"))
	if text == "" {
		return access.Pin{}, nil
	}
	p, err := access.ParsePin(text)
	if err != nil {
		f.Del("certificate")
		return p, frame.Incomplete("The certificate: " + err.Error() + ".")
	}
	return p, nil
}

// client reads whose access tokens are to open the component in place of a key, if any are.
func (d *Desk) client(f url.Values) (integration.Client, error) {
	issuer, err1 := frame.Filled(f, "issuer", "The issuer", 500)
	id, err2 := frame.Filled(f, "client", "The client", 200)
	address, err3 := frame.Filled(f, "jwks_uri", "The address of the key set", 2000)
	set, err4 := frame.Filled(f, "jwks", "The key set", token.MostKeyBytes)
	err := cmp.Or(err1, err2, err3, err4)
	c := integration.Client{Issuer: issuer, ID: id, URL: address}
	switch {
	case err != nil || c == integration.Client{} && set == "":
		return c, err
	case c.Issuer == "" || c.ID == "":
		return c, frame.Incomplete("For an OAuth client, say who issues its tokens (iss) and what they call it (client_id).")
	}
	c.Keys, err = d.Issuers.Given([]byte(set), c.URL)
	switch {
	case errors.Is(err, keyset.ErrAddress):
		err = frame.Incomplete("The node reads key sets from public addresses by https, as https://id.company.example/keys; from others where its operator allows them (--issuer-allow).")
	case errors.Is(err, keyset.ErrGiven):
		err = frame.Incomplete("For an OAuth client, paste its issuer’s key set, or say at which address the issuer publishes it: one of the two.")
	case err != nil:
		f.Del("jwks") // it may have private keys
		err = frame.Incomplete("The key set: " + err.Error() + ".")
	}
	return c, err
}

// Issue makes a key; its secret is in the answer, and Show shows it.
func (d *Desk) Issue(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	environment, err1 := frame.Chosen(f, "environment", "an environment", agreement.Test.Values())
	purpose, err2 := frame.Chosen(f, "purpose", "a purpose", agreement.Service.Values())
	class, err3 := frame.Chosen(f, "class", "what data the calls carry", agreement.CustomerData.Values())
	label, err4 := frame.Filled(f, "label", "The label", 200)
	networks, err5 := blocks(f, "networks")
	pin, err6 := pinned(f)
	client, err7 := d.client(f)
	for _, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if err != nil {
			return frame.Done{}, err
		}
	}
	none := pin != (access.Pin{}) || client != (integration.Client{}) // has no secret: the certificate or the client's token is shown
	if pin != (access.Pin{}) && client != (integration.Client{}) {
		return frame.Done{}, frame.Incomplete("Give a client certificate or an OAuth client: a key is one of them.")
	}
	respond := func(k access.Key, r notary.Receipt) ([]byte, error) {
		if none {
			return json.Marshal(frame.Done{Entry: r.First})
		}
		return json.Marshal(frame.Done{Entry: r.First, Key: "key_" + k.ID(), Secret: k.Text().Reveal()})
	}
	k, r, err := d.Notary.IssueKey(ctx, o, notary.KeyRequest{Component: f.Get("component"), Environment: agreement.Environment(environment),
		Purpose: agreement.Purpose(purpose), Class: agreement.DataClass(class), Label: label, Networks: networks, Pin: pin, Client: client}, respond)
	done, err := frame.Outcome(r, err)
	if err == nil && r.Repeated == nil && !none {
		done.Key, done.Secret = "key_"+k.ID(), k.Text().Reveal()
	}
	return done, err
}

// An issued key is shown with its secret once: in answer to the form that asked for it.
type issued struct {
	Secret string
	Key    integration.Key
	Entry  int64
	Open   bool // production is open, or the key is for test
	Until  string
	Back   string
}

// Show is the page with the secret of an issued key. Back is the path where the visitor came from.
func (d *Desk) Show(w http.ResponseWriter, v *frame.Visit, done frame.Done, back string) error {
	view, err := d.Register.View(v.ID())
	if err != nil {
		return err
	}
	now := *v
	now.View = view
	k, ok := view.State.Integration.Keys[done.Key]
	if !ok {
		return fmt.Errorf("key %s was issued and is not there", done.Key)
	}
	state := view.State
	w.Header().Set("Cache-Control", "no-store, no-transform")
	return pages.Show(w, http.StatusOK, "key", frame.Page{Title: "Key issued", Tab: "agreement", In: &now, Body: issued{done.Secret, k, done.Entry,
		k.Environment == agreement.Test || state.Integration.Open(state.Text().Integration), now.Date(k.Expires), back}})
}
