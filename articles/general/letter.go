package general

import (
	"strings"
	"time"

	"entente/agreement"
)

// A Letter is what a party states beside the agreement about some of its clauses: how it reads them, or
// what it promises on top. It binds the party that gives it, and changes no clause; only an amendment
// does.
type Letter struct {
	ID        string // "ltr_…"
	Party     agreement.Party
	By        string
	Clauses   []agreement.Clause
	Title     string
	Documents []agreement.Document // the letter, which stands beside the ledger
	Given     time.Time
}

// GiveLetter puts a side letter on record.
type GiveLetter struct {
	ID        string
	Party     agreement.Party
	By        string
	Clauses   []agreement.Clause
	Title     string
	Documents []agreement.Document
}

// LetterGiven puts a side letter on record. Its JSON is kept for ever.
type LetterGiven struct {
	ID        string               `json:"id"`
	Party     agreement.Party      `json:"party"`
	By        string               `json:"by"`
	Clauses   []agreement.Clause   `json:"clauses"`
	Title     string               `json:"title"`
	Documents []agreement.Document `json:"documents"`
}

// Written is the document of a letter that is plain text or Markdown, by the digest of its bytes.
func Written(id, digest string) []agreement.Document {
	return []agreement.Document{{Name: id + ".md", MediaType: "text/markdown; charset=utf-8", Digest: digest}}
}

// DecideLetter refuses a letter about nothing.
func (s State) DecideLetter(c GiveLetter) ([]any, error) {
	no := func(format string, args ...any) ([]any, error) {
		return nil, agreement.Refuse("give the letter", "13.4", format, args...)
	}
	_, taken := s.Letters[c.ID]
	switch {
	case c.ID == "" || taken:
		return no("the letter needs an id of its own")
	case strings.TrimSpace(c.Title) == "" || len(c.Title) > mostSaid || len(c.Documents) != 1:
		return no("a letter has a title and a text")
	case len(c.Clauses) == 0 || len(c.Clauses) > len(agreement.Catalogue):
		return no("a letter says to which clauses it belongs")
	case len(s.Letters) >= mostLetters:
		return no("%d letters were given already", mostLetters)
	}
	for _, clause := range c.Clauses {
		if clause.Title() == "" {
			return no("the agreement has no clause %q", clause)
		}
	}
	return []any{LetterGiven(c)}, nil
}
