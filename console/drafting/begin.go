package drafting

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/intake"
	"entente/articles/proposal"
	"entente/calendar"
	"entente/console/frame"
	"entente/interview"
	"entente/ledger/seal"
	"entente/submission"
)

// An Author is somebody who begins an agreement: whom the operator has let in to do so, or a person of another
// agreement who may propose its versions.
type Author struct {
	Caller  access.Caller
	Address agreement.Email // by which the agreement is to name them
	Knows   func(agreement.ID) bool
	May     func(context.Context) error
	In      *frame.Visit // as whom they have entered; nil if they have no agreement here yet
	Now     time.Time
	Rand    io.Reader
}

// A Beginning is a page, or an act, of somebody who begins an agreement.
type Beginning struct {
	Pattern string // "GET /begin"
	Serve   func(http.ResponseWriter, *http.Request, *Author) error
}

// Beginnings are the pages on which an agreement begins, and what is done on them.
func (d *Desk) Beginnings() []Beginning {
	at := func(serve serve) func(http.ResponseWriter, *http.Request, *Author) error {
		return func(w http.ResponseWriter, r *http.Request, a *Author) error { return serve(w, r, a.seat()) }
	}
	return []Beginning{
		{"GET /begin", d.start},
		{"POST /begin", d.begin},
		{"GET /begin/questions", d.questions},
		{"POST /begin/questions", d.answered},
		{"POST /begin/file", d.bring},
		{"POST /begin/example", d.example},
		{"POST /begin/disposal", at(d.dispose)},
		{"GET /begin/attachments", at(d.attachments)},
		{"POST /begin/attachments", at(d.attach)},
		{"POST /begin/attachments/removal", at(d.detach)},
		{"GET /begin/attachments/{digest}", at(d.attachment)},
		{"GET /begin/file", at(d.file)},
		{"GET /begin/{section}", at(d.begun(d.section))},
		{"POST /begin/{section}", at(d.begun(d.save))},
	}
}

// home is where an agreement begins.
const home = "/begin"

func (a *Author) seat() *seat {
	return &seat{Home: home, Of: "a new agreement", After: home, caller: a.Caller, what: access.OfBeginning, in: a.In, tab: "begin"}
}

// begun serves what there is only once a draft has been begun.
func (d *Desk) begun(serve serve) serve {
	return func(w http.ResponseWriter, r *http.Request, at *seat) error {
		p, err := d.open(r.Context(), at)
		if err != nil {
			return err
		}
		if !p.Begun {
			return frame.ErrAbsent
		}
		return serve(w, r, at)
	}
}

// An opening is a new agreement as a whole, or the ways to begin one.
type opening struct {
	survey
	Address string
	Named   bool // clause 7.1 names the author as somebody who may propose
	Open    []proposal.Point
	Example *frame.Form
	Propose *frame.Form
	Dispose *frame.Form
	Kinds   string // of files in which an agreement can be brought
	Alert   *frame.Alert
}

// fileKinds are the ends of the names of files in which an agreement can be brought.
const fileKinds = ".yaml,.yml,.docx,.pdf,.zip"

func (d *Desk) start(w http.ResponseWriter, r *http.Request, a *Author) error {
	return d.opening(w, r, a, http.StatusOK, opening{})
}

func (d *Desk) opening(w http.ResponseWriter, r *http.Request, a *Author, status int, o opening) error {
	p, err := d.open(r.Context(), a.seat())
	if err != nil {
		return err
	}
	o.Address, o.Kinds = string(a.Address), fileKinds
	o.paper = p
	if !p.Begun {
		o.Example = frame.NewForm(a.Rand, "example", home+"/example", nil)
		return pages.Show(w, status, "begin", frame.Page{Title: "Begin an agreement", Tab: "begin", In: a.In, Body: o})
	}
	o.survey = p.fresh().survey()
	o.Named = slices.ContainsFunc(p.Terms.Governance.People, func(one agreement.Person) bool {
		return access.FoldAddress(string(one.Email)) == access.FoldAddress(string(a.Address)) && articles.May(articles.State{}, articles.Actor{Party: one.Party, Roles: one.Roles}, agreement.Propose{})
	})
	o.Dispose = frame.NewForm(a.Rand, "dispose", home+"/disposal", nil)
	if o.Propose == nil {
		o.Propose = frame.NewForm(a.Rand, "propose", home, nil)
	}
	return pages.Show(w, status, "beginning", frame.Page{Title: "A new agreement", Tab: "begin", In: a.In, Body: o})
}

