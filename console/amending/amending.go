// Package amending is what people do in the console with a signed agreement, without writing another version of it:
// they set a clause aside for a time (clause 13.5), put a side letter on record (13.4), and pass their party's side
// of the agreement on, or answer the other party that does (13.3).
//
// Both parties see the same of it, beside the clause; who may do it is said by clause 7.1.
package amending

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"entente/agreement"
	"entente/console/frame"
	"entente/notary"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// Parts are the templates of what stands beside a clause ("beside") and of assignments ("passing"), for the pages
// that show them.
//
//go:embed parts/*.html
var Parts embed.FS

// A Desk carries out what the forms ask for. Its notary is needed to answer, not to list the routes.
type Desk struct{ Notary *notary.Notary }

// Routes are the pages that stand beside no clause.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{{Pattern: "GET /letters/{letter}", Serve: d.letter}}
}

// A Beside is what the parties have said of a clause without changing it.
type Beside struct {
	Clause  agreement.Clause
	Waivers []Waiver
	Letters []Letter
	Waive   *WaiveForm // nil where the visitor cannot
	Give    *frame.Form
}

// Of is what stands beside a clause: beside 13.5 all waivers, beside 13.4 all letters.
func Of(v *frame.Visit, clause agreement.Clause, s *frame.Sent) *Beside {
	b := &Beside{Clause: clause, Waivers: waivers(v, clause, s), Letters: letters(v, clause), Waive: newWaiveForm(v, clause, s), Give: giveForm(v, clause, s)}
	if b.Waive == nil && b.Give == nil && len(b.Waivers)+len(b.Letters) == 0 {
		return nil
	}
	return b
}

// below is where the forms beside a clause lead.
func below(clause agreement.Clause, what string) string {
	return "/clauses/" + string(clause) + what
}

// do carries out a command of the visitor.
func (d *Desk) do(ctx context.Context, o notary.Order, command any) (frame.Done, error) {
	o.Command = command
	return frame.Outcome(d.Notary.Do(ctx, o))
}

// asked is the clause that a form names.
func asked(f url.Values) (agreement.Clause, error) {
	clause, err := agreement.ParseClause(f.Get("clause"))
	if err != nil {
		return "", frame.Misfilled{Field: "clause", Incomplete: "Choose the clause."}
	}
	return clause, nil
}

func (d *Desk) letter(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	l, known := v.View.State.General.Letters[r.PathValue("letter")]
	if !known || len(l.Documents) == 0 {
		return frame.ErrAbsent
	}
	text, err := d.Notary.Documents.Document(l.Documents[0].Digest)
	if err != nil {
		return err
	}
	return pages.Show(w, http.StatusOK, "letter", frame.Page{Title: l.Title, Tab: "agreement", In: v, Body: letterPage{letterOf(v, l), l.Documents[0].Digest, string(text)}})
}
