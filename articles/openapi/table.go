package openapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// A Table finds the operation that a request asks for. It never changes.
type Table struct {
	routes map[int][]route // by the number of segments; the most specific come first
}

// A route is an operation with its path cut into segments.
type route struct {
	op       *Operation
	segments []segment
	slash    bool // the path ends with a slash
}

// A segment is text, or one variable with text around it.
type segment struct {
	text           string
	variable       bool
	before, behind string
}

// Bounds of paths and tables.
const (
	maxSegments   = 64
	maxPath       = 4096
	maxOperations = 2000
)

// ErrTemplate means that a path template cannot be matched.
var ErrTemplate = errors.New("the path must begin with / and have at most one variable in a segment, such as /documents/{id}")

// Operations are those of the table, by path and method.
func (t *Table) Operations() []Operation {
	var all []Operation
	for _, routes := range t.routes {
		for _, r := range routes {
			all = append(all, *r.op)
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	return all
}

// NewTable makes the table of operations. Operations whose path cannot be matched are left out, so
// that nothing calls them; CheckTemplate tells which those are.
func NewTable(operations []Operation) *Table {
	t := &Table{routes: map[int][]route{}}
	for i := range operations[:min(len(operations), maxOperations)] {
		r, err := parseTemplate(operations[i].Path)
		if err != nil {
			continue
		}
		r.op = &operations[i]
		t.routes[len(r.segments)] = append(t.routes[len(r.segments)], r)
	}
	for _, routes := range t.routes {
		slices.SortStableFunc(routes, moreSpecific)
	}
	return t
}

// CheckTemplate reports whether a path template can be matched.
func CheckTemplate(path string) error {
	_, err := parseTemplate(path)
	return err
}

func parseTemplate(path string) (route, error) {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || len(path) > maxPath || strings.ContainsAny(path, "?#") {
		return route{}, ErrTemplate
	}
	parts, slash := cutPath(rest)
	r := route{slash: slash}
	for _, part := range parts {
		s, err := parseSegment(part)
		if err != nil || len(r.segments) == maxSegments {
			return route{}, ErrTemplate
		}
		r.segments = append(r.segments, s)
	}
	return r, nil
}

// cutPath cuts a path behind its first slash. A slash at the end is told apart.
func cutPath(path string) (parts []string, slash bool) {
	if path == "" {
		return nil, false
	}
	path, slash = strings.CutSuffix(path, "/")
	return strings.Split(path, "/"), slash
}

func parseSegment(part string) (segment, error) {
	before, rest, opens := strings.Cut(part, "{")
	name, behind, closes := strings.Cut(rest, "}")
	switch {
	case part == "":
		return segment{}, ErrTemplate
	case !opens && !strings.Contains(part, "}"):
		text, err := plainSegment(part)
		return segment{text: text}, err
	case !closes || name == "" || strings.ContainsAny(before+name+behind, "{}"):
		return segment{}, ErrTemplate
	}
	return segment{variable: true, before: before, behind: behind}, nil
}

// moreSpecific orders routes with as many segments: text before variables, from the left, and
// variables with more text around them before those with less.
func moreSpecific(a, b route) int {
	for i := range a.segments {
		if c := cmp.Compare(b.segments[i].weight(), a.segments[i].weight()); c != 0 {
			return c
		}
	}
	return 0
}

func (s segment) weight() int {
	if !s.variable {
		return 2 * maxPath
	}
	return len(s.before) + len(s.behind)
}

// Find is the operation that a method and a path ask for, and the most specific if there are several. The path is as it is sent,
// percent-encoded, beginning with a slash. A HEAD is the GET of its path where it is no operation of
// its own. Without an operation, allow lists the methods that the path takes.
//
// A path that a service could take for another one is not found: one that Clear refuses, and one
// that differs from a more specific operation's only in ways that services tend to overlook, namely
// by case, by a slash at its end, or by what stands behind a dot or a semicolon.
func (t *Table) Find(method, path string) (op *Operation, allow []string) {
	segments, slash, err := Clear(path)
	if err != nil {
		return nil, nil
	}
	routes := t.routes[len(segments)]
	op = find(routes, method, segments, slash)
	if op == nil && method == "HEAD" {
		op = find(routes, "GET", segments, slash)
	}
	if op != nil {
		return op, nil
	}
	for i := range routes {
		if r := &routes[i]; r.matches(segments, slash) && !slices.Contains(allow, r.op.Method) {
			allow = append(allow, r.op.Method)
		}
	}
	if slices.Contains(allow, method) {
		return nil, nil // it is too like another operation's
	}
	slices.Sort(allow)
	return nil, allow
}

func find(routes []route, method string, segments []string, slash bool) *Operation {
	var like *route
	for i := range routes {
		r := &routes[i]
		switch {
		case r.op.Method != method:
		case r.matches(segments, slash):
			if like != nil && moreSpecific(*like, *r) < 0 {
				return nil
			}
			return r.op
		case like == nil && r.resembles(segments):
			like = r
		}
	}
	return nil
}

func (r *route) matches(segments []string, slash bool) bool {
	if r.slash != slash {
		return false
	}
	for i, s := range r.segments {
		if !s.matches(segments[i]) {
			return false
		}
	}
	return true
}

func (s segment) matches(part string) bool {
	if !s.variable {
		return part == s.text
	}
	return len(part) > len(s.before)+len(s.behind) && strings.HasPrefix(part, s.before) && strings.HasSuffix(part, s.behind)
}

// resembles reports whether some service could take the segments for the route's.
func (r *route) resembles(segments []string) bool {
	for i, s := range r.segments {
		if !s.matches(segments[i]) && !s.resembles(segments[i]) {
			return false
		}
	}
	return true
}

func (s segment) resembles(part string) bool {
	if s.variable {
		part = strings.ToLower(part)
		return strings.HasPrefix(part, strings.ToLower(s.before)) && strings.Contains(part, strings.ToLower(s.behind))
	}
	if strings.EqualFold(part, s.text) {
		return true
	}
	stem := part
	if at := strings.IndexAny(part[min(1, len(part)):], ".; "); at >= 0 {
		stem = part[:at+1]
	}
	n := len(s.text)
	return strings.EqualFold(stem, s.text) || len(part) > n && strings.EqualFold(part[:n], s.text) && strings.ContainsRune(".; ", rune(part[n]))
}