// fresh is a paper that replaces nothing: none of its terms is a change.
func (p paper) fresh() paper {
	p.Before = p.Terms
	return p
}

// refused is the page again, with why nothing was begun or opened.
func (d *Desk) refused(w http.ResponseWriter, r *http.Request, a *Author, title string, why error, sent url.Values) error {
	o := opening{Alert: &frame.Alert{Title: title, Why: why.Error()}}
	if sent != nil {
		o.Propose = frame.NewForm(a.Rand, "propose", home, sent)
	}
	return d.opening(w, r, a, http.StatusUnprocessableEntity, o)
}

// take begins a draft with terms and attachments, in place of one that was begun before.
func (d *Desk) take(ctx context.Context, a *Author, terms articles.Agreement, attachments map[string][]byte) error {
	p, err := d.open(ctx, a.seat())
	if err != nil {
		return err
	}
	if err := d.forget(ctx, p); err != nil {
		return err
	}
	p.slots, p.Terms = nil, terms
	for _, at := range terms.Agreement.Attachments {
		if content, ok := attachments[at.Digest]; ok {
			if err := d.enclose(ctx, &p, at, content); err != nil {
				return err
			}
		}
	}
	return d.keep(ctx, p)
}

// bring begins with the agreement in a file.
func (d *Desk) bring(w http.ResponseWriter, r *http.Request, a *Author) error {
	u, _, err := frame.ReadUpload(w, r)
	if err != nil {
		return err
	}
	if len(u.Content) == 0 {
		return d.refused(w, r, a, "Nothing was brought", errors.New("choose a file that is not empty"), nil)
	}
	found, err := intake.Read(u.Content)
	if err != nil {
		return d.refused(w, r, a, "The file cannot be read", err, nil)
	}
	if err := d.take(r.Context(), a, found.Terms, found.Attachments); err != nil {
		return err
	}
	if len(found.Open) > 0 {
		return d.opening(w, r, a, http.StatusOK, opening{Open: found.Open})
	}
	return toBeginning(w, r)
}

func toBeginning(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, home, http.StatusSeeOther)
	return nil
}

// example begins with the example, whose first signatory its author becomes: so it can be tried as it is.
func (d *Desk) example(w http.ResponseWriter, r *http.Request, a *Author) error {
	if _, err := frame.ReadForm(w, r); err != nil {
		return err
	}
	terms := draft.Example(calendar.DateOf(a.Now))
	for i, p := range terms.Governance.People {
		if p.Has(agreement.Signatory) {
			terms.Governance.People[i].Email = a.Address
			break
		}
	}
	attachments := map[string][]byte{}
	for _, content := range draft.Attachments() {
		attachments[seal.Sum(content).String()] = content
	}
	if err := d.take(r.Context(), a, terms, attachments); err != nil {
		return err
	}
	return toBeginning(w, r)
}

// A questionnaire is the page of questions.
type questionnaire struct {
	Asked []interview.Asked
	Wrong int // answers that will not do
}

// questions asks what an agreement begins with. The author is taken for who writes for party A.
func (d *Desk) questions(w http.ResponseWriter, r *http.Request, a *Author) error {
	_, asked, _ := interview.Fill(nil, calendar.DateOf(a.Now))
	for i := range asked {
		if asked[i].Path == "parties.a.contact.email" {
			asked[i].Answer = string(a.Address)
		}
	}
	return d.ask(w, a, http.StatusOK, asked)
}

