package contract

import (
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"entente/articles/margins"
	"entente/console/frame"
	"entente/console/wording"
)

// A sieve is what a reader asks to see of the contract: clauses by how they stand, or by what they say.
type sieve struct {
	Show    string // "open", "mine", "late"; empty for all
	Query   string // what the text is to say
	Choices []choice
	Found   int // clauses that are left
}

// A choice is a link that shows some of the clauses.
type choice struct {
	Name, Link string
	Count      string // empty for all
	Chosen     bool
}

// mostQuery is how many characters one can search for.
const mostQuery = 200

// sieveOf reads what a request asks to see.
func sieveOf(r *http.Request) (*sieve, error) {
	q := r.URL.Query()
	s := &sieve{Show: q.Get("show"), Query: q.Get("q")}
	if !utf8.ValidString(s.Query) || utf8.RuneCountInString(s.Query) > mostQuery {
		return nil, frame.ErrAbsent
	}
	switch s.Show {
	case "", "open", "mine", "late":
		return s, nil
	}
	return nil, frame.ErrAbsent
}

// Active reports whether some clauses are left out.
func (s *sieve) Active() bool { return s.Show != "" || s.Query != "" }

// Clauses is how many clauses are left.
func (s *sieve) Clauses() string { return frame.Counted(s.Found, "clause", "clauses") }

// stands reports whether a note is one of those that a choice shows.
func (n *note) stands(show string) bool {
	open := n.Status == margins.Due || n.Status == margins.Late
	switch show {
	case "open":
		return open
	case "mine":
		return n.Mine
	}
	return n.Status == margins.Late
}

// sift leaves the clauses on the page that the sieve asks for.
func (k *contract) sift(s *sieve, home string) {
	k.Sieve = s
	s.Choices = append(s.Choices, s.choice(home, "", "All", -1))
	for _, one := range [][2]string{{"open", "Open"}, {"mine", "Mine"}, {"late", "Late"}} {
		n := 0
		for _, ch := range k.Parts {
			for _, r := range ch.Rows {
				if r.Note != nil && r.Note.stands(one[0]) {
					n++
				}
			}
		}
		s.Choices = append(s.Choices, s.choice(home, one[0], one[1], n))
	}
	if !s.Active() {
		return
	}
	var left []chapter
	for _, ch := range k.Parts {
		all := ch.Rows
		ch.Rows = nil
		for _, r := range all {
			if s.Show != "" && (r.Note == nil || !r.Note.stands(s.Show)) || !r.Says(s.Query) {
				continue
			}
			r.HTML = wording.Away(r.Marked(s.Query), home)
			ch.Rows = append(ch.Rows, r)
		}
		if s.Found += len(ch.Rows); len(ch.Rows) > 0 {
			left = append(left, ch)
		}
	}
	k.Parts = left
}

func (s *sieve) choice(home, show, name string, n int) choice {
	c := choice{Name: name, Link: home, Chosen: s.Show == show}
	q := url.Values{}
	if show != "" {
		q.Set("show", show)
		c.Count = strconv.Itoa(n)
	}
	if s.Query != "" {
		q.Set("q", s.Query)
	}
	if len(q) > 0 {
		c.Link += "?" + q.Encode()
	}
	return c
}
