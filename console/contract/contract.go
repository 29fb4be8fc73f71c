// Package contract is the living contract: the wording that binds, as it was signed, and beside each
// clause how it is kept, how it stands, and what the visitor may do there.
package contract

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles/margins"
	"entente/console/amending"
	"entente/console/ending"
	"entente/console/frame"
	"entente/console/keys"
	"entente/console/record"
	"entente/console/wording"
	"entente/document"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files, keys.Parts, amending.Parts, ending.Parts)

// A Desk serves the living contract. All fields are needed to answer, none to list the routes.
type Desk struct {
	Notary  *notary.Notary
	Keys    *keys.Desk
	Beside  *amending.Desk
	Ending  *ending.Desk
	Archive *record.Archive
	Notes   *access.Notebook
	// Live gives what the node measured for the margins of an agreement.
	Live func(context.Context, agreement.ID) (margins.Live, error)
	Log  *slog.Logger

	wordings wording.Shelf
}

// Routes are the pages of the contract, and what is done under its clauses.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET ", Serve: d.contractPage},
		{Pattern: "GET /versions/{version}", Serve: d.versionPage},
		{Pattern: "GET /clauses/{clause}", Serve: d.clausePage},
		{Pattern: "POST /clauses/{clause}/notes", Serve: d.onClause(d.keepNote)},
		{Pattern: "POST /clauses/{clause}/notes/removal", Serve: d.onClause(d.forgetNote)},
		{Pattern: "POST /signatures", Serve: d.act(agreement.SignatureBlock, d.sign)},
		{Pattern: "POST /milestones/completion", Serve: d.act("2.2", d.complete)},
		{Pattern: "POST /milestones/reopening", Serve: d.act("2.2", d.reopen)},
		{Pattern: "POST /certificates", Serve: d.act("8.2", d.certify)},
		{Pattern: "POST /clauses/{clause}/waivers", Serve: d.besideClause(d.Beside.Waive)},
		{Pattern: "POST /clauses/{clause}/waivers/end", Serve: d.besideClause(d.Beside.EndWaiver)},
		{Pattern: "POST /clauses/{clause}/letters", Serve: d.besideClause(d.Beside.Give)},
		{Pattern: "POST /assignments", Serve: d.act("13.3", d.Beside.Assign)},
		{Pattern: "POST /assignments/consent", Serve: d.act("13.3", d.Beside.Consent)},
		{Pattern: "POST /assignments/refusal", Serve: d.act("13.3", d.Beside.Refuse)},
		{Pattern: "POST /assignments/withdrawal", Serve: d.act("13.3", d.Beside.Withdraw)},
		{Pattern: "POST /suspensions", Serve: d.act("12.2", d.Ending.Suspend)},
		{Pattern: "POST /suspensions/end", Serve: d.act("12.2", d.Ending.Resume)},
		{Pattern: "POST /breaches", Serve: d.act("12.2", d.Ending.Accuse)},
		{Pattern: "POST /breaches/cure", Serve: d.act("12.2", d.Ending.Cure)},
		{Pattern: "POST /changes", Serve: d.act("12.2", d.Ending.Announce)},
		{Pattern: "POST /changes/settlement", Serve: d.act("12.2", d.Ending.Settle)},
		{Pattern: "POST /keys", Serve: d.act("2.1", d.Keys.Issue)},
		{Pattern: "POST /keys/revocation", Serve: d.act("2.1", d.Keys.Revoke)},
	}
}

// A contract is a text of the agreement as a page: whole or in part, with its margin or without.
type contract struct {
	Title      string
	A, B       string // the parties' names in this text
	Version    agreement.Version
	Standing   margins.Status
	Since      string // what the margin of clause 12.1 says of the stage
	Binding    bool   // the text is the one that binds, or the one proposed while none binds
	Offered    *agreement.Version
	Broken     bool // the agreement is read-only
	Unmeasured bool // what the node measured could not be read
	Parts      []chapter
	Attention  []*note
	Alert      *frame.Alert
	Alone      *alone // set if only a part is shown
	Panel      *panel // set if a single clause that binds is shown
	Sieve      *sieve // nil where only a part is shown, or another text than the one that binds

	text     *wording.Text
	versions int
	inForce  bool
}

// VersionSays is the version and how it stands.
func (k *contract) VersionSays() string {
	text := strconv.Itoa(k.Version.Number)
	switch {
	case k.inForce:
		return text + ", in force"
	case k.Version.Signed():
		return text + ", signed by both parties"
	}
	return fmt.Sprintf("%s, proposed, with %d of 2 signatures", text, len(k.Version.Signatures))
}

// Others are the versions that are not shown.
func (k *contract) Others() []int {
	var all []int
	for n := 1; n <= k.versions; n++ {
		if n != k.Version.Number {
			all = append(all, n)
		}
	}
	return all
}

