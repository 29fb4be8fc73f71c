package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"entente/agreement"
	"entente/articles"
	"entente/calendar"
)

// A contract is a text of the agreement as a page: whole or in part, with its margin or without.
type contract struct {
	Title, Subtitle string
	Version         agreement.Version
	Versions        int
	Stage           agreement.Stage
	Standing        articles.Status
	Since           string // what the front page's margin says of the stage
	Binding         bool   // the text is the one that binds, or the one proposed while none binds
	Offered         *agreement.Version
	Broken          bool // the agreement is read-only
	Unmeasured      bool // what the node measured could not be read
	Parts           []chapter
	Attention       []*note
	Done            []deed
	Alert           *alert
	Alone           *alone // set if only a part is shown
}

// A chapter is a part of the text with its margin.
type chapter struct {
	ID, Label, Title string
	Status           articles.Status // the worst that its margin says
	Rows             []row
}

// A row is a passage and the note beside it.
type row struct {
	passage
	Note *note
}

// alone is where one stands who reads a single clause.
type alone struct{ Before, After *passage }

// contractPage is the living contract.
func (c *Console) contractPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	version, ok := v.view.State.Life.Current()
	if !ok {
		return errAbsent
	}
	k, err := c.contract(r.Context(), v, version, nil)
	if err != nil {
		return err
	}
	if k.Done, err = c.done(r, v); err != nil {
		return err
	}
	return c.show(w, http.StatusOK, "contract", page{Title: v.Number(), Tab: "agreement", In: v, Body: k})
}

// versionPage is the text of one version, for reading before it is signed and after it was replaced.
func (c *Console) versionPage(w http.ResponseWriter, r *http.Request, v *visit) error {
	n, err := strconv.Atoi(r.PathValue("version"))
	if all := v.view.State.Life.Versions; err != nil || n < 1 || n > len(all) || strconv.Itoa(n) != r.PathValue("version") {
		return errAbsent
	}
	k, err := c.contract(r.Context(), v, v.view.State.Life.Versions[n-1], nil)
	if err != nil {
		return err
	}
	return c.show(w, http.StatusOK, "contract", page{Title: v.Number() + ", version " + strconv.Itoa(n), Tab: "agreement", In: v, Body: k})
}

// clausePage is one clause, article or schedule with its margin.
func (c *Console) clausePage(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.clause(w, r, v, r.PathValue("clause"), http.StatusOK, nil, nil)
}

// clause shows a clause alone; after an act that was not done, with what is to be said of it and
// the form as it was sent.
func (c *Console) clause(w http.ResponseWriter, r *http.Request, v *visit, cited string, status int, say *alert, sent *sent) error {
	version, ok := v.view.State.Life.Current()
	if sent != nil && sent.version > 0 && sent.version <= len(v.view.State.Life.Versions) {
		version = v.view.State.Life.Versions[sent.version-1]
	}
	if !ok {
		return errAbsent
	}
	k, err := c.contract(r.Context(), v, version, sent)
	if err != nil {
		return err
	}
	if !k.only(cited, v.Home()) {
		return errAbsent
	}
	k.Alert = say
	return c.show(w, status, "contract", page{Title: agreement.Clause(cited).Cite() + " of " + v.Number(), Tab: "agreement", In: v, Body: k})
}

// contract puts the margin beside a text. Where the text is not the one that binds there is no
// margin, except beside the signatures.
func (c *Console) contract(ctx context.Context, v *visit, version agreement.Version, sent *sent) (*contract, error) {
	text, err := c.wording(version)
	if err != nil {
		return nil, err
	}
	s := v.view.State
	current, _ := s.Life.Current()
	k := &contract{Title: text.Title, Subtitle: text.Subtitle, Version: version, Versions: len(s.Life.Versions), Stage: s.Stage(v.now),
		Binding: version.Number == current.Number, Broken: v.view.Broken != nil}
	if latest, ok := s.Life.Latest(); ok && !latest.Signed() && latest.Number != version.Number {
		k.Offered = &latest
	}
	notes := c.notes(ctx, v, version, sent, k)
	for _, p := range text.Parts {
		ch := chapter{ID: p.ID, Label: p.Label, Title: p.Title, Status: articles.Silent}
		for _, one := range p.Passages {
			n := notes[one.Margin]
			ch.Rows = append(ch.Rows, row{one, n})
			if n != nil {
				ch.Status = worse(ch.Status, n.Status)
			}
		}
		k.Parts = append(k.Parts, ch)
	}
	return k, nil
}

// severity orders the statuses by how much they want to be seen.
var severity = []articles.Status{articles.Silent, articles.Good, articles.Off, articles.Due, articles.Late}

func worse(a, b articles.Status) articles.Status {
	if slices.Index(severity, b) > slices.Index(severity, a) {
		return b
	}
	return a
}

// only reduces the page to one part of the text.
func (k *contract) only(cited, home string) bool {
	w := wording{}
	var all []passage
	for _, ch := range k.Parts {
		p := part{ID: ch.ID, Label: ch.Label, Title: ch.Title}
		for _, r := range ch.Rows {
			p.Passages = append(p.Passages, r.passage)
			all = append(all, r.passage)
		}
		w.Parts = append(w.Parts, p)
	}
	p, i, ok := w.find(cited)
	if !ok || len(p.Passages) == 0 {
		return false
	}
	ch := k.Parts[slices.IndexFunc(k.Parts, func(ch chapter) bool { return ch.ID == p.ID })]
	first, last := 0, len(ch.Rows)-1
	if i >= 0 {
		first, last = i, i
	}
	at := func(number string) int {
		return slices.IndexFunc(all, func(one passage) bool { return one.Number == number })
	}
	k.Alone = &alone{}
	if n := at(ch.Rows[first].Number); n > 0 {
		k.Alone.Before = &all[n-1]
	}
	if n := at(ch.Rows[last].Number); n+1 < len(all) {
		k.Alone.After = &all[n+1]
	}
	ch.Rows = slices.Clone(ch.Rows[first : last+1])
	for i := range ch.Rows {
		ch.Rows[i].HTML = away(ch.Rows[i].HTML, home)
	}
	k.Parts = []chapter{ch}
	return true
}

// notes are the notes of the margin by clause, and with them what the head of the page says.
func (c *Console) notes(ctx context.Context, v *visit, version agreement.Version, sent *sent, k *contract) map[agreement.Clause]*note {
	live, err := c.Live(ctx, v.ID())
	if err != nil {
		c.Log.Warn("the margins were not measured", "agreement", v.ID(), "error", err)
		live, k.Unmeasured = articles.Live{}, true
	}
	live.Now = v.now
	notes := map[agreement.Clause]*note{}
	for _, m := range articles.Margins(v.view.State, live) {
		n := &note{Margin: m}
		if m.Clause == "12.1" {
			k.Standing, k.Since = m.Status, m.Fact
		}
		if !k.Binding && m.Clause != agreement.SignatureBlock {
			continue
		}
		switch m.Clause {
		case "2.1":
			n.keys(c, v, sent)
		case "2.2":
			n.milestones(c, v, sent)
		case agreement.SignatureBlock:
			n.signatures(c, v, version, sent)
		}
		notes[m.Clause] = n
		if k.Binding && (m.Status == articles.Due || m.Status == articles.Late) && m.Clause != agreement.FrontPage {
			k.Attention = append(k.Attention, n)
		}
	}
	return notes
}

