// Package example is the example partnership on a node: Calluna Text and Tidewater Search, signed and
// in force, with keys, tokens and milestones; and the demo that shows it with traffic.
//
// It is a part of the cli. What it makes it makes through the same notary as everybody.
package example

import (
	"context"
	"errors"
	"fmt"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/articles/signing"
	"entente/cli/node"
	"entente/egress"
	"entente/notary"
)

// A Partnership is the example on a node: signed, in force, with keys and tokens.
type Partnership struct {
	Agreement string                       `json:"agreement"`
	A         map[string]string            `json:"a"`    // API tokens by role
	B         map[string]string            `json:"b"`    // API tokens by role
	Keys      map[string]map[string]string `json:"keys"` // gateway keys by component, then "environment/purpose"
	IDs       map[string]string            `json:"ids"`  // of sample objects, by path parameter
}

// A sower works on an open node.
type sower struct{ *node.Node }

// Seed brings a partnership, usually the example's, onto a node without agreements, through the same doors as
// everybody: proposed, signed by both signatories, milestones confirmed by the technical leads.
func Seed(ctx context.Context, n *node.Node, terms articles.Agreement) (Partnership, error) {
	return sower{n}.seed(ctx, terms)
}

// Serve says where both components are served: one address with one secret, which may be empty.
func (p Partnership) Serve(ctx context.Context, n *node.Node, address, secret string) error {
	return sower{n}.seedUpstreams(ctx, p.Agreement, func(string) (string, string) { return address, secret })
}

func (s sower) seed(ctx context.Context, a articles.Agreement) (Partnership, error) {
	if len(s.Register.Views()) > 0 {
		return Partnership{}, errors.New("the folder has an agreement already; seed a new folder")
	}
	p, err := signing.Bind(a, nil)
	if err != nil {
		return Partnership{}, err
	}
	id, err := s.Notary.Open(ctx)
	if err != nil {
		return Partnership{}, err
	}
	made := Partnership{Agreement: string(id), A: map[string]string{}, B: map[string]string{}, Keys: map[string]map[string]string{}, IDs: map[string]string{"id": string(id)}}
	operator := articles.Actor{Party: agreement.Host, ID: "operator"}
	if _, err := s.Notary.Propose(ctx, notary.Order{Agreement: id, Actor: operator}, notary.Proposal{File: draft.Write(a), Package: p, Attachments: exampleAttachments(a)}); err != nil {
		return Partnership{}, err
	}
	for _, party := range agreement.Both {
		who, err := s.holder(id, party, agreement.Signatory)
		if err != nil {
			return Partnership{}, err
		}
		if _, err := s.Notary.SignHere(ctx, notary.Order{Agreement: id, Actor: who}, p.Digest().String()); err != nil {
			return Partnership{}, err
		}
	}
	if err := s.seedMilestones(ctx, id, &made); err != nil {
		return Partnership{}, err
	}
	if err := s.seedKeys(ctx, id, &made); err != nil {
		return Partnership{}, err
	}
	return made, s.seedTokens(ctx, id, &made)
}

// exampleAttachments are the example's attachments by the names on its front page.
func exampleAttachments(a articles.Agreement) map[string][]byte {
	named := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		named[at.Name] = draft.Attachments()[at.File]
	}
	return named
}

// holder is the first person of a party who has a role.
func (s sower) holder(id agreement.ID, party agreement.Party, role agreement.Role) (articles.Actor, error) {
	v, err := s.Register.View(id)
	if err != nil {
		return articles.Actor{}, err
	}
	for _, person := range v.State.Text().Frame().Holders(party, role) {
		if m, ok := v.Member(person.ID); ok {
			return articles.Actor{Party: party, ID: m.ID, Roles: m.Roles}, nil
		}
	}
	return articles.Actor{}, fmt.Errorf("%s has no %s", party.Label(), role.Label())
}

// seedMilestones confirms every milestone before production except the last, whose other half is
// left to Party B's technical lead.
func (s sower) seedMilestones(ctx context.Context, id agreement.ID, made *Partnership) error {
	v, err := s.Register.View(id)
	if err != nil {
		return err
	}
	gates := v.State.Text().Integration.BeforeProduction()
	for i, r := range gates {
		made.IDs["milestone"] = r.ID
		for _, party := range agreement.Both {
			if last := i == len(gates)-1; !r.Owner().Includes(party) || (last && party == agreement.B) {
				continue
			}
			who, err := s.holder(id, party, agreement.Technical)
			if err != nil {
				return err
			}
			c := integration.CompleteMilestone{Milestone: r.ID, Party: party, By: who.ID, Evidence: []integration.Evidence{
				{Kind: "link", Ref: "https://" + map[agreement.Party]string{"a": "calluna", "b": "tidewater"}[party] + ".example/evidence/" + r.ID, Remark: "report of the technical lead"}}}
			if _, err := s.Notary.Do(ctx, notary.Order{Agreement: id, Actor: who, Command: c}); err != nil {
				return err
			}
		}
	}
	return nil
}