// Filtered reports whether clauses are left out because of what the reader asks to see.
func (k *contract) Filtered() bool { return k.Sieve != nil && k.Sieve.Active() }

// A chapter is a part of the text with its margin.
type chapter struct {
	ID, Label, Title string
	Status           margins.Status // the worst that its margin says
	Rows             []row
}

// Short is how a list of contents letters the part: "6", "A"; empty for the parts around them.
func (ch chapter) Short() string {
	return strings.TrimPrefix(strings.TrimPrefix(ch.Label, "Article "), "Schedule ")
}

// A row is a passage and the note beside it.
type row struct {
	wording.Passage
	Note *note
}

// alone is where one stands who reads a single clause.
type alone struct{ Before, After *wording.Passage }

// contractPage is the living contract.
func (d *Desk) contractPage(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	version, ok := v.View.State.Life.Current()
	if !ok {
		return frame.ErrAbsent
	}
	k, err := d.contract(r.Context(), v, version, nil)
	if err != nil {
		return err
	}
	s, err := sieveOf(r)
	if err != nil {
		return err
	}
	if err := d.tell(r, v, k); err != nil {
		return err
	}
	k.sift(s, v.Home())
	return pages.Show(w, http.StatusOK, "contract", frame.Page{Title: v.Number(), Tab: "agreement", Follows: frame.Following(r, ""), In: v, Body: k})
}

// tell says beside the clause what the visitor has just done there; beside one that is shown alone, what led there. The address names the entry;
// what is said comes from the ledger and never from the address.
func (d *Desk) tell(r *http.Request, v *frame.Visit, k *contract) error {
	n, err := strconv.ParseInt(r.URL.Query().Get("entry"), 10, 64)
	if err != nil || n < 0 || n >= v.View.Size {
		return nil
	}
	deeds, err := d.Archive.Reader(r.Context(), v).Deeds(n, v.Caller.Actor.ID, v.Now)
	if err != nil || len(deeds) == 0 {
		return err
	}
	for _, ch := range k.Parts {
		for _, row := range ch.Rows {
			if row.Note != nil && (row.Note.Clause == deeds[0].Clause || k.Alone != nil) {
				row.Note.Done = deeds
			}
		}
	}
	return nil
}

// versionPage is the text of one version, for reading before it is signed and after it was replaced.
func (d *Desk) versionPage(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	n, err := strconv.Atoi(r.PathValue("version"))
	if all := v.View.State.Life.Versions; err != nil || n < 1 || n > len(all) || strconv.Itoa(n) != r.PathValue("version") {
		return frame.ErrAbsent
	}
	k, err := d.contract(r.Context(), v, v.View.State.Life.Versions[n-1], nil)
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "contract", frame.Page{Title: v.Number() + ", version " + strconv.Itoa(n), Tab: "agreement", Follows: frame.Following(r, ""), In: v, Body: k})
}

// clausePage is one clause, article or schedule with its margin.
func (d *Desk) clausePage(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.clause(w, r, v, r.PathValue("clause"), http.StatusOK, nil, nil)
}

// clause shows a clause alone; after an act that was not done, with what is to be said of it and
// the form as it was sent.
func (d *Desk) clause(w http.ResponseWriter, r *http.Request, v *frame.Visit, cited string, status int, say *frame.Alert, sent *frame.Sent) error {
	version, ok := v.View.State.Life.Current()
	if sent != nil && sent.Version > 0 && sent.Version <= len(v.View.State.Life.Versions) {
		version = v.View.State.Life.Versions[sent.Version-1]
	}
	if !ok {
		return frame.ErrAbsent
	}
	k, err := d.contract(r.Context(), v, version, sent)
	if err != nil {
		return err
	}
	if !k.only(cited, v.Home()) {
		return frame.ErrAbsent
	}
	if clause := k.single(); k.Binding && clause != "" {
		if k.Panel, err = d.panel(v, d.Archive.Reader(r.Context(), v), clause); err != nil {
			return err
		}
		k.Panel.Beside = amending.Of(v, clause, sent)
		if k.Panel.Notepad, err = d.notepad(r.Context(), v, clause, sent); err != nil {
			return err
		}
	}
	if k.Alert = say; say != nil {
		say.Again = sent.Shown
	}
	if err := d.tell(r, v, k); err != nil {
		return err
	}
	return pages.Show(w, status, "contract", frame.Page{Title: frame.Heading(agreement.Clause(cited)) + " · " + v.Number(), Tab: "agreement", Follows: frame.Following(r, ""), In: v, Body: k})
}

