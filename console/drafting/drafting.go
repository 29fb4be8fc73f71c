// Package drafting is where a person writes the next version in a browser: the terms of each article as a
// form, the clauses beside it with what changes, and what checking finds where it is to be mended. The draft
// is its author's alone until it is proposed.
package drafting

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/changes"
	"entente/articles/draft"
	"entente/articles/form"
	"entente/articles/source"
	"entente/console/frame"
	"entente/submission"
)

//go:embed pages/*.html
var files embed.FS

//go:embed parts/*.html
var parts embed.FS

var pages = frame.Parse(files, parts)

// A Desk serves the editor. All fields are needed to answer, none to list the routes.
type Desk struct {
	Clerk  *submission.Clerk
	Drawer *access.Drawer
	// Enter brings somebody into the agreement that they have opened, as the person that they are there.
	Enter func(w http.ResponseWriter, r *http.Request, by access.Caller, id agreement.ID, m agreement.Member) error
}

// Routes are the pages of the editor, and what is done on them.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /draft", Serve: d.may(d.overview)},
		{Pattern: "GET /draft/{section}", Serve: d.seated(d.section)},
		{Pattern: "POST /draft/{section}", Serve: d.seated(d.save)},
		{Pattern: "POST /draft", Serve: d.may(frame.Stage{Again: d.again, Then: d.proposed}.Play(d.propose))},
		{Pattern: "POST /draft/disposal", Serve: d.seated(d.dispose)},
		{Pattern: "GET /draft/attachments", Serve: d.seated(d.attachments)},
		{Pattern: "POST /draft/attachments", Serve: d.seated(d.attach)},
		{Pattern: "POST /draft/attachments/removal", Serve: d.seated(d.detach)},
		{Pattern: "GET /draft/attachments/{digest}", Serve: d.seated(d.attachment)},
	}
}

// may lets those in who can propose a version.
func (d *Desk) may(serve frame.Serve) frame.Serve {
	return func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
		if !articles.May(v.View.State, v.Caller.Actor, agreement.Propose{}) {
			return agreement.Refuse("propose a version", "7.1", "this is for the signatories and legal contacts of a party")
		}
		return serve(w, r, v)
	}
}

// A seat is where somebody writes a draft: whose it is, where its pages are and what it would replace.
type seat struct {
	Home   string // the path of the draft: "/agreements/agr_1/draft"
	Of     string // what it is a draft of, for headings: "agreement P-2027-001"
	After  string // the path to which one comes when it is thrown away
	caller access.Caller
	what   string       // what the drawer calls it
	in     *frame.Visit // nil if its author has no agreement here yet
	tab    string
	before articles.Agreement    // the terms that it begins with and is compared with
	latest agreement.Version     // of before; none for a new agreement
	texts  []*articles.Agreement // of all versions
}

// A serve answers a request at a seat.
type serve func(http.ResponseWriter, *http.Request, *seat) error

// seated serves what is at the seat of a person of an agreement.
func (d *Desk) seated(serve serve) frame.Serve {
	return d.may(func(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
		s, err := seatOf(v)
		if err != nil {
			return err
		}
		return serve(w, r, s)
	})
}

// seatOf is where a person of an agreement writes its next version.
func seatOf(v *frame.Visit) (*seat, error) {
	latest, ok := v.View.State.Life.Latest()
	if !ok {
		return nil, frame.ErrAbsent
	}
	return &seat{Home: v.Home() + "/draft", Of: "agreement " + v.Number(), After: v.Home() + "/negotiation", caller: v.Caller, what: access.OfDraft,
		in: v, tab: "negotiation", before: *v.View.State.Texts[latest.Number-1], latest: latest, texts: v.View.State.Texts}, nil
}

// A paper is a draft and what it would replace.
type paper struct {
	*seat
	Begun  bool // something has been saved
	From   int  // the version from which it began
	Terms  articles.Agreement
	Latest agreement.Version
	Before articles.Agreement // the terms of the latest version
	slots  []slot             // where the drawer has its attachments
}

