package example

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/doors"
	"entente/cli/node"
	services "entente/demo"
	"entente/egress"
	"entente/files"
	"entente/ledger/passkey"
	"entente/mail"
)

// marker is the file by which a folder is known to be a demo's, so that --fresh deletes nothing else.
const marker = "demo.json"

// A Demo is how the example partnership is to be shown. All fields are needed, except Fresh and
// Mail.
type Demo struct {
	Dir     string
	Fresh   bool // start over: the demo's own data are deleted first
	Name    string
	Listen  string // the address of console and API
	Gateway string
	Issuers []string     // addresses beyond public ones at which companies may sign people in, as node.Settings has them
	Service node.Service // Ready is the demo's own
	Mail    *mail.Relay  // takes the letters to the people of the example; nil writes none
	Show    func(Presentation) error
	Log     *slog.Logger
	Now     func() time.Time
}

// Run starts the services behind the example and a node with it, and serves until the context ends.
func (d Demo) Run(ctx context.Context) error {
	if err := d.clear(); err != nil {
		return err
	}
	back, stop, err := startServices()
	if err != nil {
		return err
	}
	defer stop()
	entrance, err := doors.Listen(doors.Listening{Inside: d.Listen, Outside: d.Gateway})
	if err != nil {
		return err
	}
	site, err := siteOf(entrance.Ports().Listen)
	if err != nil {
		return errors.Join(err, entrance.Close())
	}
	n, err := node.Open(ctx, node.Settings{Dir: d.Dir, Name: d.Name, Now: d.Now, Site: site, Mail: d.Mail, Upstream: egress.Policy{Allow: back.hosts()}, Issuers: d.Issuers, Log: d.Log})
	if err != nil {
		return errors.Join(err, entrance.Close())
	}
	s := sower{n}
	made, fresh, err := s.demoData(ctx, d.Dir)
	if err == nil {
		err = s.seedUpstreams(ctx, made.Agreement, back.where)
	}
	if err != nil {
		return errors.Join(err, n.Close(ctx), entrance.Close())
	}
	d.Service.Ready = func(p doors.Ports) error {
		go s.traffic(ctx, p, made, fresh)
		shown, err := s.present(ctx, p, made)
		if err != nil {
			return err
		}
		return d.Show(shown)
	}
	return n.Serve(ctx, entrance, d.Service)
}

// siteOf is the address by which people on this machine reach the demo: browsers have passkeys at
// localhost without TLS, and not at 127.0.0.1. A demo for others has none.
func siteOf(listen string) (passkey.Site, error) {
	at, err := netip.ParseAddrPort(listen)
	if err != nil || !at.Addr().IsLoopback() {
		return passkey.Site{}, nil
	}
	return passkey.ParseSite(fmt.Sprintf("http://localhost:%d", at.Port()))
}

// clear deletes the data of an earlier demo, where that is asked for, and nothing else.
func (d Demo) clear() error {
	if !d.Fresh {
		return nil
	}
	entries, err := os.ReadDir(d.Dir)
	if errors.Is(err, os.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if _, err := os.Stat(filepath.Join(d.Dir, marker)); err != nil {
		return fmt.Errorf("%s is not a demo's folder, so it is not deleted", d.Dir)
	}
	release, err := files.Lock(d.Dir)
	if err != nil {
		return err
	}
	return errors.Join(release(), os.RemoveAll(d.Dir))
}

// backends are the two AI services behind the example partnership.
type backends struct {
	address map[string]string // by component
	key     map[string]string
}

func startServices() (backends, func(), error) {
	b := backends{map[string]string{}, map[string]string{"summarise": "demo-key-of-calluna", "embed": "demo-key-of-tidewater"}}
	handlers := map[string]http.Handler{"summarise": services.Summariser(b.key["summarise"]), "embed": services.Embedder(b.key["embed"])}
	var servers []*http.Server
	stop := func() {
		for _, s := range servers {
			s.Close()
		}
	}
	for name, h := range handlers {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			stop()
			return b, nil, fmt.Errorf("starting the service behind %s: %w", name, err)
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
		servers = append(servers, s)
		go s.Serve(l)
		b.address[name] = "http://" + l.Addr().String() + "/v1"
	}
	return b, stop, nil
}

func (b backends) hosts() []string {
	var all []string
	for _, a := range b.address {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(a, "http://"), "/v1"))
	}
	slices.Sort(all)
	return all
}

