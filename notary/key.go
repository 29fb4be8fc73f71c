package notary

import (
	"context"
	"encoding/hex"
	"net/netip"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/integration"
	"entente/articles/policy"
)

// A KeyRequest is what a consuming party asks a key for.
type KeyRequest struct {
	Component   string
	Environment agreement.Environment
	Purpose     agreement.Purpose
	Class       agreement.DataClass // empty means customer data
	Label       string
	Expires     time.Time          // zero means after the time of clause B.3, or 90 days where there is none
	Client      integration.Client // whose access tokens open the component; zero asks for an API key
	Pin         access.Pin         // of the client certificate that opens the component; zero asks for an API key
	Networks    []netip.Prefix     // from which alone the key is accepted; none means from everywhere
}

// IssueKey makes a key for the actor's party and records it. The secret is in the key alone: the
// ledger has its digest.
func (n *Notary) IssueKey(ctx context.Context, o Order, r KeyRequest, respond func(access.Key, Receipt) ([]byte, error)) (access.Key, Receipt, error) {
	kind := access.Test
	if r.Environment == agreement.Production {
		kind = access.Live
	}
	k, err := access.Mint(kind, n.Rand)
	if err != nil {
		return access.Key{}, Receipt{}, err
	}
	if r.Class == "" {
		r.Class = agreement.CustomerData
	}
	if r.Expires.IsZero() {
		r.Expires = n.rotated(o.Agreement)
	}
	digest := k.Digest()
	if r.Client != (integration.Client{}) {
		digest = policy.ClientDigest(o.Agreement, r.Client.Issuer, r.Client.ID)
	}
	command := integration.IssueKey{ID: "key_" + k.ID(), Digest: hex.EncodeToString(digest[:]), Party: o.Actor.Party, Component: r.Component,
		Environment: r.Environment, Purpose: r.Purpose, Class: r.Class, Label: r.Label, By: o.Actor.ID, Expires: r.Expires.UTC().Truncate(time.Microsecond), Networks: r.Networks, Client: r.Client}
	if r.Pin != (access.Pin{}) {
		n.pinning.Lock() // or two agreements could take the same at once
		defer n.pinning.Unlock()
		n.pin(r.Pin, &command, o.Agreement)
	}
	o.Command = command
	if respond != nil {
		o.Respond = func(receipt Receipt) ([]byte, error) { return respond(k, receipt) }
	}
	receipt, err := n.Do(ctx, o)
	return k, receipt, err
}

// pin asks for a key pair in place of a key. One that another agreement has is taken: whoever shows it
// says nothing more about who it is.
func (n *Notary) pin(p access.Pin, c *integration.IssueKey, of agreement.ID) {
	digest := p.Digest()
	c.Pin, c.Digest = p.String(), hex.EncodeToString(digest[:])
	policy, _ := n.Register.Grant(digest)
	c.Taken = policy != nil && policy.Agreement != of
}

// rotated is when a key that is issued now is to be replaced.
func (n *Notary) rotated(id agreement.ID) time.Time {
	now := n.Now()
	if v, err := n.Register.View(id); err == nil {
		if every := v.State.Text().ScheduleB.KeyRotation; !every.IsZero() {
			return every.After(now)
		}
	}
	return now.Add(access.TokenLife)
}
