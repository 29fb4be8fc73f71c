package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/calendar"
	"entente/notary"
)

// A seeding is the example partnership on a node: signed, in force, with keys and tokens.
type seeding struct {
	Agreement string                       `json:"agreement"`
	A         map[string]string            `json:"a"`    // API tokens by role
	B         map[string]string            `json:"b"`    // API tokens by role
	Keys      map[string]map[string]string `json:"keys"` // gateway keys by component, then "environment/purpose"
	IDs       map[string]string            `json:"ids"`  // of sample objects, by path parameter
}

var seed = Command{
	Name: "seed", Args: "--data DIR [--upstream URL] [--json]", Help: "prepare the example partnership in a data folder, for scripts and tests",
	Long: `
Opens the example agreement in DIR, signed by both parties and in force, with one API token per role
of each party, one gateway key per component, environment and purpose, and sample objects. --upstream
is where both components are served (an OpenAI-compatible address). Prints everything as JSON.`,
	Flags: func(f *flag.FlagSet) {
		f.String("data", "", "the data `folder`")
		f.String("upstream", "", "the `address` that serves the components")
		f.String("upstream-secret-file", "", "a `file` with the value of the Authorization header that the upstream wants")
		f.Bool("json", true, "print JSON (the only form)")
	},
	Run: func(ctx context.Context, env *Env, f *flag.FlagSet) error {
		if text(f, "data") == "" || len(env.Args) > 0 {
			return misusef("--data DIR says where")
		}
		s := settings{dir: text(f, "data"), name: "entente.local", now: env.Now, log: slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
		upstream := text(f, "upstream")
		if upstream != "" {
			u, err := url.Parse(upstream)
			if err != nil || u.Port() == "" {
				return misusef("--upstream is an address with a port, for example http://127.0.0.1:9000")
			}
			s.allow = []string{u.Host}
		}
		n, err := openNode(ctx, s)
		if err != nil {
			return err
		}
		secret, err := fileText(text(f, "upstream-secret-file"))
		if err != nil {
			return errors.Join(err, n.close(ctx))
		}
		made, err := n.seed(ctx)
		if err == nil && upstream != "" {
			err = n.seedUpstreams(ctx, made.Agreement, func(string) (string, string) { return upstream, secret })
		}
		if closed := n.close(ctx); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		return printJSON(env.Stdout, made)
	},
}

// fileText is the content of a small file without its last line break; empty for no name.
func fileText(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	b, err := os.ReadFile(name)
	return string(trimmed(b)), err
}

// seed brings the example partnership onto the node through the same doors as everybody: proposed,
// signed by both signatories, milestones confirmed by the technical leads.
func (n *node) seed(ctx context.Context) (seeding, error) {
	if len(n.register.Views()) > 0 {
		return seeding{}, errors.New("the folder has an agreement already; seed a new folder")
	}
	a := articles.Example(calendar.DateOf(n.notary.Now()))
	p, err := articles.Bind(a, nil)
	if err != nil {
		return seeding{}, err
	}
	id, err := n.notary.Open(ctx)
	if err != nil {
		return seeding{}, err
	}
	made := seeding{Agreement: string(id), A: map[string]string{}, B: map[string]string{}, Keys: map[string]map[string]string{}, IDs: map[string]string{"id": string(id)}}
	operator := articles.Actor{Party: agreement.Host, ID: "operator"}
	if _, err := n.notary.Propose(ctx, notary.Order{Agreement: id, Actor: operator}, notary.Proposal{File: articles.Write(a), Package: p, Attachments: exampleAttachments(a)}); err != nil {
		return seeding{}, err
	}
	for _, party := range agreement.Both {
		who, err := n.holder(id, party, agreement.Signatory)
		if err != nil {
			return seeding{}, err
		}
		if _, err := n.notary.SignHere(ctx, notary.Order{Agreement: id, Actor: who}); err != nil {
			return seeding{}, err
		}
	}
	if err := n.seedMilestones(ctx, id, &made); err != nil {
		return seeding{}, err
	}
	if err := n.seedKeys(ctx, id, &made); err != nil {
		return seeding{}, err
	}
	return made, n.seedTokens(ctx, id, &made)
}

// exampleAttachments are the example's attachments by the names on its front page.
func exampleAttachments(a articles.Agreement) map[string][]byte {
	named := map[string][]byte{}
	for _, at := range a.Agreement.Attachments {
		named[at.Name] = articles.ExampleAttachments()[at.File]
	}
	return named
}

// holder is the first person of a party who has a role.
func (n *node) holder(id agreement.ID, party agreement.Party, role agreement.Role) (articles.Actor, error) {
	v, err := n.register.View(id)
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
func (n *node) seedMilestones(ctx context.Context, id agreement.ID, made *seeding) error {
	v, err := n.register.View(id)
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
			who, err := n.holder(id, party, agreement.Technical)
			if err != nil {
				return err
			}
			c := integration.CompleteMilestone{Milestone: r.ID, Party: party, By: who.ID, Evidence: []integration.Evidence{
				{Kind: "link", Ref: "https://" + map[agreement.Party]string{"a": "calluna", "b": "tidewater"}[party] + ".example/evidence/" + r.ID, Remark: "report of the technical lead"}}}
			if _, err := n.notary.Do(ctx, notary.Order{Agreement: id, Actor: who, Command: c}); err != nil {
				return err
			}
		}
	}
	return nil
}