// kept is a draft as the drawer has it.
type kept struct {
	From  int    `json:"from"`
	File  string `json:"file"`
	Slots []slot `json:"slots,omitempty"`
}

// open takes a draft out of its author's drawer; without one, it is as what it would replace.
func (d *Desk) open(ctx context.Context, at *seat) (paper, error) {
	p := paper{seat: at, Latest: at.latest, From: at.latest.Number, Before: at.before}
	text, err := d.Drawer.Take(ctx, at.caller, at.what)
	if err != nil {
		return p, err
	}
	var k kept
	if !text.IsZero() {
		if err := json.Unmarshal([]byte(text.Reveal()), &k); err != nil {
			return p, fmt.Errorf("reading the draft of %s: %w", at.Of, err)
		}
	}
	p.slots = k.Slots
	if k.File == "" { // there is none, or it was thrown away, or proposed
		p.Terms = form.Settled(p.Before)
		return p, nil
	}
	f, _ := source.Read("draft", []byte(k.File))
	p.Begun, p.From, p.Terms = true, k.From, f.Agreement
	return p, nil
}

// keep puts a draft into its author's drawer.
func (d *Desk) keep(ctx context.Context, p paper) error {
	return d.put(ctx, p.seat, kept{p.From, string(draft.Write(p.Terms)), p.slots})
}

// forget empties the drawer of a draft and what was attached to it.
func (d *Desk) forget(ctx context.Context, p paper) error {
	for _, s := range p.slots {
		if err := d.Drawer.Put(ctx, p.caller, p.seat.slotName(s.Number), access.Secret{}); err != nil {
			return err
		}
	}
	return d.put(ctx, p.seat, kept{})
}

func (d *Desk) put(ctx context.Context, at *seat, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return d.Drawer.Put(ctx, at.caller, at.what, access.NewSecret(string(text)))
}

// check is what checking finds in a draft.
func check(a articles.Agreement) agreement.Findings {
	f, _ := source.Read("draft", draft.Write(a))
	return f.Check()
}

// Sections are the parts of the agreement file, in its order.
func sections() []string {
	return slices.DeleteFunc(form.Keys(reflect.TypeFor[articles.Agreement]()), func(key string) bool { return key == "edition" })
}

// A summary is a section in the list of them.
type summary struct {
	Section, Title string
	Changes        int
	Errors         int
}

func (s summary) Changed() string { return frame.Counted(s.Changes, "change", "changes") }
func (s summary) Faults() string  { return frame.Counted(s.Errors, "error", "errors") }

// A fault is an error in the draft, with where it is mended.
type fault struct {
	agreement.Finding
	Link string
}

// A survey is a draft as a whole: its sections, what changes in them and what is to be mended.
type survey struct {
	paper
	Sections []summary
	Changes  []changes.Change
	Faults   []fault
}

func (p paper) survey() survey {
	o := survey{paper: p, Changes: changes.Between(p.Before, p.Terms)}
	found := check(p.Terms)
	for _, section := range sections() {
		s := summary{Section: section, Title: form.SectionTitle(section)}
		for _, c := range o.Changes {
			if in(c.Path, section) {
				s.Changes++
			}
		}
		for _, one := range found {
			if one.Severity == agreement.Error && in(one.Path, section) {
				s.Errors++
				o.Faults = append(o.Faults, fault{one, p.Home + "/" + section + "#" + field{Path: one.Path}.ID()})
			}
		}
		o.Sections = append(o.Sections, s)
	}
	return o
}

// An overview is the draft of a next version as a whole, and what can be done with it.
type overview struct {
	survey
	Propose *frame.Form
	Dispose *frame.Form
	Alert   *frame.Alert
}

// Next is the number that the version would have.
func (o *overview) Next() int { return o.Latest.Number + 1 }

// Stale reports whether another version was proposed since the draft was begun.
func (o *overview) Stale() bool { return o.Begun && o.From != o.Latest.Number }

func (d *Desk) overview(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.again(w, r, v, http.StatusOK, nil, nil)
}

