package negotiation

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"sync"

	"entente/articles/changes"
	"entente/console/frame"
	"entente/document"
	"entente/document/html"
	"entente/document/redline"
)

// A shelf keeps the comparisons that were shown, by the manifests of their versions: neither text ever
// changes. The zero shelf is empty.
type shelf struct {
	mu   sync.Mutex
	byID map[string]redline.Redline
}

// mostKept is how many comparisons are kept.
const mostKept = 32

func (s *shelf) of(id string, compare func() (redline.Redline, error)) (redline.Redline, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have, ok := s.byID[id]; ok {
		return have, nil
	}
	r, err := compare()
	if err != nil {
		return r, err
	}
	if len(s.byID) >= mostKept || s.byID == nil {
		s.byID = map[string]redline.Redline{}
	}
	s.byID[id] = r
	return r, nil
}

// compare is what one version changes against another, from the words that were proposed.
func (d *Desk) compare(v *frame.Visit, old, new int) (redline.Redline, error) {
	versions := v.View.State.Life.Versions
	return d.redlines.of(versions[old-1].Manifest+" "+versions[new-1].Manifest, func() (redline.Redline, error) {
		before, err := d.wording(v, old)
		if err != nil {
			return redline.Redline{}, err
		}
		after, err := d.wording(v, new)
		if err != nil {
			return redline.Redline{}, err
		}
		return redline.Compare(before, after), nil
	})
}

// wording is a version as it was worded when it was proposed.
func (d *Desk) wording(v *frame.Visit, number int) (document.Document, error) {
	p, err := d.Notary.Package(v.View.State.Life.Versions[number-1])
	if err != nil {
		return document.Document{}, err
	}
	text, err := p.Document()
	if err != nil {
		return text, fmt.Errorf("reading the wording of version %d: %w", number, err)
	}
	return text, nil
}

// A compared is what one version changes against another.
type compared struct {
	Old, New int
	Versions []int
	Terms    []changes.Change
	Text     template.HTML
	Whole    bool // the whole text is shown, not only what has changed
}

func (d *Desk) redline(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	old, new, ok := two(v, r.URL.Query().Get("old"), r.URL.Query().Get("new"))
	if !ok {
		return frame.ErrAbsent
	}
	both, err := d.compare(v, old, new)
	if err != nil {
		return err
	}
	c := compared{Old: old, New: new, Whole: r.URL.Query().Has("whole"), Terms: changes.Between(*v.View.State.Texts[old-1], *v.View.State.Texts[new-1])}
	lines := both.Lines
	if !c.Whole {
		lines = both.Excerpt()
	}
	c.Text = html.RedlineLines(lines)
	for n := range v.View.State.Life.Versions {
		c.Versions = append(c.Versions, n+1)
	}
	return pages.Show(w, http.StatusOK, "redline", frame.Page{Title: fmt.Sprintf("Changes of version %d against version %d", new, old), Tab: "negotiation", In: v, Body: c})
}

// two are two versions that there are.
func two(v *frame.Visit, first, second string) (old, new int, ok bool) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > len(v.View.State.Life.Versions) || strconv.Itoa(n) != s {
			return 0
		}
		return n
	}
	old, new = number(first), number(second)
	return old, new, old > 0 && new > 0
}
