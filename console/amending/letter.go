package amending

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"entente/access"
	"entente/agreement"
	"entente/articles/general"
	"entente/console/frame"
	"entente/notary"
)

// mostText is how many characters a letter may have that is written in a browser.
const mostText = 40000

// A Letter is a side letter as a visitor sees it.
type Letter struct {
	general.Letter
	Home string // the path of the agreement
	Name string // who gave it
	On   string
}

func letterOf(v *frame.Visit, l general.Letter) Letter {
	return Letter{l, v.Home(), v.PersonName(l.By), v.Date(l.Given)}
}

// letters are those about a clause, the latest first.
func letters(v *frame.Visit, clause agreement.Clause) []Letter {
	var all []Letter
	for _, l := range v.View.State.General.Letters {
		if clause == "13.4" || slices.Contains(l.Clauses, clause) {
			all = append(all, letterOf(v, l))
		}
	}
	slices.SortFunc(all, func(a, b Letter) int { return cmp.Or(b.Given.Compare(a.Given), cmp.Compare(a.ID, b.ID)) })
	return all
}

// A letterPage is a letter with its text.
type letterPage struct {
	Letter
	Digest, Text string
}

func giveForm(v *frame.Visit, clause agreement.Clause, s *frame.Sent) *frame.Form {
	if !v.Would(general.GiveLetter{ID: "ltr_", Party: v.Party(), By: v.Caller.Actor.ID, Clauses: []agreement.Clause{clause}, Title: ".", Documents: make([]agreement.Document, 1)}) {
		return nil
	}
	return v.Form("letter", below(clause, "/letters"), "", "", s)
}

// Give puts a side letter on record.
func (d *Desk) Give(ctx context.Context, v *frame.Visit, o notary.Order, f url.Values) (frame.Done, error) {
	command := general.GiveLetter{Party: v.Party(), By: o.Actor.ID}
	for _, name := range strings.FieldsFunc(f.Get("clauses"), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		clause, err := agreement.ParseClause(name)
		if err != nil {
			return frame.Done{}, frame.Misfilled{Field: "clauses", Incomplete: frame.Incomplete(fmt.Sprintf("The agreement has no clause “%s”. Write numbers as they stand beside the text: 6.1, or C for a schedule.", name))}
		}
		if !slices.Contains(command.Clauses, clause) {
			command.Clauses = append(command.Clauses, clause)
		}
	}
	if len(command.Clauses) == 0 {
		return frame.Done{}, frame.Misfilled{Field: "clauses", Incomplete: "Say to which clauses the letter belongs."}
	}
	var err error
	if command.Title, err = frame.Needed(f, "title", "The title", 200, "Say what the letter is about."); err != nil {
		return frame.Done{}, err
	}
	text, err := frame.Needed(f, "text", "The letter", mostText, "Write the letter.")
	if err != nil {
		return frame.Done{}, err
	}
	if command.ID, err = access.NewID(v.Rand, "ltr_"); err != nil {
		return frame.Done{}, err
	}
	digest, err := d.Notary.Documents.Keep(ctx, []byte(text))
	if err != nil {
		return frame.Done{}, fmt.Errorf("keeping the letter: %w", err)
	}
	command.Documents = general.Written(command.ID, digest.String())
	return d.do(ctx, o, command)
}