func (b backends) where(component string) (address, secret string) {
	return b.address[component], "Bearer " + b.key[component]
}

// demoData finds the demo's data, or makes them in a new folder.
func (s sower) demoData(ctx context.Context, dir string) (made Partnership, fresh bool, err error) {
	path := filepath.Join(dir, marker)
	b, err := os.ReadFile(path)
	if err == nil {
		return made, false, json.Unmarshal(b, &made)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return made, false, err
	}
	if len(s.Register.Views()) > 0 {
		return made, false, fmt.Errorf("%s has agreements that are not the demo's; choose another folder with --data", dir)
	}
	if made, err = s.seed(ctx, draft.Example(calendar.DateOf(s.Notary.Now()))); err != nil {
		return made, true, fmt.Errorf("making the example partnership: %w", err)
	}
	if b, err = json.MarshalIndent(made, "", "  "); err != nil {
		return made, true, err
	}
	return made, true, files.WriteFile(path, append(b, '\n'), 0o600)
}

// A Presentation is what there is to see, and to try.
type Presentation struct {
	Console   string            `json:"console"`
	API       string            `json:"api"`
	Gateway   string            `json:"gateway"`
	Agreement string            `json:"agreement"`
	Links     []personLink      `json:"links"`
	Keys      map[string]string `json:"keys"`
	Tokens    map[string]string `json:"tokens"`
	Try       []trial           `json:"try"`
}

type personLink struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	Party  string `json:"party"`
	Roles  string `json:"roles"`
	Link   string `json:"link"`
}

// A trial is one thing to try: why, and a line that works when pasted.
type trial struct {
	Say string `json:"say"`
	Run string `json:"run"`
}

func (s sower) present(ctx context.Context, p doors.Ports, made Partnership) (Presentation, error) {
	links, err := s.links(ctx, p.Door(), agreement.ID(made.Agreement))
	if err != nil {
		return Presentation{}, err
	}
	test, live := made.Keys["summarise"]["test/service"], made.Keys["summarise"]["production/service"]
	token := made.B["technical"]
	show := Presentation{Console: p.Door(), API: "http://" + p.Listen + "/api/v1", Gateway: "http://" + p.Gateway,
		Agreement: made.Agreement, Links: links, Keys: map[string]string{"test": test, "production": live},
		Tokens: map[string]string{"a_technical": made.A["technical"], "b_technical": token}}
	show.Try = trials(show, made, token)
	if v, err := s.Register.View(agreement.ID(made.Agreement)); err == nil && v.State.Integration.Open(v.State.Text().Integration) {
		show.Try[0].Say = "Production is open since the last milestone was confirmed, so this call passes."
		show.Try[1].Say = "The milestone is complete, so confirming it again is refused: clause 2.2."
	}
	return show, nil
}