// seedKeys issues a key per component by API, environment and permitted purpose.
func (n *node) seedKeys(ctx context.Context, id agreement.ID, made *seeding) error {
	v, err := n.register.View(id)
	if err != nil {
		return err
	}
	for _, c := range v.State.Text().Frame().Components {
		if !c.By(agreement.API) {
			continue
		}
		who, err := n.holder(id, c.Provider.Other(), agreement.Technical)
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
				k, _, err := n.notary.IssueKey(ctx, notary.Order{Agreement: id, Actor: who},
					notary.KeyRequest{Component: c.Name, Environment: e, Purpose: purpose, Class: class, Label: c.Name + " in " + string(e)}, nil)
				if err != nil {
					return err
				}
				made.Keys[c.Name][string(e)+"/"+string(purpose)] = k.Text().Reveal()
				made.IDs["key"] = "key_" + k.ID()
			}
		}
		if err := n.seedRevoked(ctx, id, c.Name, who, made); err != nil {
			return err
		}
	}
	return nil
}

// revokedKey marks the key that was issued and revoked again.
const revokedKey = "revoked"

func (n *node) seedRevoked(ctx context.Context, id agreement.ID, component string, who articles.Actor, made *seeding) error {
	k, _, err := n.notary.IssueKey(ctx, notary.Order{Agreement: id, Actor: who},
		notary.KeyRequest{Component: component, Environment: agreement.Test, Purpose: agreement.Service, Label: "replaced"}, nil)
	if err != nil {
		return err
	}
	made.Keys[component]["test/"+revokedKey] = k.Text().Reveal()
	_, err = n.notary.Do(ctx, notary.Order{Agreement: id, Actor: who,
		Command: integration.RevokeKey{ID: "key_" + k.ID(), Party: who.Party, By: who.ID, Reason: "replaced by a new key"}})
	return err
}

func (n *node) seedTokens(ctx context.Context, id agreement.ID, made *seeding) error {
	for _, party := range agreement.Both {
		for _, role := range agreement.Roles {
			who, err := n.holder(id, party, role)
			if err != nil {
				continue // the example fills every role; an agreement need not
			}
			k, _, err := n.door.Issue(ctx, access.API, id, who.ID, "seed "+string(role), access.TokenLife)
			if err != nil {
				return err
			}
			map[agreement.Party]map[string]string{agreement.A: made.A, agreement.B: made.B}[party][string(role)] = k.Text().Reveal()
			made.IDs["person"] = n.personOf(id, who.ID)
		}
	}
	return nil
}

func (n *node) personOf(id agreement.ID, pseudonym string) string {
	v, err := n.register.View(id)
	if err != nil {
		return ""
	}
	return v.People[pseudonym]
}

// seedUpstreams sets where each component is served; where gives address and secret by component.
func (n *node) seedUpstreams(ctx context.Context, id string, where func(component string) (address, secret string)) error {
	v, err := n.register.View(agreement.ID(id))
	if err != nil {
		return err
	}
	for _, c := range v.State.Text().Frame().Components {
		if !c.By(agreement.API) {
			continue
		}
		for _, e := range []agreement.Environment{agreement.Test, agreement.Production} {
			address, secret := where(c.Name)
			if err := n.setUpstream(ctx, id, c.Name, string(e), address, secret); err != nil {
				return err
			}
		}
	}
	return nil
}