func (d *Desk) ask(w http.ResponseWriter, a *Author, status int, asked []interview.Asked) error {
	q := questionnaire{Asked: asked}
	for _, one := range asked {
		if one.Wrong != "" {
			q.Wrong++
		}
	}
	return pages.Show(w, status, "questions", frame.Page{Title: "Begin an agreement", Tab: "begin", In: a.In, Body: q})
}

// answered begins with the answers once all will do, and asks again before.
func (d *Desk) answered(w http.ResponseWriter, r *http.Request, a *Author) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	answers := map[string]string{}
	for path := range f {
		answers[path] = f.Get(path)
	}
	terms, asked, whole := interview.Fill(answers, calendar.DateOf(a.Now))
	if unasked := slices.ContainsFunc(asked, func(q interview.Asked) bool { return !f.Has(q.Path) }); !whole || unasked {
		return d.ask(w, a, http.StatusUnprocessableEntity, asked)
	}
	if err := d.take(r.Context(), a, terms, nil); err != nil {
		return err
	}
	return toBeginning(w, r)
}

// file hands out the draft as an agreement file.
func (d *Desk) file(w http.ResponseWriter, r *http.Request, at *seat) error {
	p, err := d.open(r.Context(), at)
	if err != nil {
		return err
	}
	if !p.Begun {
		return frame.ErrAbsent
	}
	frame.Enclosed(w, "agreement.yaml", draft.Write(p.Terms))
	return nil
}

// begin opens the agreement, and brings its author into it.
func (d *Desk) begin(w http.ResponseWriter, r *http.Request, a *Author) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	o, err := frame.Order(r, a.Caller.Actor.ID, f)
	if err != nil {
		return err
	}
	p, err := d.open(r.Context(), a.seat())
	if err != nil {
		return err
	}
	id, err := d.opened(r.Context(), a, submission.Order{Order: o, Caller: a.Caller, Author: &submission.Author{Address: a.Address, Knows: a.Knows, May: a.May}}, p, f)
	var lacking frame.Incomplete
	if err = unfit(err); errors.As(err, &lacking) {
		return d.refused(w, r, a, "The agreement was not opened", lacking, f)
	}
	if err == nil {
		err = d.forget(r.Context(), p)
	}
	if err != nil {
		return err
	}
	return d.into(w, r, a, id)
}

// opened is the agreement that was opened with a draft, now or when the same form was sent before.
func (d *Desk) opened(ctx context.Context, a *Author, o submission.Order, p paper, f url.Values) (id agreement.ID, err error) {
	s := submission.Submission{File: draft.Write(p.Terms)}
	if s.Remark, err = frame.Filled(f, "remark", "What you say of it", mostRemark); err != nil {
		return "", err
	}
	if s.Expires, err = until(f.Get("until"), p.Terms.Frame().Zone(), a.Now); err != nil {
		return "", err
	}
	if s.Attachments, err = d.attached(ctx, p); err != nil {
		return "", err
	}
	o.Answer = func(out submission.Outcome) ([]byte, error) { return json.Marshal(out.Agreement) }
	out, replayed, err := d.Clerk.Open(ctx, o, s)
	if err == nil && replayed != nil {
		err = json.Unmarshal(replayed, &out.Agreement)
	}
	return out.Agreement, err
}

// into brings the author into the agreement, as the person whom it names by their address.
func (d *Desk) into(w http.ResponseWriter, r *http.Request, a *Author, id agreement.ID) error {
	view, err := d.Clerk.Register.View(id)
	if err != nil {
		return err
	}
	for _, m := range view.State.Members {
		if p, ok := access.Person(view, m); ok && access.FoldAddress(string(p.Email)) == access.FoldAddress(string(a.Address)) {
			return d.Enter(w, r, a.Caller, id, m)
		}
	}
	return frame.ErrAbsent
}