// again is the overview; after a proposal that was not made, with what is to be said of it.
func (d *Desk) again(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	at, err := seatOf(v)
	if err != nil {
		return err
	}
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	o := &overview{survey: p.survey(), Alert: say}
	if p.Begun {
		o.Dispose = v.Form("dispose", "/draft/disposal", "", "", nil)
		if len(o.Changes) > 0 && len(o.Faults) == 0 {
			o.Propose = v.Form("propose", "/draft", "", "", sent)
		}
	}
	return pages.Show(w, status, "overview", frame.Page{Title: "Draft for " + v.Number(), Tab: at.tab, In: v, Body: o})
}

// in reports whether a path is of a section.
func in(path, section string) bool {
	return path == section || strings.HasPrefix(path, section+".") || strings.HasPrefix(path, section+"[")
}

// A chapter is a section being filled in, with its clauses beside it.
type chapter struct {
	paper
	Section, Title string
	Fields         []field
	Found          agreement.Findings // about the section, and beside none of its fields
	Wrong          int                // values that were typed and are none
	Faults         []string           // the ids of the elements where something is to be mended
	Beside         template.HTML
	Earlier, Later string // the sections around it
}

// EarlierTitle and LaterTitle are what they are called.
func (c *chapter) EarlierTitle() string { return form.SectionTitle(c.Earlier) }
func (c *chapter) LaterTitle() string   { return form.SectionTitle(c.Later) }

func (d *Desk) section(w http.ResponseWriter, r *http.Request, at *seat) error {
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, p, &sheet{})
}

// show is a section as the sheet has it.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, p paper, s *sheet) error {
	name := r.PathValue("section")
	all := sections()
	at := slices.Index(all, name)
	if at < 0 {
		return frame.ErrAbsent
	}
	for _, one := range check(p.Terms) {
		if in(one.Path, name) {
			s.found = append(s.found, one)
		}
	}
	value, _ := form.At(reflect.ValueOf(&p.Terms).Elem(), name)
	c := &chapter{paper: p, Section: name, Title: form.SectionTitle(name), Fields: s.fields(value, name), Wrong: len(s.wrong),
		Beside: beside(p, name)}
	c.Found = unplaced(s.found, c.Fields)
	c.Faults = faulty("section-found", "", c.Found, nil)
	for _, f := range c.Fields {
		c.Faults = append(c.Faults, f.faults()...)
	}
	if at > 0 {
		c.Earlier = all[at-1]
	}
	if at+1 < len(all) {
		c.Later = all[at+1]
	}
	return pages.Show(w, status, "section", frame.Page{Title: c.Title + ", draft of " + p.Of, Tab: p.tab, In: p.in, Body: c})
}

// save takes a section as it was sent. What is a value is kept, and what is none is shown again with why.
func (d *Desk) save(w http.ResponseWriter, r *http.Request, at *seat) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	name := r.PathValue("section")
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	if !slices.Contains(sections(), name) {
		return frame.ErrAbsent
	}
	s := &sheet{typed: map[string]string{}, wrong: map[string]string{}}
	value, _ := form.At(reflect.ValueOf(&p.Terms).Elem(), name)
	s.take(value, name, f)
	if !reshape(&p.Terms, name, f.Get("add"), f.Get("remove")) {
		return frame.ErrForm
	}
	if err := d.keep(r.Context(), p); err != nil {
		return err
	}
	if len(s.wrong) > 0 {
		return d.show(w, r, http.StatusUnprocessableEntity, p, s)
	}
	to := at.Home + "/" + name
	if add := f.Get("add"); add != "" {
		to += "#" + field{Path: add}.ID()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (d *Desk) dispose(w http.ResponseWriter, r *http.Request, at *seat) error {
	if _, err := frame.ReadForm(w, r); err != nil {
		return err
	}
	p, err := d.open(r.Context(), at)
	if err == nil {
		err = d.forget(r.Context(), p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, at.After, http.StatusSeeOther)
	return nil
}