// contract puts the margin beside a text. Where the text is not the one that binds there is no
// margin, except beside the signatures.
func (d *Desk) contract(ctx context.Context, v *frame.Visit, version agreement.Version, sent *frame.Sent) (*contract, error) {
	text, err := d.wordings.Of(version, d.document)
	if err != nil {
		return nil, err
	}
	s := v.View.State
	current, _ := s.Life.Current()
	parties := s.Texts[version.Number-1].Parties
	k := &contract{text: text, Title: text.Title, A: parties.A.Name, B: parties.B.Name, Version: version, versions: len(s.Life.Versions), inForce: s.Life.InForce == version.Number,
		Binding: version.Number == current.Number, Broken: v.View.Broken != nil}
	if latest, ok := s.Life.Latest(); ok && !latest.Signed() && latest.Number != version.Number {
		k.Offered = &latest
	}
	notes := d.notes(ctx, v, version, sent, k)
	for _, p := range text.Parts {
		ch := chapter{ID: p.ID, Label: p.Label, Title: p.Title, Status: margins.Silent}
		for _, one := range p.Passages {
			n := notes[one.Margin]
			ch.Rows = append(ch.Rows, row{one, n})
			if n != nil {
				n.At = one.Number
				ch.Status = worse(ch.Status, n.Status)
			}
		}
		k.Parts = append(k.Parts, ch)
	}
	return k, nil
}

// severity orders the statuses by how much they want to be seen.
var severity = []margins.Status{margins.Silent, margins.Good, margins.Off, margins.Due, margins.Late}

func worse(a, b margins.Status) margins.Status {
	if slices.Index(severity, b) > slices.Index(severity, a) {
		return b
	}
	return a
}

// only reduces the page to what is cited: a clause, an article or a schedule.
func (k *contract) only(cited, home string) bool {
	at, i, ok := k.text.Find(cited)
	if !ok || len(k.Parts[at].Rows) == 0 {
		return false
	}
	ch := k.Parts[at]
	first, last := 0, len(ch.Rows)-1
	if i >= 0 {
		first, last = i, i
	}
	k.Alone = &alone{k.text.Neighbour(at, first, -1), k.text.Neighbour(at, last, +1)}
	ch.Rows = slices.Clone(ch.Rows[first : last+1])
	for i := range ch.Rows {
		ch.Rows[i].HTML = wording.Away(ch.Rows[i].HTML, home)
		if n := ch.Rows[i].Note; n != nil {
			n.Alone = true
		}
	}
	k.Parts = []chapter{ch}
	return true
}

// single is the clause of the catalogue that is shown, where one margin stands on the page.
func (k *contract) single() (clause agreement.Clause) {
	for _, r := range k.Parts[0].Rows {
		if r.Note != nil {
			if clause != "" {
				return ""
			}
			clause = r.Note.Clause
		}
	}
	return clause
}

// notes are the notes of the margin by clause, and with them what the head of the page says.
func (d *Desk) notes(ctx context.Context, v *frame.Visit, version agreement.Version, sent *frame.Sent, k *contract) map[agreement.Clause]*note {
	live, err := d.Live(ctx, v.ID())
	if err != nil {
		d.Log.Warn("the margins were not measured", "agreement", v.ID(), "error", err)
		live, k.Unmeasured = margins.Live{}, true
	}
	live.Now = v.Now
	notes := map[agreement.Clause]*note{}
	for _, m := range margins.All(v.View.State, live) {
		n := &note{Margin: m, Home: v.Home()}
		if m.Clause == "12.1" {
			k.Standing, k.Since = m.Status, m.Fact
		}
		if !k.Binding && m.Clause != agreement.SignatureBlock {
			continue
		}
		switch m.Clause {
		case "2.1":
			n.Ring, n.Details = keys.Of(v, "", "", live.Used, sent), nil // the keys themselves say more
			n.Ring.Fold = !n.Alone
		case "2.2":
			n.milestones(v, sent)
		case "8.2":
			n.certificates(v, sent)
		case "13.3":
			n.Passing, n.Details = amending.PassingOf(v, sent), nil // the assignments themselves say more
		case "12.1", "12.2":
			n.Ending = ending.Of(v, m.Clause, sent)
		case agreement.SignatureBlock:
			n.signatures(v, version, sent)
		}
		n.Mine = n.mine(v)
		notes[m.Clause] = n
		if k.wants(m) {
			k.Attention = append(k.Attention, n)
		}
	}
	return notes
}

// wants reports whether the head of the page points at a margin. Before the text is signed there is
// nothing to do but to sign it.
func (k *contract) wants(m margins.Margin) bool {
	switch {
	case !k.Binding || m.Status != margins.Due && m.Status != margins.Late:
		return false
	case !k.Version.Signed():
		return m.Clause == agreement.SignatureBlock
	}
	return m.Clause != agreement.FrontPage // 12.1 says the same
}

// document is the wording of a version as it was stored when it was proposed.
func (d *Desk) document(v agreement.Version) (document.Document, error) {
	p, err := d.Notary.Package(v)
	if err != nil {
		return document.Document{}, err
	}
	return p.Document()
}