// seedKeys issues a key per component by API, environment and permitted purpose.
func (s sower) seedKeys(ctx context.Context, id agreement.ID, made *Partnership) error {
	v, err := s.Register.View(id)
	if err != nil {
		return err
	}
	for _, c := range v.State.Text().Frame().Components {
		if !c.By(agreement.API) {
			continue
		}
		who, err := s.holder(id, c.Provider.Other(), agreement.Technical)
		if err != nil {
			return err
		}
		made.Keys[c.Name] = map[string]string{}
		for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
			for _, purpose := range []agreement.Purpose{agreement.Service, agreement.Improvement, agreement.Analytics} {
				class := agreement.CustomerData
				if purpose == agreement.Analytics {
					class = agreement.Aggregated // analytics is of aggregated data only
				}
				k, _, err := s.Notary.IssueKey(ctx, notary.Order{Agreement: id, Actor: who},
					notary.KeyRequest{Component: c.Name, Environment: e, Purpose: purpose, Class: class, Label: c.Name + " in " + string(e)}, nil)
				if err != nil {
					return err
				}
				made.Keys[c.Name][string(e)+"/"+string(purpose)] = k.Text().Reveal()
				made.IDs["key"] = "key_" + k.ID()
			}
		}
		if err := s.seedRevoked(ctx, id, c.Name, who, made); err != nil {
			return err
		}
	}
	return nil
}

// revokedKey marks the key that was issued and revoked again.
const revokedKey = "revoked"

func (s sower) seedRevoked(ctx context.Context, id agreement.ID, component string, who articles.Actor, made *Partnership) error {
	k, _, err := s.Notary.IssueKey(ctx, notary.Order{Agreement: id, Actor: who},
		notary.KeyRequest{Component: component, Environment: agreement.Test, Purpose: agreement.Service, Label: "replaced"}, nil)
	if err != nil {
		return err
	}
	made.Keys[component]["test/"+revokedKey] = k.Text().Reveal()
	_, err = s.Notary.Do(ctx, notary.Order{Agreement: id, Actor: who,
		Command: integration.RevokeKey{ID: "key_" + k.ID(), Party: who.Party, By: who.ID, Reason: "replaced by a new key"}})
	return err
}

func (s sower) seedTokens(ctx context.Context, id agreement.ID, made *Partnership) error {
	for _, party := range agreement.Both {
		for _, role := range agreement.Roles {
			who, err := s.holder(id, party, role)
			if err != nil {
				continue // the example fills every role; an agreement need not
			}
			k, _, err := s.Door.Issue(ctx, access.API, id, who.ID, "seed "+string(role), access.TokenLife)
			if err != nil {
				return err
			}
			map[agreement.Party]map[string]string{agreement.A: made.A, agreement.B: made.B}[party][string(role)] = k.Text().Reveal()
			made.IDs["person"] = s.personOf(id, who.ID)
		}
	}
	return nil
}

func (s sower) personOf(id agreement.ID, pseudonym string) string {
	v, err := s.Register.View(id)
	if err != nil {
		return ""
	}
	return v.People[pseudonym]
}

// seedUpstreams sets where each component is served; where gives address and secret by component.
func (s sower) seedUpstreams(ctx context.Context, id string, where func(component string) (address, secret string)) error {
	v, err := s.Register.View(agreement.ID(id))
	if err != nil {
		return err
	}
	for _, c := range v.State.Text().Frame().Components {
		if !c.By(agreement.API) {
			continue
		}
		for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
			address, secret := where(c.Name)
			if err := s.setUpstream(ctx, id, c.Name, string(e), address, secret); err != nil {
				return err
			}
		}
	}
	return nil
}

// setUpstream says where a component is served, as its provider would.
func (s sower) setUpstream(ctx context.Context, id, component, environment, address, secret string) error {
	up := egress.Upstream{Agreement: id, Component: component, Environment: environment, Address: address}
	if secret != "" {
		up.Header = "Authorization"
	}
	return s.Upstreams.Set(ctx, up, access.NewSecret(secret))
}
