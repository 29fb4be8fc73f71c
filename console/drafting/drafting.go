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
	"entente/document/html"
	"entente/document/redline"
	"entente/notary"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the editor. All fields are needed to answer, none to list the routes.
type Desk struct {
	Register *register.Register
	Notary   *notary.Notary
	Drawer   *access.Drawer
}

// Routes are the pages of the editor, and what is done on them.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /draft", Serve: d.may(d.overview)},
		{Pattern: "GET /draft/{section}", Serve: d.may(d.section)},
		{Pattern: "POST /draft/{section}", Serve: d.may(d.save)},
		{Pattern: "POST /draft", Serve: d.may(frame.Stage{Again: d.again, Then: d.proposed}.Play(d.propose))},
		{Pattern: "POST /draft/disposal", Serve: d.may(d.dispose)},
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

// A paper is a draft and what it would replace.
type paper struct {
	Begun  bool // something has been saved
	From   int  // the version from which it began
	Terms  articles.Agreement
	Latest agreement.Version
	Before articles.Agreement // the terms of the latest version
}

// kept is a draft as the drawer has it.
type kept struct {
	From int    `json:"from"`
	File string `json:"file"`
}

// open takes the visitor's draft out of their drawer; without one, the version proposed last.
func (d *Desk) open(ctx context.Context, v *frame.Visit) (paper, error) {
	latest, ok := v.View.State.Life.Latest()
	if !ok {
		return paper{}, frame.ErrAbsent
	}
	p := paper{Latest: latest, From: latest.Number, Before: *v.View.State.Texts[latest.Number-1]}
	text, err := d.Drawer.Take(ctx, v.Caller)
	if err != nil {
		return p, err
	}
	if text.IsZero() {
		p.Terms = form.Settled(p.Before)
		return p, nil
	}
	var k kept
	if err := json.Unmarshal([]byte(text.Reveal()), &k); err != nil {
		return p, fmt.Errorf("reading the draft of %s: %w", v.ID(), err)
	}
	if k.File == "" { // it was thrown away, or proposed
		p.Terms = form.Settled(p.Before)
		return p, nil
	}
	f, _ := source.Read("draft", []byte(k.File))
	p.Begun, p.From, p.Terms = true, k.From, f.Agreement
	return p, nil
}

// keep puts a draft into the visitor's drawer.
func (d *Desk) keep(ctx context.Context, v *frame.Visit, p paper) error {
	return d.put(ctx, v, kept{p.From, string(draft.Write(p.Terms))})
}

func (d *Desk) put(ctx context.Context, v *frame.Visit, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return d.Drawer.Put(ctx, v.Caller, access.NewSecret(string(text)))
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

// An overview is the draft as a whole.
type overview struct {
	paper
	Sections []summary
	Changes  []changes.Change
	Faults   []fault
	Propose  *frame.Form
	Dispose  *frame.Form
	Alert    *frame.Alert
}

// Next is the number that the version would have.
func (o *overview) Next() int { return o.Latest.Number + 1 }

// Stale reports whether another version was proposed since the draft was begun.
func (o *overview) Stale() bool { return o.Begun && o.From != o.Latest.Number }

// A fault is an error in the draft, with where it is mended.
type fault struct {
	agreement.Finding
	Link string
}

func (d *Desk) overview(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	return d.again(w, r, v, http.StatusOK, nil, nil)
}

// again is the overview; after a proposal that was not made, with what is to be said of it.
func (d *Desk) again(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, say *frame.Alert, sent *frame.Sent) error {
	p, err := d.open(r.Context(), v)
	if err != nil {
		return err
	}
	o := &overview{paper: p, Changes: changes.Between(p.Before, p.Terms), Alert: say}
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
				o.Faults = append(o.Faults, fault{one, v.Home() + "/draft/" + section + "#" + field{Path: one.Path}.ID()})
			}
		}
		o.Sections = append(o.Sections, s)
	}
	if p.Begun {
		o.Dispose = v.Form("dispose", "/draft/disposal", "", "", nil)
		if len(o.Changes) > 0 && len(o.Faults) == 0 {
			o.Propose = v.Form("propose", "/draft", "", "", sent)
		}
	}
	return pages.Show(w, status, "overview", frame.Page{Title: "Draft for " + v.Number(), Tab: "negotiation", In: v, Body: o})
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
	Beside         template.HTML
	Earlier, Later string // the sections around it
	*frame.Form
}

// EarlierTitle and LaterTitle are what they are called.
func (c *chapter) EarlierTitle() string { return form.SectionTitle(c.Earlier) }
func (c *chapter) LaterTitle() string   { return form.SectionTitle(c.Later) }

func (d *Desk) section(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	p, err := d.open(r.Context(), v)
	if err != nil {
		return err
	}
	return d.show(w, r, v, http.StatusOK, p, &sheet{})
}

// show is a section as the sheet has it.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, v *frame.Visit, status int, p paper, s *sheet) error {
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
		Beside: beside(p, name), Form: v.Form("section", "/draft/"+name, "", "", nil)}
	c.Found = unplaced(s.found, c.Fields)
	if at > 0 {
		c.Earlier = all[at-1]
	}
	if at+1 < len(all) {
		c.Later = all[at+1]
	}
	return pages.Show(w, status, "section", frame.Page{Title: c.Title + ", draft for " + v.Number(), Tab: "negotiation", In: v, Body: c})
}

// beside are the clauses of a section as the draft words them, with what changes: of words of the parties' own
// the clauses that they word, against the template's words.
func beside(p paper, section string) template.HTML {
	if section == "wording" {
		return besideTemplate(p.Terms.Complete())
	}
	var own []redline.Line
	number := form.ClauseOf(section)
	for _, l := range redline.Compare(p.Before.Complete().Wording(), p.Terms.Complete().Wording()).Lines {
		of, _, _ := strings.Cut(l.Clause, ".")
		article, _, _ := strings.Cut(string(number), ".")
		if number == agreement.FrontPage {
			article = "0"
		}
		if l.Kind != redline.Section && of == article {
			own = append(own, l)
		}
	}
	return html.RedlineLines(own)
}

func besideTemplate(a articles.Agreement) template.HTML {
	worded := a.House.Clauses()
	return html.RedlineLines(slices.DeleteFunc(redline.Compare(a.Template(), a.Wording()).Lines, func(l redline.Line) bool {
		return l.Kind == redline.Section || !slices.Contains(worded, agreement.Clause(l.Clause))
	}))
}

// save takes a section as it was sent. What is a value is kept, and what is none is shown again with why.
func (d *Desk) save(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	name := r.PathValue("section")
	p, err := d.open(r.Context(), v)
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
	if err := d.keep(r.Context(), v, p); err != nil {
		return err
	}
	if len(s.wrong) > 0 {
		return d.show(w, r, v, http.StatusUnprocessableEntity, p, s)
	}
	to := v.Home() + "/draft/" + name
	if add := f.Get("add"); add != "" {
		to += "#" + field{Path: add}.ID()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (d *Desk) dispose(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	if _, err := frame.ReadForm(w, r); err != nil {
		return err
	}
	if err := d.put(r.Context(), v, kept{}); err != nil {
		return err
	}
	http.Redirect(w, r, v.Home()+"/negotiation", http.StatusSeeOther)
	return nil
}