func trials(s Presentation, made Partnership, token string) []trial {
	chat := func(key, extra, body string) string {
		return fmt.Sprintf("curl -sS %s/summarise/v1/chat/completions -H 'Authorization: Bearer %s' -H 'Content-Type: application/json'%s -d '%s'", s.Gateway, key, extra, body)
	}
	const ask = `{"model":"calluna-extract-1","messages":[{"role":"user","content":"The harbour was closed on Monday. A storm had damaged the pier. Ships waited outside for two days. The pier will be repaired in spring."}]}`
	return []trial{
		{"A production call is refused: clause 2.2, a milestone is still open.", chat(s.Keys["production"], "", ask)},
		{"Party B's technical lead confirms the last milestone; that opens production (try the first line again).",
			fmt.Sprintf("curl -sS -X POST %s/agreements/%s/milestones/%s/completion -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{\"evidence\":[{\"kind\":\"link\",\"ref\":\"https://tidewater.example/evidence/review\"}]}'",
				s.API, s.Agreement, made.IDs["milestone"], token)},
		{"The same call in test, streamed as it is written.", chat(s.Keys["test"], "", strings.Replace(ask, `{"model"`, `{"stream":true,"model"`, 1)) + " -N"},
		{"Training on the other party's data is refused: clause 3.4.", chat(s.Keys["test"], " -H 'Entente-Purpose: training'", ask)},
		{"What was used so far, by component, environment, purpose and day.",
			fmt.Sprintf("curl -sS '%s/usage/summary?agreement=%s' -H 'Authorization: Bearer %s'", s.API, s.Agreement, token)},
	}
}

// links makes a one-time link for each person of the agreement.
func (s sower) links(ctx context.Context, base string, id agreement.ID) ([]personLink, error) {
	v, err := s.Register.View(id)
	if err != nil {
		return nil, err
	}
	var all []personLink
	for _, person := range v.State.Text().Frame().People {
		m, ok := v.Member(person.ID)
		if !ok {
			continue
		}
		k, _, err := s.Door.Issue(ctx, access.Link, id, m.ID, "demo", access.LinkLife)
		if err != nil {
			return nil, err
		}
		var roles []string
		for _, r := range person.Roles {
			roles = append(roles, r.Label())
		}
		all = append(all, personLink{person.ID, person.Name, v.State.Text().Parties.Of(person.Party).Name, strings.Join(roles, ", "), base + "/enter/" + k.Text().Reveal()})
	}
	return all, nil
}

// Print writes it for people.
func (s Presentation) Print(w io.Writer) {
	fmt.Fprintf(w, "Entente is running: Calluna Text GmbH and Tidewater Search Ltd, agreement CT-2026-007.\n\n  console  %s\n  API      %s\n  gateway  %s\n\n", s.Console, s.API, s.Gateway)
	fmt.Fprintf(w, "Keys of Tidewater Search for the component summarise:\n\n  test        %s\n  production  %s\n\nFive things to try:\n", s.Keys["test"], s.Keys["production"])
	for i, t := range s.Try {
		fmt.Fprintf(w, "\n%d. %s\n\n   %s\n", i+1, t.Say, t.Run)
	}
	fmt.Fprint(w, "\nOpen the living contract as one of its people (each link works once):\n\n")
	for _, l := range s.Links {
		fmt.Fprintf(w, "  %s (%s; %s)\n    %s\n", l.Name, l.Party, l.Roles, l.Link)
	}
	fmt.Fprint(w, "\nCtrl-C ends it; the data stays for the next start (--fresh starts over).\n")
}

// traffic is what the two companies do: a burst when the data are new, then a call every few seconds.
func (s sower) traffic(ctx context.Context, p doors.Ports, made Partnership, fresh bool) {
	caller := &services.Caller{Gateway: "http://" + p.Gateway, Rand: rand.New(rand.NewPCG(1, uint64(s.Notary.Now().UnixNano()))),
		Client: &http.Client{Transport: egress.Policy{Allow: []string{p.Gateway}}.RoundTripper()}}
	for component, keys := range made.Keys {
		for use, key := range keys {
			environment, purpose, _ := strings.Cut(use, "/")
			t := services.Target{Component: component, Environment: environment, Purpose: purpose, Key: key}
			if purpose == revokedKey {
				t.Purpose, t.Revoked = string(agreement.Service), true
			}
			caller.Targets = append(caller.Targets, t)
		}
	}
	slices.SortFunc(caller.Targets, func(a, b services.Target) int { return strings.Compare(a.Key, b.Key) })
	if fresh {
		caller.Traffic(ctx, 60, 40*time.Millisecond)
	}
	for ctx.Err() == nil {
		caller.Traffic(ctx, 100, 5*time.Second)
	}
}
